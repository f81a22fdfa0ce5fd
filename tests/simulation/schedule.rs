//! What happens in one simulated run, as plain data: drawn from a seed, printed on a
//! failure, and made smaller piece by piece.

use std::time::Duration;

use domain::activities::ActivityKind;

#[derive(Clone, Debug)]
pub struct Schedule {
    pub seed: u64,
    pub replicas: usize,
    /// Of each replica.
    pub workers: usize,
    pub options: Options,
    pub people: Vec<Person>,
    /// What people, Admins and machines do, by when.
    pub events: Vec<Timed>,
    pub call_faults: Vec<CallFault>,
    pub database_faults: Vec<DatabaseFault>,
    /// How many seconds each replica's clock is ahead, and the org's.
    pub skews: Vec<i64>,
    pub org_skew: i64,
}

#[derive(Clone, Copy, Debug)]
pub struct Options {
    pub create_contact: bool,
    pub create_lead: bool,
    pub associate_contact: bool,
    /// Whether the org has the External ID field for references.
    pub reference_field: bool,
    /// Whether Gatehouse's share of the org's API calls is used up soon.
    pub few_calls: bool,
}

#[derive(Clone, Debug)]
pub struct Person {
    pub email: String,
    pub company: String,
    pub known: Known,
}

/// What the org has of a person when the run begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Known {
    /// A Contact on the company's Account.
    Contact,
    /// An open Lead, and no Account of that name.
    Lead,
    /// The Account, but nobody with that address.
    Account,
    Nothing,
}

#[derive(Clone, Debug)]
pub struct Timed {
    pub at: Duration,
    pub event: Event,
}

#[derive(Clone, Debug)]
pub enum Event {
    /// A person does something on the trust center.
    Act {
        person: usize,
        kind: ActivityKind,
    },
    Admin(AdminAct),
    Org(OrgChange),
    /// The process ends at once, and is started again after a while.
    Crash {
        replica: usize,
        down: Duration,
    },
    /// The process is stopped and goes on later (SIGSTOP), or the machine is, whose
    /// monotonic clock then doesn't count the time.
    Suspend {
        replica: usize,
        length: Duration,
        machine: bool,
    },
    /// Someone sets a replica's clock.
    ClockSet {
        replica: usize,
        seconds: i64,
    },
    /// The database is copied; a later `Restore` goes back to it.
    Backup,
    /// All processes end, and start on the copy.
    Restore,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AdminAct {
    CancelOne,
    RetryAll,
    Pause,
    Resume,
    Uninstall,
    /// Logs in again as the first or as another user of the org.
    LogIn {
        other_user: bool,
    },
    /// Lets Gatehouse use all of the org's API calls.
    RaiseShare,
    Switch {
        kind: ActivityKind,
        on: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OrgChange {
    ExpireSessions,
    QuotaUsedUp(bool),
    /// Every call is answered by this, until it is over.
    Outage(Outage),
    /// The org's clock is set by so many seconds.
    ClockSet(i64),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outage {
    Over,
    Unreachable,
    Html,
    ReadOnly,
    TooManyCalls,
    /// Every call takes that long.
    Slow(Duration),
}

/// Something that happens to the `nth` call of the run, or to the `nth` that writes.
#[derive(Clone, Debug)]
pub struct CallFault {
    pub nth: u64,
    pub of_writes: bool,
    pub what: CallTrouble,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CallTrouble {
    /// No connection comes about.
    NotSent,
    /// The connection breaks, and nothing was done.
    DroppedBefore,
    /// It was done, and the connection breaks.
    DroppedAfter,
    /// Carried out after so long, whatever the caller did meanwhile.
    Late(Duration),
    /// An HTML page of this status; whether it was done, and how much later.
    Html {
        status: u16,
        done: Option<Duration>,
    },
    /// This row of a write is refused with this code.
    RowRefused {
        row: usize,
        code: &'static str,
    },
    SessionExpired,
    /// The caller's process ends before it sends, while it waits, or with the answer.
    Crash {
        when: CrashAt,
        done: bool,
    },
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CrashAt {
    BeforeSending,
    Waiting,
    Answered,
}

/// Something that happens at the `nth` writing step of a replica's transactions.
#[derive(Clone, Debug)]
pub struct DatabaseFault {
    pub replica: usize,
    pub nth: u64,
    pub what: DatabaseTrouble,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DatabaseTrouble {
    /// The statement or the commit fails.
    Error,
    /// The process ends there.
    Crash,
    /// The process gets no time for so long, as soon as no transaction is open.
    Pause(Duration),
}

impl Schedule {
    /// When the last of the planned trouble is over.
    pub fn last_event(&self) -> Duration {
        let times = self.events.iter().map(|timed| match timed.event {
            Event::Crash { down, .. } => timed.at + down,
            Event::Suspend { length, .. } => timed.at + length,
            _ => timed.at,
        });
        times.max().unwrap_or_default()
    }

    /// Whether anyone's clock is wrong at some time.
    pub fn has_wrong_clocks(&self) -> bool {
        let mut skews = self.skews.iter().chain([&self.org_skew]);
        skews.any(|skew| skew.abs() > 1)
            || self.events.iter().any(|timed| {
                matches!(
                    timed.event,
                    Event::ClockSet { .. }
                        | Event::Org(OrgChange::ClockSet(_))
                        | Event::Suspend { machine: true, .. }
                )
            })
    }

    /// How many pieces there are to leave out.
    pub fn pieces(&self) -> usize {
        self.events.len() + self.call_faults.len() + self.database_faults.len()
    }

    /// The same without one of its pieces.
    pub fn without(&self, piece: usize) -> Self {
        let mut smaller = self.clone();
        let calls = self.events.len();
        let steps = calls + self.call_faults.len();
        if piece < calls {
            smaller.events.remove(piece);
        } else if piece < steps {
            smaller.call_faults.remove(piece - calls);
        } else {
            smaller.database_faults.remove(piece - steps);
        }
        smaller
    }
}

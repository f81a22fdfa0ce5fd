//! Drawing a schedule from a seed.

use std::time::Duration;

use domain::activities::ActivityKind;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom as _;
use rand::{RngExt as _, SeedableRng as _};

use super::schedule::{
    AdminAct, CallFault, CallTrouble, CrashAt, DatabaseFault, DatabaseTrouble, Event, Known,
    Options, OrgChange, Outage, Person, Schedule, Timed,
};

/// Acts, faults and Admins have this long; then the org answers and nothing breaks
/// anymore.
const TROUBLE: u64 = 15 * 60;

impl Schedule {
    /// The schedule of a seed, for at most so many replicas.
    pub fn draw(seed: u64, most_replicas: usize) -> Self {
        let mut rng = StdRng::seed_from_u64(seed);
        let replicas = rng.random_range(1..=most_replicas);
        let crowd = rng.random_ratio(1, 500);
        let people = people(&mut rng, crowd);
        let mut events = acts(&mut rng, people.len());
        events.extend(trouble(&mut rng, replicas));
        events.sort_by_key(|timed| timed.at);
        Self {
            seed,
            replicas,
            workers: rng.random_range(1..=2),
            options: Options {
                create_contact: rng.random_bool(0.7),
                create_lead: rng.random_bool(0.8),
                associate_contact: rng.random_bool(0.3),
                reference_field: rng.random_bool(0.25),
                few_calls: rng.random_bool(0.1),
            },
            people,
            events,
            call_faults: call_faults(&mut rng),
            database_faults: database_faults(&mut rng, replicas),
            skews: vec![0; replicas],
            org_skew: 0,
        }
        .with_clocks(&mut rng, crowd)
    }

    /// In one of six schedules the clocks are wrong, by at most a quarter of an hour
    /// each; a crowd meets an org that is slow for all of the time.
    fn with_clocks(mut self, rng: &mut StdRng, crowd: bool) -> Self {
        if crowd {
            let slow = OrgChange::Outage(Outage::Slow(seconds(rng, 60..118)));
            self.events.insert(
                0,
                Timed {
                    at: Duration::ZERO,
                    event: Event::Org(slow),
                },
            );
        }
        if rng.random_ratio(1, 6) {
            let mut skew = || rng.random_range(-900..=900);
            self.skews.fill_with(&mut skew);
            self.org_skew = skew();
        }
        self
    }
}

fn seconds(rng: &mut StdRng, range: std::ops::Range<u64>) -> Duration {
    Duration::from_millis(rng.random_range(range.start * 1000..range.end * 1000))
}

fn people(rng: &mut StdRng, crowd: bool) -> Vec<Person> {
    let known = [Known::Contact, Known::Lead, Known::Account, Known::Nothing];
    let (known, companies, many) = if crowd {
        (&known[3..], 1, rng.random_range(80..120))
    } else {
        (&known[..], rng.random_range(1..=3), rng.random_range(1..=5))
    };
    (0..many)
        .map(|n| {
            let known = *known.choose(rng).expect("a few");
            let company = rng.random_range(0..companies);
            // Whether the company has an Account is the same for all of its people.
            let named = match known {
                Known::Contact | Known::Account => format!("Customer {company}"),
                Known::Lead | Known::Nothing => format!("Prospect {company}"),
            };
            Person {
                email: format!("person{n}@company{company}.example"),
                company: named,
                known,
            }
        })
        .collect()
}

/// Everyone does one to four things; strangers often ask for access first, and
/// what one does often comes within a moment.
fn acts(rng: &mut StdRng, people: usize) -> Vec<Timed> {
    let kinds = [
        ActivityKind::RequestedAccess,
        ActivityKind::StatusPageView,
        ActivityKind::FileDownloaded,
        ActivityKind::NdaSigned,
    ];
    let mut acts = Vec::new();
    for person in 0..people {
        let mut at = seconds(rng, 0..60);
        for n in 0..rng.random_range(1..=4) {
            let kind = if n == 0 && rng.random_bool(0.7) {
                ActivityKind::RequestedAccess
            } else {
                *kinds.choose(rng).expect("a few")
            };
            acts.push(Timed {
                at,
                event: Event::Act { person, kind },
            });
            at += if rng.random_bool(0.7) {
                Duration::from_millis(rng.random_range(0..400))
            } else {
                seconds(rng, 1..300)
            };
        }
    }
    acts
}

fn trouble(rng: &mut StdRng, replicas: usize) -> Vec<Timed> {
    let mut events = Vec::new();
    for _ in 0..rng.random_range(0..=3) {
        let at = if rng.random_bool(0.6) {
            seconds(rng, 0..90)
        } else {
            seconds(rng, 0..TROUBLE)
        };
        let replica = rng.random_range(0..replicas);
        let event = match rng.random_range(0..20) {
            0..4 => Event::Crash {
                replica,
                down: seconds(rng, 1..30),
            },
            4..6 => Event::Suspend {
                replica,
                length: seconds(rng, 30..900),
                machine: rng.random_bool(0.5),
            },
            6 => Event::ClockSet {
                replica,
                seconds: *[-3600, 3600, -900, 900].choose(rng).expect("a few"),
            },
            7..11 => Event::Org(org_change(rng)),
            11..13 => {
                let back = at + seconds(rng, 1..240);
                events.push(Timed {
                    at: back,
                    event: Event::Restore,
                });
                Event::Backup
            }
            _ => Event::Admin(admin_act(rng)),
        };
        if let Event::Org(OrgChange::Outage(_) | OrgChange::QuotaUsedUp(true)) = event {
            let over = at + seconds(rng, 5..240);
            for change in [
                OrgChange::Outage(Outage::Over),
                OrgChange::QuotaUsedUp(false),
            ] {
                events.push(Timed {
                    at: over,
                    event: Event::Org(change),
                });
            }
        }
        events.push(Timed { at, event });
    }
    events
}

fn org_change(rng: &mut StdRng) -> OrgChange {
    match rng.random_range(0..8) {
        0..2 => OrgChange::ExpireSessions,
        2 => OrgChange::QuotaUsedUp(true),
        3 => OrgChange::ClockSet(*[-3600, 3600].choose(rng).expect("a few")),
        4 => OrgChange::Outage(Outage::Unreachable),
        5 => OrgChange::Outage(Outage::Html),
        6 => OrgChange::Outage(
            *[Outage::ReadOnly, Outage::TooManyCalls]
                .choose(rng)
                .expect("a few"),
        ),
        _ => OrgChange::Outage(Outage::Slow(seconds(rng, 5..115))),
    }
}

fn admin_act(rng: &mut StdRng) -> AdminAct {
    match rng.random_range(0..10) {
        0..2 => AdminAct::CancelOne,
        2 => AdminAct::RetryAll,
        3 => AdminAct::Pause,
        4 => AdminAct::Resume,
        5 => AdminAct::Uninstall,
        6..9 => AdminAct::LogIn {
            other_user: rng.random_bool(0.8),
        },
        _ => AdminAct::Switch {
            kind: ActivityKind::StatusPageView,
            on: rng.random_bool(0.5),
        },
    }
}

fn call_faults(rng: &mut StdRng) -> Vec<CallFault> {
    (0..rng.random_range(0..=3))
        .map(|_| {
            let what = call_trouble(rng);
            let rows = matches!(what, CallTrouble::RowRefused { .. });
            CallFault {
                nth: rng.random_range(0..8),
                of_writes: rows || rng.random_bool(0.7),
                what,
            }
        })
        .collect()
}

fn call_trouble(rng: &mut StdRng) -> CallTrouble {
    match rng.random_range(0..20) {
        0 => CallTrouble::NotSent,
        1..3 => CallTrouble::DroppedBefore,
        3..6 => CallTrouble::DroppedAfter,
        6..9 => CallTrouble::Late(seconds(rng, 5..560)),
        9..11 => CallTrouble::Html {
            status: *[500, 502, 503, 504].choose(rng).expect("a few"),
            done: rng.random_bool(0.5).then(|| seconds(rng, 0..30)),
        },
        11..15 => CallTrouble::RowRefused {
            row: rng.random_range(0..4),
            code: REFUSALS.choose(rng).expect("a few"),
        },
        15 => CallTrouble::SessionExpired,
        _ => CallTrouble::Crash {
            when: *[CrashAt::BeforeSending, CrashAt::Waiting, CrashAt::Answered]
                .choose(rng)
                .expect("a few"),
            done: rng.random_bool(0.7),
        },
    }
}

/// Mostly what passes; seldom what an Admin has to see.
const REFUSALS: [&str; 6] = [
    "UNABLE_TO_LOCK_ROW",
    "UNABLE_TO_LOCK_ROW",
    "UNABLE_TO_LOCK_ROW",
    "INVALID_CROSS_REFERENCE_KEY",
    "INACTIVE_OWNER_OR_USER",
    "FIELD_CUSTOM_VALIDATION_EXCEPTION",
];

fn database_faults(rng: &mut StdRng, replicas: usize) -> Vec<DatabaseFault> {
    (0..rng.random_range(0..=2))
        .map(|_| DatabaseFault {
            replica: rng.random_range(0..replicas),
            nth: rng.random_range(0..80),
            what: match rng.random_range(0..3) {
                0 => DatabaseTrouble::Error,
                1 => DatabaseTrouble::Crash,
                _ => DatabaseTrouble::Pause(seconds(rng, 1..600)),
            },
        })
        .collect()
}

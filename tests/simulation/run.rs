//! One run of a schedule: the loop that lets everyone go on in turn, moves time, and
//! in the end asks whether the promise was kept.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::actors::{Actors, Told};
use super::database::Faults;
use super::invariants::{self, Broken, Promise};
use super::org::{Org, SMALL_SHARE};
use super::replica::{Kit, Replica};
use super::schedule::{AdminAct, Event, OrgChange, Outage, Schedule};
use super::scheduler::Scheduler;
use super::silence::Silence;
use super::storage::Storage;

/// How much simulated time there is for everything to be settled.
const PATIENCE: Duration = Duration::from_hours(4);
/// While a call is under way: how much later than they asked sleepers may wake.
const NAP: Duration = Duration::from_secs(8);
/// More transactions in one second than there is work for.
const MOST_IN_A_SECOND: u64 = 1_000;
/// Runs that go on and on.
const MOST_STEPS: u64 = 200_000;

/// What came of a run.
#[derive(Debug, Default)]
pub struct Verdict {
    /// What was promised and isn't so.
    pub broken: Vec<Broken>,
    pub trace: Vec<String>,
    pub calls: u64,
    pub turns: u64,
    pub simulated: Duration,
}

pub struct Run {
    pub schedule: Schedule,
    pub scheduler: Scheduler,
    pub org: Org,
    pub actors: Actors,
    pub storage: Storage,
    faults: Arc<Faults>,
    replicas: Vec<Replica>,
    /// Events that are still to come, soonest last.
    events: Vec<(Duration, Next)>,
    /// When the trouble ended.
    pub calm_since: Option<Duration>,
    /// The org's API calls until then, where Gatehouse's share of them was small.
    pub calls_of_small_share: Option<u64>,
    silence: Silence,
    /// The second that is counted, and how many turns there were before it.
    second: (u64, u64),
}

enum Next {
    Event(Event),
    Start(usize),
    GoOn(usize),
    Calm,
}

/// Runs a schedule and says what came of it.
pub fn run(schedule: &Schedule, kit: &Kit, storage: Storage, traced: bool) -> Verdict {
    let mut run = Run::new(schedule, kit, storage, traced);
    for replica in &mut run.replicas {
        replica.start(kit, &run.storage);
    }
    let mut broken = run.go(kit);
    if broken.is_empty() {
        broken = invariants::check(&run);
    }
    let verdict = Verdict {
        broken,
        trace: run.scheduler.trace(),
        calls: run.org.calls(),
        turns: run.scheduler.turns(),
        simulated: run.scheduler.now(),
    };
    for replica in &mut run.replicas {
        replica.crash();
    }
    verdict
}

impl Run {
    fn new(schedule: &Schedule, kit: &Kit, mut storage: Storage, traced: bool) -> Self {
        let scheduler = Scheduler::new(schedule.seed, traced);
        let org = Org::new(&scheduler, schedule);
        org.set_clock(schedule.org_skew);
        let actors = Actors {
            scheduler: scheduler.clone(),
            org: org.clone(),
            organization: storage.organization().clone(),
            told: Arc::new(Mutex::new(Told::default())),
        };
        storage.connect(&actors, schedule.options, kit);
        let faults = Faults::new(&schedule.database_faults, schedule.replicas);
        let shared = (&scheduler, &org, &faults);
        let replicas = (0..schedule.replicas).map(|n| Replica::new(n, shared, schedule));
        let mut run = Self {
            replicas: replicas.collect(),
            schedule: schedule.clone(),
            events: Vec::new(),
            calm_since: None,
            calls_of_small_share: None,
            silence: Silence::default(),
            second: (0, 0),
            scheduler,
            org,
            actors,
            storage,
            faults,
        };
        for timed in &schedule.events {
            run.at(timed.at, Next::Event(timed.event.clone()));
        }
        let end = schedule.last_event() + Duration::from_mins(1);
        run.at(end, Next::Calm);
        run
    }

    fn at(&mut self, time: Duration, next: Next) {
        let later = self.events.partition_point(|(at, _)| *at > time);
        self.events.insert(later, (time, next));
    }

    /// Until everything is settled, or it is clear that it never will be.
    fn go(&mut self, kit: &Kit) -> Vec<Broken> {
        for _ in 0..MOST_STEPS {
            self.end_processes();
            if let Some(broken) = self.busy_loop() {
                return vec![broken];
            }
            if let Some(replica) = self.scheduler.grant(|n| self.replicas[n].may_run()) {
                self.replicas[replica].run();
                continue;
            }
            if self.calm_since.is_some() {
                if let Some(broken) = self.finish_when_calm() {
                    return broken;
                }
                if !self.scheduler_is_idle() {
                    continue;
                }
            }
            let Some(next) = self.next_moment() else {
                return vec![Promise::Settled.broken("nothing goes on")];
            };
            self.advance(next);
            self.org.carry_out_due();
            self.happen(kit);
        }
        vec![Promise::Settled.broken(format!("still busy after {MOST_STEPS} steps"))]
    }

    fn busy_loop(&mut self) -> Option<Broken> {
        let (second, turns) = (self.scheduler.now().as_secs(), self.scheduler.turns());
        if self.second.0 != second {
            self.second = (second, turns);
        }
        let many = turns - self.second.1;
        let how = || format!("{many} transactions within second {second}");
        (many > MOST_IN_A_SECOND).then(|| Promise::NoBusyLoop.broken(how()))
    }

    /// Once calm: what an Admin sees to, and whether all is done. Answers the end.
    fn finish_when_calm(&mut self) -> Option<Vec<Broken>> {
        let calm_since = self.calm_since?;
        let now = self.scheduler.now();
        let seen = self.storage.read_committed(self.scheduler.commits());
        if let Some(act) = seen.needs() {
            self.administer(act);
            return None;
        }
        if seen.open.is_empty() && !self.org.is_busy() {
            return Some(Vec::new());
        }
        if now > calm_since + PATIENCE {
            let rows: Vec<_> = seen.open.iter().map(|row| format!("{row:?}")).collect();
            let how = format!("still open after hours: {}", rows.join("; "));
            return Some(vec![Promise::Settled.broken(how)]);
        }
        let silent = self.silence.check(now, seen, self.org.is_busy());
        let silent = silent.filter(|_| !self.schedule.has_wrong_clocks())?;
        Some(vec![Promise::NoSilence.broken(silent)])
    }

    fn scheduler_is_idle(&self) -> bool {
        let now = self.scheduler.now();
        let next = self.scheduler.next_turn(|n| self.replicas[n].may_run());
        next.is_none_or(|at| at > now)
    }

    fn end_processes(&mut self) {
        for replica in self.scheduler.take_ended() {
            let down = Duration::from_millis(500 + self.scheduler.below(20_000));
            self.crash(replica, down);
        }
    }

    fn crash(&mut self, replica: usize, down: Duration) {
        if self.replicas[replica].is_up() {
            self.scheduler
                .note(|| format!("replica {replica}: its process ended"));
            self.replicas[replica].crash();
            self.at(self.scheduler.now() + down, Next::Start(replica));
        }
    }

    /// The next moment at which anyone can go on or anything happens.
    fn next_moment(&mut self) -> Option<Duration> {
        let turn = self.scheduler.next_turn(|n| self.replicas[n].may_run());
        let event = self.events.last().map(|(at, _)| *at);
        let fixed = [turn, event, self.org.next_commit()];
        let fixed = fixed.into_iter().flatten().min();
        let sleeper = self.replicas.iter().filter_map(Replica::next_sleeper).min();
        let Some(sleeper) = sleeper.filter(|at| fixed.is_none_or(|fixed| *at < fixed)) else {
            return fixed;
        };
        // A process that only polls for work may as well poll when there is some.
        let now = self.scheduler.now();
        let due = self
            .storage
            .read_committed(self.scheduler.commits())
            .next_due;
        let due = due.map(|due| due.saturating_sub(self.ahead()));
        let due = due.unwrap_or(Duration::MAX).max(sleeper);
        let nap = if self.org.is_waited_for() {
            sleeper.max(now + NAP)
        } else {
            Duration::MAX
        };
        let wake = due.min(nap);
        match fixed {
            Some(fixed) => Some(fixed.min(wake)),
            None if wake == Duration::MAX => Some(now + Duration::from_mins(5)),
            None => Some(wake),
        }
    }

    /// How far the clock is ahead that is ahead furthest.
    fn ahead(&self) -> Duration {
        let running = self.replicas.iter().filter(|replica| replica.may_run());
        let skews = running.map(|replica| Duration::try_from(replica.skew()));
        skews.flatten().max().unwrap_or_default()
    }

    fn advance(&mut self, to: Duration) {
        let by = to.saturating_sub(self.scheduler.now());
        self.scheduler.advance_to(to);
        self.org.advance(by);
        for replica in &self.replicas {
            replica.advance(by);
        }
    }

    /// Everything that is due now.
    fn happen(&mut self, kit: &Kit) {
        let now = self.scheduler.now();
        while let Some((_, next)) = self.events.pop_if(|(at, _)| *at <= now) {
            match next {
                Next::Event(event) => self.event(&event, kit),
                Next::Start(replica) if !self.replicas[replica].is_up() => {
                    self.scheduler
                        .note(|| format!("replica {replica}: started"));
                    self.replicas[replica].start(kit, &self.storage);
                }
                Next::Start(_) => {}
                Next::GoOn(replica) => self.replicas[replica].go_on(),
                Next::Calm => self.calm(kit),
            }
        }
    }

    fn event(&mut self, event: &Event, kit: &Kit) {
        if !matches!(event, Event::Act { .. } | Event::Admin(_)) {
            self.scheduler.note(|| format!("{event:?}"));
        }
        match *event {
            Event::Act { person, kind } => {
                let person = self.schedule.people[person].clone();
                let actors = self.actors.clone();
                self.somewhere(|app| actors.act(app, person, kind));
            }
            Event::Admin(act) => self.administer(act),
            Event::Org(change) => self.change_org(change),
            Event::Crash { replica, down } => self.crash(replica, down),
            Event::Suspend {
                replica,
                length,
                machine,
            } => {
                self.replicas[replica].suspend(machine);
                self.at(self.scheduler.now() + length, Next::GoOn(replica));
            }
            Event::ClockSet { replica, seconds } => self.replicas[replica].jump(seconds),
            Event::Backup => self.storage.back_up(),
            Event::Restore => self.restore(kit),
        }
    }

    fn restore(&mut self, kit: &Kit) {
        if !self.storage.has_backup() {
            return;
        }
        for replica in &mut self.replicas {
            replica.crash();
        }
        self.storage.restore();
        self.storage.mark_restored(self.scheduler.now());
        for replica in &mut self.replicas {
            replica.start(kit, &self.storage);
        }
    }

    fn administer(&mut self, act: AdminAct) {
        let actors = self.actors.clone();
        self.somewhere(|app| actors.administer(app, act));
    }

    /// On one of the replicas that run; if none does, nobody can do anything.
    fn somewhere<F>(&self, work: impl FnOnce(gatehouse::app::App) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        let up: Vec<_> = self.replicas.iter().filter(|one| one.may_run()).collect();
        if up.is_empty() {
            return;
        }
        let chosen = self.scheduler.below(up.len() as u64);
        up[usize::try_from(chosen).unwrap_or_default()].spawn(work);
    }

    fn change_org(&mut self, change: OrgChange) {
        let sim = self.org.sim();
        match change {
            OrgChange::ExpireSessions => sim.expire_access_tokens(),
            OrgChange::QuotaUsedUp(all) => self.org.use_up_calls(all),
            OrgChange::Outage(outage) => self.org.set_outage(outage),
            OrgChange::ClockSet(seconds) => self.org.set_clock(seconds),
        }
    }

    /// The end of all trouble: nothing breaks from now on.
    fn calm(&mut self, kit: &Kit) {
        self.scheduler
            .note(|| "from now on nothing breaks".to_owned());
        self.org.calm();
        self.org.set_outage(Outage::Over);
        self.faults.stop();
        self.scheduler.end_pauses();
        for n in 0..self.replicas.len() {
            self.replicas[n].go_on();
            if !self.replicas[n].is_up() {
                self.replicas[n].start(kit, &self.storage);
            }
        }
        self.calm_since = Some(self.scheduler.now());
        if self.storage.share() == Some(SMALL_SHARE) {
            self.calls_of_small_share = Some(self.org.own_api_calls());
            self.administer(AdminAct::RaiseShare);
        }
    }
}

//! The delivery engine under a seeded scheduler, with simulated time.
//!
//! A [`schedule`] says who does what and what goes wrong; it is [drawn](draw) from a
//! seed. A [`run`] plays it: replicas of the real program, each with a runtime of its
//! own, on a real database, with a local org in the same process. Whatever they do with
//! the database or the org waits for its turn, which the [`scheduler`] gives by the
//! seed. When trouble is over and everything is settled, [`invariants`] asks what was
//! promised. A schedule that breaks a promise is [made smaller](shrink) and printed
//! with its trace.
//!
//! `SEED=7 make simulate` plays one seed, `SEEDS=1000000 make simulate` many.

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

mod actors;
mod database;
mod draw;
mod embedded;
mod invariants;
mod org;
mod refusal;
mod replica;
mod run;
mod schedule;
mod scheduler;
mod shrink;
mod silence;
mod storage;
mod template;
#[path = "../support/database.rs"]
mod test_database;
mod transport;

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use invariants::Broken;
use jiff::Timestamp;
use replica::Kit;
use run::{Verdict, run};
use schedule::Schedule;
use template::Template;
use test_database::Database;

/// When every run begins: 2026-02-02T15:00:00Z.
const START_MILLIS: i64 = 1_770_044_400_000;
/// How long after an uninstallation a write that was permitted before may begin.
const PERMIT: Duration = Duration::from_mins(2);
/// Replicas on an embedded database.
const REPLICAS: usize = 3;

/// The right time.
fn wall(since_start: Duration) -> Timestamp {
    let start = Timestamp::from_millisecond(START_MILLIS).expect("a moment");
    start.checked_add(since_start).expect("a moment")
}

fn in_words(broken: &[Broken]) -> String {
    let words: Vec<_> = broken.iter().map(ToString::to_string).collect();
    words.join("; ")
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.replace('_', "").parse().ok()
}

/// What one thread needs for its runs.
struct Bench {
    template: Template,
    kit: Kit,
    /// Goes away when everything in it is closed.
    _folder: tempfile::TempDir,
}

impl Bench {
    fn new(database: Database) -> Self {
        let folder = database::folder();
        Self {
            kit: Kit::new(folder.path()),
            template: Template::new(database, &folder),
            _folder: folder,
        }
    }

    fn play(&self, schedule: &Schedule, traced: bool) -> Verdict {
        run(schedule, &self.kit, self.template.storage(), traced)
    }

    /// The smallest failing part of a failing schedule, in words.
    fn explain(&self, schedule: Schedule, verdict: Verdict) -> String {
        let seed = schedule.seed;
        let broken = verdict.broken.clone();
        let (small, _) = shrink::shrink(schedule, verdict, &|one| self.play(one, false));
        let verdict = self.play(&small, true);
        format!(
            "SEED={seed} broke a promise: {}\n\nthe smallest part of it that fails:\n{small:#?}\n\n{}\n\nbroken: {}",
            in_words(&broken),
            verdict.trace.join("\n"),
            in_words(&verdict.broken),
        )
    }
}

#[test]
fn the_same_seed_gives_the_same_run() {
    let bench = Bench::new(Database::Sqlite);
    for seed in 0..20 {
        let schedule = Schedule::draw(seed, REPLICAS);
        let first = bench.play(&schedule, true);
        let second = bench.play(&schedule, true);
        assert_eq!(first.trace, second.trace, "seed {seed}");
    }
}

/// Schedules of `make test`, which have to fit into a minute or two of a build without
/// optimisation. `make simulate` plays as many as one likes.
const IN_EVERY_TEST_RUN: u64 = 1_000;
/// On PostgreSQL a schedule takes several times as long.
const IN_EVERY_TEST_RUN_ON_POSTGRES: u64 = 60;

#[test]
fn every_activity_becomes_one_task_or_says_why() {
    play(Database::Sqlite, IN_EVERY_TEST_RUN);
}

#[test]
fn every_activity_becomes_one_task_or_says_why_on_postgres() {
    play(Database::Postgres, IN_EVERY_TEST_RUN_ON_POSTGRES);
}

/// As many as are asked for, or so many.
fn play(database: Database, seeds: u64) {
    match number("SEED") {
        Some(seed) => play_one(database, seed),
        None => play_many(
            database,
            number("FIRST_SEED").unwrap_or(0),
            number("SEEDS").unwrap_or(seeds),
        ),
    }
}

fn play_one(database: Database, seed: u64) {
    let bench = Bench::new(database);
    let schedule = Schedule::draw(seed, REPLICAS);
    let verdict = bench.play(&schedule, true);
    println!("{schedule:#?}\n\n{}", verdict.trace.join("\n"));
    assert!(
        verdict.broken.is_empty(),
        "{}",
        bench.explain(schedule, verdict)
    );
}

/// On every core, until one fails; with `KEEP_GOING` all of them, told in a line each.
fn play_many(database: Database, first: u64, seeds: u64) {
    let keep_going = number("KEEP_GOING").is_some();
    let totals = Totals::default();
    let next = AtomicU64::new(first);
    let failures: Mutex<Vec<String>> = Mutex::default();
    let begun = Instant::now();
    let play = || {
        let bench = Bench::new(database);
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            let failed = !failures.lock().expect("failures").is_empty();
            if seed >= first + seeds || (failed && !keep_going) {
                return;
            }
            let schedule = Schedule::draw(seed, REPLICAS);
            let verdict = bench.play(&schedule, false);
            totals.add(&verdict);
            if !verdict.broken.is_empty() {
                let told = if keep_going {
                    format!("SEED={seed}: {}", in_words(&verdict.broken))
                } else {
                    bench.explain(schedule, verdict)
                };
                failures.lock().expect("failures").push(told);
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(play);
        }
    });
    println!("{} in {:.1} s", totals, begun.elapsed().as_secs_f64());
    let failures = failures.into_inner().expect("failures");
    assert!(
        failures.is_empty(),
        "{} failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

/// How much was simulated.
#[derive(Default)]
struct Totals {
    schedules: AtomicU64,
    calls: AtomicU64,
    turns: AtomicU64,
    seconds: AtomicU64,
}

impl Totals {
    fn add(&self, verdict: &Verdict) {
        let seconds = verdict.simulated.as_secs();
        self.schedules.fetch_add(1, Ordering::Relaxed);
        self.calls.fetch_add(verdict.calls, Ordering::Relaxed);
        self.turns.fetch_add(verdict.turns, Ordering::Relaxed);
        self.seconds.fetch_add(seconds, Ordering::Relaxed);
    }
}

impl std::fmt::Display for Totals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let [schedules, calls, turns, seconds] =
            [&self.schedules, &self.calls, &self.turns, &self.seconds]
                .map(|count| count.load(Ordering::Relaxed));
        let hours = seconds / 3600;
        write!(
            f,
            "{schedules} schedules with {calls} calls and {turns} turns of {hours} simulated hours"
        )
    }
}

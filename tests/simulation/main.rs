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

mod actors;
mod database;
mod draw;
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
mod transport;

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use invariants::Broken;
use jiff::Timestamp;
use replica::Kit;
use run::{Verdict, run};
use schedule::Schedule;
use storage::Template;

/// When every run begins: 2026-02-02T15:00:00Z.
const START_MILLIS: i64 = 1_770_044_400_000;
/// How long after an uninstallation a write that was permitted before may begin.
const PERMIT: Duration = Duration::from_secs(120);
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
    folder: tempfile::TempDir,
    kit: Kit,
    template: Template,
    runs: AtomicU64,
}

impl Bench {
    fn new() -> Self {
        let folder = database::folder();
        Self {
            kit: Kit::new(folder.path()),
            template: Template::new(folder.path()),
            folder,
            runs: AtomicU64::new(0),
        }
    }

    fn play(&self, schedule: &Schedule, traced: bool) -> Verdict {
        let number = self.runs.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.path().join(format!("run{number}.db"));
        run(schedule, &self.kit, self.template.copy(path), traced)
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
    let bench = Bench::new();
    for seed in 0..20 {
        let schedule = Schedule::draw(seed, REPLICAS);
        let first = bench.play(&schedule, true);
        let second = bench.play(&schedule, true);
        assert_eq!(first.trace, second.trace, "seed {seed}");
    }
}

/// Schedules of `make test`, which have to fit into a minute or two of a build without
/// optimisation. `make simulate` plays as many as one likes.
const IN_EVERY_TEST_RUN: u64 = 300;

#[test]
fn every_activity_becomes_one_task_or_says_why() {
    if let Some(seed) = number("SEED") {
        let bench = Bench::new();
        let schedule = Schedule::draw(seed, REPLICAS);
        let verdict = bench.play(&schedule, true);
        println!("{schedule:#?}\n\n{}", verdict.trace.join("\n"));
        if !verdict.broken.is_empty() {
            panic!("{}", bench.explain(schedule, verdict));
        }
        return;
    }
    let first = number("FIRST_SEED").unwrap_or(0);
    let seeds = number("SEEDS").unwrap_or(IN_EVERY_TEST_RUN);
    let keep_going = number("KEEP_GOING").is_some();
    let next = AtomicU64::new(first);
    let stop = AtomicBool::new(false);
    let failures: Mutex<Vec<String>> = Mutex::default();
    let [calls, turns, simulated] = [const { AtomicU64::new(0) }; 3];
    let begun = Instant::now();
    let threads = std::thread::available_parallelism().map_or(2, usize::from);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                let bench = Bench::new();
                while !stop.load(Ordering::Relaxed) {
                    let seed = next.fetch_add(1, Ordering::Relaxed);
                    if seed >= first + seeds {
                        return;
                    }
                    let schedule = Schedule::draw(seed, REPLICAS);
                    let verdict = bench.play(&schedule, false);
                    calls.fetch_add(verdict.calls, Ordering::Relaxed);
                    turns.fetch_add(verdict.turns, Ordering::Relaxed);
                    simulated.fetch_add(verdict.simulated.as_secs(), Ordering::Relaxed);
                    if verdict.broken.is_empty() {
                        continue;
                    }
                    let told = if keep_going {
                        format!("SEED={seed}: {}", in_words(&verdict.broken))
                    } else {
                        stop.store(true, Ordering::Relaxed);
                        bench.explain(schedule, verdict)
                    };
                    failures.lock().expect("failures").push(told);
                }
            });
        }
    });
    let played = next.load(Ordering::Relaxed).min(first + seeds) - first;
    println!(
        "{played} schedules in {:.1} s: {} calls and {} turns in {} simulated hours",
        begun.elapsed().as_secs_f64(),
        calls.into_inner(),
        turns.into_inner(),
        simulated.into_inner() / 3600,
    );
    let failures = failures.into_inner().expect("failures");
    assert!(
        failures.is_empty(),
        "{} failed:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

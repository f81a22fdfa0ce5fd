//! A failing schedule made smaller: pieces are left out while it still fails.

use super::run::Verdict;
use super::schedule::Schedule;

/// The smallest schedule found that still breaks the same promise, and what came of it.
pub fn shrink(
    schedule: Schedule,
    verdict: Verdict,
    run: &dyn Fn(&Schedule) -> Verdict,
) -> (Schedule, Verdict) {
    let mut promises = verdict.broken.iter().map(|broken| broken.promise);
    let promise = promises.next().expect("a failing schedule");
    let mut best = (schedule, verdict);
    loop {
        let smaller = candidates(&best.0)
            .into_iter()
            .map(|smaller| {
                let verdict = run(&smaller);
                (smaller, verdict)
            })
            .find(|(_, verdict)| {
                let mut broken = verdict.broken.iter();
                broken.any(|broken| broken.promise == promise)
            });
        match smaller {
            Some(smaller) => best = smaller,
            None => return best,
        }
    }
}

/// The same schedule with a little less in it, each time something else.
fn candidates(schedule: &Schedule) -> Vec<Schedule> {
    let pieces = (0..schedule.pieces()).rev();
    let mut all: Vec<Schedule> = pieces.map(|piece| schedule.without(piece)).collect();
    let clocks = schedule.skews.iter().chain([&schedule.org_skew]);
    if clocks.into_iter().any(|skew| *skew != 0) {
        let mut right = schedule.clone();
        right.skews.fill(0);
        right.org_skew = 0;
        all.push(right);
    }
    if schedule.workers > 1 {
        let mut one = schedule.clone();
        one.workers = 1;
        all.push(one);
    }
    all
}

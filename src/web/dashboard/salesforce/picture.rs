//! Deliveries over time, and the API calls that were used beside those that each activity
//! would take by itself.

use jiff::{SignedDuration, Timestamp};
use store::deliveries::list::Hour;

use crate::web::components::chart::{Chart, Series, Slot};

/// What sending one activity by itself takes: one call to look up the person and the
/// company, one to write the Task.
const CALLS_APART: i64 = 2;
const HOUR: i64 = 3_600_000_000;

/// How far back the pictures go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Span {
    Day,
    Week,
}

impl Span {
    pub(super) const ALL: [Self; 2] = [Self::Day, Self::Week];

    pub(super) const fn key(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
        }
    }

    pub(super) const fn title(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
        }
    }

    /// The day, unless the week is asked for.
    pub(super) fn from_key(key: &str) -> Self {
        if key == Self::Week.key() {
            Self::Week
        } else {
            Self::Day
        }
    }

    /// How many bars, and how many hours each of them stands for.
    const fn bars(self) -> (i64, i64) {
        match self {
            Self::Day => (24, 1),
            Self::Week => (28, 6),
        }
    }

    /// When the first bar begins; the last one holds `now`.
    pub(super) fn begins(self, now: Timestamp) -> Timestamp {
        let (bars, hours) = self.bars();
        let end = now.as_microsecond().div_euclid(HOUR) * HOUR + HOUR;
        Timestamp::from_microsecond(end - bars * hours * HOUR).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// Both charts and their sums.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Picture {
    pub span: Span,
    pub tasks: Chart,
    pub calls: Chart,
    pub tasks_sum: i64,
    pub calls_sum: i64,
    /// What it would have taken one by one.
    pub apart_sum: i64,
}

impl Picture {
    pub(super) fn draw(span: Span, now: Timestamp, hours: &[Hour]) -> Self {
        let from = span.begins(now);
        let (bars, per_bar) = span.bars();
        let mut tasks = vec![0; usize::try_from(bars).unwrap_or(0)];
        let mut calls = tasks.clone();
        for hour in hours {
            let after = hour.begins.as_microsecond() - from.as_microsecond();
            let slot = usize::try_from(after.div_euclid(HOUR * per_bar)).ok();
            if let Some(slot) = slot.filter(|slot| *slot < tasks.len()) {
                tasks[slot] += hour.tasks;
                calls[slot] += hour.calls;
            }
        }
        let name = |slot: usize| {
            let begins = SignedDuration::from_hours(per_bar * i64::try_from(slot).unwrap_or(0));
            let begins = from.saturating_add(begins).unwrap_or(from);
            begins.strftime("%b %-d, %-I:%M %p").to_string()
        };
        let slots = |values: Vec<Vec<i64>>| -> Vec<Slot> {
            let numbered = values.into_iter().enumerate();
            numbered
                .map(|(at, values)| Slot {
                    name: name(at),
                    short: name(at),
                    values,
                })
                .collect()
        };
        let tasks_sum = tasks.iter().sum();
        let beside = calls.iter().zip(&tasks);
        let beside = beside.map(|(calls, tasks)| vec![*calls, tasks * CALLS_APART]);
        let beside = slots(beside.collect());
        let tasks = slots(tasks.into_iter().map(|n| vec![n]).collect());
        Self {
            span,
            tasks: Chart::new("Tasks written", &["Tasks"], Series::Stacked, tasks),
            calls: Chart::new(
                "API calls",
                &["used", "one activity at a time"],
                Series::Behind,
                beside,
            ),
            tasks_sum,
            calls_sum: calls.iter().sum(),
            apart_sum: tasks_sum * CALLS_APART,
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tasks_sum == 0 && self.calls_sum == 0
    }

    /// API calls that batching saved; nothing while there is little to batch.
    pub(super) fn saved(&self) -> Option<i64> {
        let saved = self.apart_sum - self.calls_sum;
        (saved > 0).then_some(saved)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(begins: &str, calls: i64, tasks: i64) -> Hour {
        Hour {
            begins: begins.parse().unwrap(),
            calls,
            tasks,
        }
    }

    #[test]
    fn each_hour_has_its_bar_and_the_last_one_is_now() {
        let now = "2026-02-02T15:20:00Z".parse().unwrap();
        let hours = [
            hour("2026-02-01T15:00:00Z", 9, 9),
            hour("2026-02-01T16:00:00Z", 1, 50),
            hour("2026-02-02T15:00:00Z", 2, 100),
        ];
        let picture = Picture::draw(Span::Day, now, &hours);
        assert_eq!((picture.tasks_sum, picture.calls_sum), (150, 3));
        assert_eq!(picture.saved(), Some(297));
        let bars = &picture.tasks.bars;
        assert_eq!((bars.len(), bars[0].parts[0].height), (24, 60));
        assert_eq!(bars[23].title, "Tasks written, Feb 2, 3:00 PM: 100");
        let beside = "Feb 2, 3:00 PM: 2 used, 200 one activity at a time";
        assert_eq!(picture.calls.bars[23].title, beside);
    }

    #[test]
    fn a_week_is_drawn_in_quarters_of_days() {
        let now = "2026-02-02T15:20:00Z".parse().unwrap();
        let hours = [
            hour("2026-02-02T12:00:00Z", 1, 1),
            hour("2026-02-02T14:00:00Z", 1, 1),
        ];
        let picture = Picture::draw(Span::Week, now, &hours);
        assert_eq!(picture.tasks.bars.len(), 28);
        assert_eq!(
            picture.tasks.bars[27].title,
            "Tasks written, Feb 2, 10:00 AM: 2"
        );
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let picture = Picture::draw(Span::Day, Timestamp::UNIX_EPOCH, &[]);
        assert!(picture.is_empty());
        assert_eq!(picture.saved(), None);
    }
}

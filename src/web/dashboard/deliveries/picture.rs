//! Deliveries over time, and API calls used against one call after the other:
//! bars for an inline SVG.

use jiff::{SignedDuration, Timestamp};

use store::deliveries::list::Hour;

/// What sending one activity by itself takes: one call to look up the person and the
/// company, one to write the Task.
const CALLS_APART: i64 = 2;
/// A bar and the space beside it, in units of the drawing.
const STEP: i64 = 12;
const WIDTH: i64 = 9;
const HEIGHT: i64 = 100;
const HOUR: i64 = 3_600_000_000;

/// How far back the pictures go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Span {
    Day,
    Week,
}

impl Span {
    pub const ALL: [Self; 2] = [Self::Day, Self::Week];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Day => "24h",
            Self::Week => "7d",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Day => "24 hours",
            Self::Week => "7 days",
        }
    }

    /// The day, unless the week is asked for.
    pub fn from_key(key: &str) -> Self {
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
    pub fn begins(self, now: Timestamp) -> Timestamp {
        let (bars, hours) = self.bars();
        let end = now.as_microsecond().div_euclid(HOUR) * HOUR + HOUR;
        Timestamp::from_microsecond(end - bars * hours * HOUR).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// One bar; its origin is the top left corner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    pub x: i64,
    pub y: i64,
    pub width: i64,
    pub height: i64,
    /// What it says when pointed at.
    pub title: String,
}

/// Bars beside each other.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chart {
    pub width: i64,
    pub height: i64,
    /// What the full height stands for.
    pub top: i64,
    pub bars: Vec<Bar>,
    /// Behind the bars, for comparison; may be empty.
    pub behind: Vec<Bar>,
}

/// Both charts and their sums.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Picture {
    pub span: Span,
    pub from: Timestamp,
    pub to: Timestamp,
    pub tasks: Chart,
    pub calls: Chart,
    pub tasks_sum: i64,
    pub calls_sum: i64,
    /// What it would have taken one by one.
    pub apart_sum: i64,
}

impl Picture {
    pub fn draw(span: Span, now: Timestamp, hours: &[Hour]) -> Self {
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
        let apart: Vec<i64> = tasks.iter().map(|n| n * CALLS_APART).collect();
        let title = |slot: usize, words: &str| {
            let begins = SignedDuration::from_hours(per_bar * i64::try_from(slot).unwrap_or(0));
            let begins = from.saturating_add(begins).unwrap_or(from);
            format!("{}: {words}", begins.strftime("%-d %b, %H:%M UTC"))
        };
        let most = |values: &[i64]| values.iter().copied().max().unwrap_or(0).max(1);
        let (top_tasks, top_calls) = (most(&tasks), most(&calls).max(most(&apart)));
        let row = |values: &[i64], top, words: &str| -> Vec<Bar> {
            let values = values.iter().enumerate().filter(|(_, value)| **value > 0);
            values
                .map(|(slot, &value)| {
                    bar(slot, value, top, title(slot, &format!("{value} {words}")))
                })
                .collect()
        };
        Self {
            span,
            from,
            to: now,
            tasks: chart(bars, top_tasks, row(&tasks, top_tasks, "Tasks"), Vec::new()),
            calls: chart(
                bars,
                top_calls,
                row(&calls, top_calls, "API calls"),
                row(&apart, top_calls, "API calls if sent one by one"),
            ),
            tasks_sum: tasks.iter().sum(),
            calls_sum: calls.iter().sum(),
            apart_sum: apart.iter().sum(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.tasks_sum == 0 && self.calls_sum == 0
    }

    /// API calls that batching saved; nothing while there is little to batch.
    pub fn saved(&self) -> Option<i64> {
        let saved = self.apart_sum - self.calls_sum;
        (saved > 0).then_some(saved)
    }
}

fn chart(bars: i64, top: i64, row: Vec<Bar>, behind: Vec<Bar>) -> Chart {
    Chart {
        width: bars * STEP,
        height: HEIGHT,
        top,
        bars: row,
        behind,
    }
}

/// Anything that isn't nothing can be seen.
fn bar(slot: usize, value: i64, top: i64, title: String) -> Bar {
    let height = (value * HEIGHT / top).clamp(2, HEIGHT);
    Bar {
        x: i64::try_from(slot).unwrap_or(0) * STEP,
        y: HEIGHT - height,
        width: WIDTH,
        height,
        title,
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
        assert_eq!((bars[0].x, bars[0].height), (0, 50));
        assert_eq!((bars[1].x, bars[1].y, bars[1].height), (276, 0, 100));
        assert_eq!(bars[1].title, "2 Feb, 15:00 UTC: 100 Tasks");
    }

    #[test]
    fn a_week_is_drawn_in_quarters_of_days() {
        let now = "2026-02-02T15:20:00Z".parse().unwrap();
        let hours = [
            hour("2026-02-02T12:00:00Z", 1, 1),
            hour("2026-02-02T14:00:00Z", 1, 1),
        ];
        let picture = Picture::draw(Span::Week, now, &hours);
        assert_eq!(picture.tasks.bars.len(), 1);
        assert_eq!(picture.tasks.width, 28 * STEP);
        assert_eq!(picture.tasks.bars[0].height, 100);
    }

    #[test]
    fn nothing_is_drawn_of_nothing() {
        let picture = Picture::draw(Span::Day, Timestamp::UNIX_EPOCH, &[]);
        assert!(picture.is_empty());
        assert_eq!(picture.saved(), None);
    }
}

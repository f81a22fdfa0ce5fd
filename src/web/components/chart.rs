//! Numbers per day as a row of bars, drawn on the server.

use jiff::Timestamp;
use jiff::tz::TimeZone;

const MICROS_PER_DAY: i64 = 86_400_000_000;
/// The picture's own units.
const STEP: i64 = 10;
const HEIGHT: i64 = 60;

/// One bar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    pub x: i64,
    pub y: i64,
    pub height: i64,
    /// "23 Nov: 4"
    pub label: String,
}

/// The last days, oldest first.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Days {
    pub bars: Vec<Bar>,
    pub width: i64,
    pub height: i64,
    pub total: i64,
    pub busiest: i64,
}

impl Days {
    /// From counts by day since 1970 (UTC), as [`::store::activities::feed::per_day`] has them.
    pub fn of(counts: &[(i64, i64)], now: Timestamp, days: u16) -> Self {
        let today = now.as_microsecond().div_euclid(MICROS_PER_DAY);
        let days = i64::from(days);
        let count_of = |day| {
            let found = counts.iter().find(|(found, _)| *found == day);
            found.map_or(0, |(_, n)| *n)
        };
        let shown: Vec<_> = (today - days + 1..=today)
            .map(|day| (day, count_of(day)))
            .collect();
        let busiest = shown.iter().map(|(_, n)| *n).max().unwrap_or(0);
        let bars = shown
            .iter()
            .zip(0..)
            .map(|((day, n), index)| {
                // A day with anything has at least a visible stub.
                let height = match n * HEIGHT {
                    0 => 0,
                    scaled => (scaled / busiest).max(3),
                };
                Bar {
                    x: index * STEP,
                    y: HEIGHT - height,
                    height,
                    label: format!("{}: {n}", name_of(*day)),
                }
            })
            .collect();
        Self {
            bars,
            width: days * STEP,
            height: HEIGHT,
            total: shown.iter().map(|(_, n)| n).sum(),
            busiest,
        }
    }
}

fn name_of(day: i64) -> String {
    let begins = Timestamp::from_microsecond(day * MICROS_PER_DAY);
    begins.map_or_else(
        |_| String::new(),
        |begins| {
            begins
                .to_zoned(TimeZone::UTC)
                .strftime("%-d %b")
                .to_string()
        },
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_busiest_day_is_as_high_as_the_picture_and_a_quiet_one_is_seen() {
        let now: Timestamp = "2026-02-02T15:00:00Z".parse().unwrap();
        let today = now.as_microsecond() / MICROS_PER_DAY;
        let days = Days::of(&[(today - 40, 9), (today - 1, 1), (today, 100)], now, 30);
        assert_eq!((days.bars.len(), days.total, days.busiest), (30, 101, 100));
        let heights: Vec<_> = days.bars[27..].iter().map(|bar| bar.height).collect();
        assert_eq!(heights, [0, 3, 60]);
        assert_eq!(days.bars[29].label, "2 Feb: 100");
    }

    #[test]
    fn nothing_at_all_is_a_flat_picture() {
        let days = Days::of(&[], Timestamp::UNIX_EPOCH, 30);
        assert!(days.bars.iter().all(|bar| bar.height == 0));
    }
}

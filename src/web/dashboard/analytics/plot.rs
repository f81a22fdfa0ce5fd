//! Numbers over time as bars with axes: the bars are a picture that stretches, the
//! words beside it are text, so that they stay readable on a phone.

use std::collections::BTreeMap;

use domain::analytics::{Metric, Sums};
use jiff::Timestamp;
use jiff::tz::TimeZone;

const MICROS_PER_DAY: i64 = 86_400_000_000;
/// A bar and the space beside it, in units of the drawing.
const STEP: i64 = 12;
const WIDTH: i64 = 9;
const HEIGHT: i64 = 120;

/// How far back is looked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Period(u16);

impl Period {
    pub const ALL: [Self; 4] = [Self(7), Self(30), Self(90), Self(365)];

    /// 30 days, unless another of these is asked for.
    pub fn of(days: &str) -> Self {
        let asked = days.parse().map(Self);
        let known = asked.ok().filter(|asked| Self::ALL.contains(asked));
        known.unwrap_or(Self(30))
    }

    pub const fn days(self) -> u16 {
        self.0
    }

    pub const fn title(self) -> &'static str {
        match self.0 {
            7 => "7 days",
            90 => "90 days",
            365 => "A year",
            _ => "30 days",
        }
    }

    /// How many days a bar stands for.
    pub const fn per_bar(self) -> i64 {
        if self.0 > 90 { 7 } else { 1 }
    }

    /// The first day (since 1970, UTC); weeks begin on a Monday.
    pub fn first_day(self, now: Timestamp) -> i64 {
        let first = today(now) - i64::from(self.0) + 1;
        match self.per_bar() {
            7 => first - (first + 3).rem_euclid(7),
            _ => first,
        }
    }
}

pub fn today(now: Timestamp) -> i64 {
    now.as_microsecond().div_euclid(MICROS_PER_DAY)
}

/// What a bar stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bucket {
    pub day: i64,
    pub sums: Sums,
}

/// Every bucket of the period, oldest first, also those without anything.
pub fn buckets(period: Period, now: Timestamp, days: &BTreeMap<i64, Sums>) -> Vec<Bucket> {
    let (from, per_bar) = (period.first_day(now), period.per_bar());
    let count = (today(now) - from) / per_bar + 1;
    let mut buckets: Vec<_> = (0..count)
        .map(|index| Bucket {
            day: from + index * per_bar,
            sums: Sums::default(),
        })
        .collect();
    for (day, sums) in days {
        let index = usize::try_from((day - from).div_euclid(per_bar));
        if let Some(bucket) = index.ok().and_then(|index| buckets.get_mut(index)) {
            bucket.sums.merge(sums);
        }
    }
    buckets
}

/// A part of a bar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    pub y: i64,
    pub height: i64,
    /// 0 for the first metric, 1 for the one upon it.
    pub shade: usize,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    pub x: i64,
    /// "3 Feb: 4 visits of members, 2 other visits"
    pub title: String,
    pub parts: Vec<Part>,
}

/// A picture, its axes and its words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Plot {
    pub title: &'static str,
    pub metrics: Vec<Metric>,
    pub bars: Vec<Bar>,
    pub width: i64,
    pub top: i64,
    pub total: i64,
    /// The first, the middle and the last day.
    pub days: [String; 3],
}

impl Plot {
    pub const HEIGHT: i64 = HEIGHT;
    pub const BAR: i64 = WIDTH;

    /// These metrics upon each other.
    pub fn of(title: &'static str, metrics: &[Metric], buckets: &[Bucket], per_bar: i64) -> Self {
        let whole = |bucket: &Bucket| metrics.iter().map(|one| bucket.sums.of(*one)).sum::<i64>();
        let top = nice(buckets.iter().map(whole).max().unwrap_or(0));
        let bars = buckets
            .iter()
            .zip(0..)
            .map(|(bucket, index)| Bar {
                x: index * STEP + (STEP - WIDTH) / 2,
                title: title_of(bucket, metrics, per_bar),
                parts: parts(bucket, metrics, top),
            })
            .collect();
        let day = |index: usize| {
            buckets
                .get(index)
                .map_or(String::new(), |one| name(one.day))
        };
        let last = buckets.len().saturating_sub(1);
        Self {
            title,
            metrics: metrics.to_vec(),
            bars,
            width: STEP * i64::try_from(buckets.len()).unwrap_or(1).max(1),
            top,
            total: buckets.iter().map(whole).sum(),
            days: [day(0), day(last / 2), day(last)],
        }
    }

    /// What is said in the place of the picture.
    pub fn label(&self) -> String {
        let [first, _, last] = &self.days;
        let (title, total) = (self.title, self.total);
        format!("{title} from {first} to {last}: {total}. The table below has each number.")
    }
}

fn parts(bucket: &Bucket, metrics: &[Metric], top: i64) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut foot = HEIGHT;
    for (shade, metric) in metrics.iter().enumerate() {
        let n = bucket.sums.of(*metric);
        if n > 0 {
            // Anything that isn't nothing can be seen.
            let height = (n * HEIGHT / top).max(2);
            foot -= height;
            parts.push(Part {
                y: foot,
                height,
                shade,
            });
        }
    }
    parts
}

fn title_of(bucket: &Bucket, metrics: &[Metric], per_bar: i64) -> String {
    let sums: Vec<_> = metrics
        .iter()
        .map(|one| format!("{} {}", bucket.sums.of(*one), one.title().to_lowercase()))
        .collect();
    let day = name(bucket.day);
    let when = if per_bar == 7 {
        format!("Week of {day}")
    } else {
        day
    };
    format!("{when}: {}", sums.join(", "))
}

/// The next number that halves well: 2, 4, 6, 8, 10, 20, 40 …
fn nice(most: i64) -> i64 {
    let mut unit = 1;
    loop {
        for step in [2, 4, 6, 8, 10] {
            if step * unit >= most {
                return step * unit;
            }
        }
        unit *= 10;
    }
}

/// "3 Feb"
fn name(day: i64) -> String {
    format_day(day, "%-d %b")
}

/// `2026-02-03`
pub fn date(day: i64) -> String {
    format_day(day, "%Y-%m-%d")
}

fn format_day(day: i64, pattern: &str) -> String {
    let begins = Timestamp::from_microsecond(day.saturating_mul(MICROS_PER_DAY));
    begins.map_or_else(
        |_| String::new(),
        |begins| begins.to_zoned(TimeZone::UTC).strftime(pattern).to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sums(members: i64, others: i64) -> Sums {
        let mut sums = Sums::default();
        sums.add(Metric::MemberVisits, members);
        sums.add(Metric::OtherVisits, others);
        sums
    }

    const BOTH: [Metric; 2] = [Metric::MemberVisits, Metric::OtherVisits];

    #[test]
    fn days_stand_beside_each_other_and_kinds_upon_each_other() {
        let now: Timestamp = "2026-02-02T15:00:00Z".parse().unwrap();
        let today = today(now);
        let days = BTreeMap::from([(today, sums(6, 4)), (today - 1, sums(0, 1))]);
        let buckets = buckets(Period::of("7"), now, &days);
        let plot = Plot::of("Visits", &BOTH, &buckets, 1);
        assert_eq!((plot.bars.len(), plot.top, plot.total), (7, 10, 11));
        let last = &plot.bars[6];
        assert_eq!(last.title, "2 Feb: 6 visits of members, 4 other visits");
        let parts: Vec<_> = last
            .parts
            .iter()
            .map(|p| (p.y, p.height, p.shade))
            .collect();
        assert_eq!(parts, [(48, 72, 0), (0, 48, 1)]);
        assert_eq!(plot.days, ["27 Jan", "30 Jan", "2 Feb"]);
    }

    #[test]
    fn a_year_is_drawn_in_weeks_from_monday() {
        // A Monday.
        let now: Timestamp = "2026-02-02T15:00:00Z".parse().unwrap();
        let today = today(now);
        let days = BTreeMap::from([(today, sums(1, 0)), (today - 1, sums(2, 0))]);
        let buckets = buckets(Period::of("365"), now, &days);
        assert_eq!(buckets.len(), 53);
        assert_eq!(buckets[52].sums.of(Metric::MemberVisits), 1);
        assert_eq!(buckets[51].sums.of(Metric::MemberVisits), 2);
        let plot = Plot::of("Visits", &BOTH, &buckets, 7);
        assert!(plot.bars[52].title.starts_with("Week of 2 Feb: 1 "));
    }

    #[test]
    fn the_axis_ends_at_a_number_that_halves() {
        let tops: Vec<_> = [0, 1, 3, 9, 11, 95, 101].map(nice).into();
        assert_eq!(tops, [2, 2, 4, 10, 20, 100, 200]);
    }

    #[test]
    fn odd_periods_are_thirty_days() {
        for odd in ["", "0", "31", "-7", "x"] {
            assert_eq!(Period::of(odd).days(), 30);
        }
    }
}

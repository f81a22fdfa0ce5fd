//! How far back analytics look, and what a bar of their charts stands for.

use std::collections::BTreeMap;

use domain::analytics::{Metric, Sums};
use jiff::Timestamp;

use crate::web::components::chart::{Chart, Series, Slot, day_name};

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// How far back is looked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Period(u16);

impl Period {
    pub(super) const ALL: [Self; 4] = [Self(7), Self(30), Self(90), Self(365)];

    /// 30 days, unless another of these is asked for.
    pub(super) fn parse(days: &str) -> Self {
        let asked = days.parse().map(Self);
        let known = asked.ok().filter(|asked| Self::ALL.contains(asked));
        known.unwrap_or(Self(30))
    }

    pub(super) const fn days(self) -> u16 {
        self.0
    }

    pub(super) const fn title(self) -> &'static str {
        match self.0 {
            7 => "7 days",
            90 => "90 days",
            365 => "A year",
            _ => "30 days",
        }
    }

    /// How many days a bar stands for.
    pub(super) const fn per_bar(self) -> i64 {
        if self.0 > 90 { 7 } else { 1 }
    }

    /// The first day (since 1970, UTC); weeks begin on a Monday.
    pub(super) fn first_day(self, now: Timestamp) -> i64 {
        let first = today(now) - i64::from(self.0) + 1;
        match self.per_bar() {
            7 => first - (first + 3).rem_euclid(7),
            _ => first,
        }
    }
}

pub(super) fn today(now: Timestamp) -> i64 {
    now.as_microsecond().div_euclid(MICROS_PER_DAY)
}

/// What a bar stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Bucket {
    pub day: i64,
    pub sums: Sums,
}

/// Every bucket of the period, oldest first, also those without anything.
pub(super) fn buckets(period: Period, now: Timestamp, days: &BTreeMap<i64, Sums>) -> Vec<Bucket> {
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

/// These metrics upon each other, under the names that the legend has for them.
pub(super) fn chart(
    title: &'static str,
    metrics: &[(Metric, &'static str)],
    buckets: &[Bucket],
    per_bar: i64,
) -> Chart {
    let slots = buckets.iter().map(|bucket| Slot {
        name: name(bucket.day, per_bar),
        short: day_name(bucket.day, "%b %-d"),
        values: metrics
            .iter()
            .map(|(one, _)| bucket.sums.of(*one))
            .collect(),
    });
    let names: Vec<_> = metrics.iter().map(|(_, name)| *name).collect();
    Chart::new(title, &names, Series::Stacked, slots.collect())
}

/// "Feb 3", "Week of Feb 2"
fn name(day: i64, per_bar: i64) -> String {
    let day = day_name(day, "%b %-d");
    if per_bar == 7 {
        format!("Week of {day}")
    } else {
        day
    }
}

/// `2026-02-03`
pub(super) fn date(day: i64) -> String {
    day_name(day, "%Y-%m-%d")
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

    const BOTH: [(Metric, &str); 2] = [
        (Metric::MemberVisits, "members"),
        (Metric::OtherVisits, "others"),
    ];

    #[test]
    fn each_day_has_its_bar() {
        let now: Timestamp = "2026-02-02T15:00:00Z".parse().unwrap();
        let today = today(now);
        let days = BTreeMap::from([(today, sums(6, 4)), (today - 1, sums(0, 1))]);
        let buckets = buckets(Period::parse("7"), now, &days);
        let chart = chart("Visits", &BOTH, &buckets, 1);
        assert_eq!((chart.bars.len(), chart.total), (7, 11));
        assert_eq!(chart.bars[6].title, "Feb 2: 6 members, 4 others");
        assert_eq!(chart.names, ["Jan 27", "Jan 30", "Feb 2"]);
    }

    #[test]
    fn a_year_is_drawn_in_weeks_from_monday() {
        // A Monday.
        let now: Timestamp = "2026-02-02T15:00:00Z".parse().unwrap();
        let today = today(now);
        let days = BTreeMap::from([(today, sums(1, 0)), (today - 1, sums(2, 0))]);
        let buckets = buckets(Period::parse("365"), now, &days);
        assert_eq!(buckets.len(), 53);
        assert_eq!(buckets[52].sums.of(Metric::MemberVisits), 1);
        assert_eq!(buckets[51].sums.of(Metric::MemberVisits), 2);
        let chart = chart("Visits", &BOTH, &buckets, 7);
        assert!(chart.bars[52].title.starts_with("Week of Feb 2: 1 "));
        assert_eq!(chart.names[2], "Feb 2");
    }

    #[test]
    fn odd_periods_are_thirty_days() {
        for odd in ["", "0", "31", "-7", "x"] {
            assert_eq!(Period::parse(odd).days(), 30);
        }
    }
}

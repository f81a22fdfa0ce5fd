//! Numbers over time as bars beside each other, drawn on the server. The bars are a picture
//! that stretches; its axes, its legend and its table are text, which stays readable on a
//! phone. `templates/components/chart.html` shows it.

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::web::components::numbers::thousands;

const MICROS_PER_DAY: i64 = 86_400_000_000;
/// A bar and the space beside it, in units of the drawing.
const STEP: i64 = 12;
const WIDTH: i64 = 9;
const HEIGHT: i64 = 120;
/// Anything that isn't nothing can be seen.
const LEAST: i64 = 2;

/// What a bar stands for: a day, a week, some hours.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Slot {
    /// "Feb 3", or "Week of Feb 3"
    pub name: String,
    /// "Feb 3", below the axis.
    pub short: String,
    /// A number for each series.
    pub values: Vec<i64>,
}

/// How the series of a chart stand to each other.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Series {
    /// Parts of a whole: the second stands upon the first.
    Stacked,
    /// To be compared: the second stands behind the first.
    Behind,
}

/// A rectangle of a bar; its origin is the top left corner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Part {
    /// From the top of the picture.
    pub y: i64,
    /// At least what can be seen.
    pub height: i64,
    /// The class that colours it.
    pub class: &'static str,
}

/// One bar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Bar {
    /// From the left of the picture.
    pub x: i64,
    /// "Feb 3: 4 members, 2 others"; "Visits, Feb 3: 4" where there is one
    /// series.
    pub title: String,
    /// In the order in which they are drawn.
    pub parts: Vec<Part>,
}

/// A picture, its axes and its words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Chart {
    /// What is counted: "Visits".
    pub title: &'static str,
    /// The names of the series, as the legend has them.
    pub series: Vec<&'static str>,
    /// The classes of the legend's marks.
    pub marks: Vec<&'static str>,
    /// Every bar, oldest first, also those of nothing.
    pub bars: Vec<Bar>,
    /// What the bars are drawn from.
    pub slots: Vec<Slot>,
    /// What the full height stands for.
    pub top: i64,
    /// The sum of the first series, or of all where they are stacked.
    pub total: i64,
    /// The first, the middle and the last slot's short name.
    pub names: [String; 3],
}

impl Chart {
    /// The height of the picture, in its own units.
    pub const HEIGHT: i64 = HEIGHT;
    /// The width of a bar.
    pub const BAR: i64 = WIDTH;
    /// The width of a bar and the space beside it.
    pub const STEP: i64 = STEP;

    /// Draws the slots. `series` names each of their values.
    pub fn new(
        title: &'static str,
        series: &[&'static str],
        kind: Series,
        slots: Vec<Slot>,
    ) -> Self {
        let highest = |slot: &Slot| match kind {
            Series::Stacked => slot.values.iter().sum(),
            Series::Behind => slot.values.iter().copied().max().unwrap_or(0),
        };
        let top = round_up(slots.iter().map(highest).max().unwrap_or(0));
        let total = slots.iter().map(|slot| match kind {
            Series::Stacked => slot.values.iter().sum(),
            Series::Behind => slot.values.first().copied().unwrap_or(0),
        });
        let bars = slots.iter().zip(0..).map(|(slot, index)| Bar {
            x: index * STEP + (STEP - WIDTH) / 2,
            title: sentence(slot, title, series),
            parts: parts(slot, kind, top),
        });
        let name = |index: usize| {
            slots
                .get(index)
                .map_or(String::new(), |one| one.short.clone())
        };
        let last = slots.len().saturating_sub(1);
        Self {
            title,
            series: series.to_vec(),
            marks: (0..series.len()).map(|at| class(kind, at)).collect(),
            bars: bars.collect(),
            top,
            total: total.sum(),
            names: [name(0), name(last / 2), name(last)],
            slots,
        }
    }

    /// The width of the picture.
    pub fn width(&self) -> i64 {
        STEP * i64::try_from(self.bars.len()).unwrap_or(1).max(1)
    }

    /// The most that a bar stands for.
    pub fn busiest(&self) -> i64 {
        let sums = self.slots.iter().map(|slot| slot.values.iter().sum());
        sums.max().unwrap_or(0)
    }

    /// What is said in the place of the picture.
    pub fn label(&self) -> String {
        let [first, _, last] = &self.names;
        let (title, total) = (self.title, thousands(&self.total));
        let busiest = thousands(&self.busiest());
        format!("{title} from {first} to {last}: {total} in all, at most {busiest} at a time")
    }
}

/// Days since 1970 (UTC) with their counts, as a row of days without gaps that ends today.
pub fn days(counts: &[(i64, i64)], now: Timestamp, days: u16) -> Vec<Slot> {
    let today = now.as_microsecond().div_euclid(MICROS_PER_DAY);
    (first_day(now, days)..=today)
        .map(|day| {
            let found = counts.iter().find(|(found, _)| *found == day);
            let name = day_name(day, "%b %-d");
            Slot {
                short: name.clone(),
                name,
                values: vec![found.map_or(0, |(_, n)| *n)],
            }
        })
        .collect()
}

/// The first of so many days that end today, counted from 1970 (UTC).
pub fn first_day(now: Timestamp, days: u16) -> i64 {
    now.as_microsecond().div_euclid(MICROS_PER_DAY) - i64::from(days) + 1
}

/// A day since 1970 (UTC) by a pattern of `strftime`.
pub fn day_name(day: i64, pattern: &str) -> String {
    let begins = Timestamp::from_microsecond(day.saturating_mul(MICROS_PER_DAY));
    begins.map_or_else(
        |_| String::new(),
        |begins| begins.to_zoned(TimeZone::UTC).strftime(pattern).to_string(),
    )
}

const fn class(kind: Series, at: usize) -> &'static str {
    match (kind, at) {
        (_, 0) => "chart-first",
        (Series::Stacked, _) => "chart-second",
        (Series::Behind, _) => "chart-behind",
    }
}

fn parts(slot: &Slot, kind: Series, top: i64) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut foot = HEIGHT;
    for (at, value) in slot.values.iter().enumerate().filter(|(_, n)| **n > 0) {
        let height = (value * HEIGHT / top).clamp(LEAST, HEIGHT);
        parts.push(Part {
            y: (foot - height).max(0),
            height,
            class: class(kind, at),
        });
        if kind == Series::Stacked {
            foot -= height;
        }
    }
    if kind == Series::Behind {
        parts.reverse();
    }
    parts
}

/// With one series, the chart's title says what is counted.
fn sentence(slot: &Slot, title: &str, series: &[&str]) -> String {
    if let [value] = slot.values[..] {
        return format!("{title}, {}: {}", slot.name, thousands(&value));
    }
    let named = slot.values.iter().zip(series);
    let sums: Vec<_> = named
        .map(|(value, name)| format!("{} {name}", thousands(value)))
        .collect();
    format!("{}: {}", slot.name, sums.join(", "))
}

/// The next number that halves well: 2, 4, 6, 8, 10, 20, 40 …
fn round_up(most: i64) -> i64 {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn slot(name: &str, values: &[i64]) -> Slot {
        Slot {
            name: name.to_owned(),
            short: name.to_owned(),
            values: values.to_vec(),
        }
    }

    fn drawn(chart: &Chart, bar: usize) -> Vec<(i64, i64, &str)> {
        let parts = chart.bars[bar].parts.iter();
        parts
            .map(|part| (part.y, part.height, part.class))
            .collect()
    }

    #[test]
    fn parts_of_a_whole_stand_upon_each_other() {
        let slots = vec![slot("Feb 1", &[0, 1]), slot("Feb 2", &[6, 4])];
        let chart = Chart::new("Visits", &["members", "others"], Series::Stacked, slots);
        assert_eq!((chart.bars.len(), chart.top, chart.total), (2, 10, 11));
        assert_eq!(chart.bars[1].title, "Feb 2: 6 members, 4 others");
        let both = [(48, 72, "chart-first"), (0, 48, "chart-second")];
        assert_eq!(drawn(&chart, 1), both);
        let label = "Visits from Feb 1 to Feb 2: 11 in all, at most 10 at a time";
        assert_eq!(chart.label(), label);
    }

    #[test]
    fn what_is_compared_stands_behind() {
        let slots = vec![slot("15:00", &[3, 2000])];
        let chart = Chart::new("API calls", &["used", "alone"], Series::Behind, slots);
        assert_eq!((chart.top, chart.total), (2000, 3));
        assert_eq!(chart.bars[0].title, "15:00: 3 used, 2,000 alone");
        let both = [(0, 120, "chart-behind"), (118, 2, "chart-first")];
        assert_eq!(drawn(&chart, 0), both);
    }

    #[test]
    fn days_have_no_gaps_and_a_quiet_one_is_seen() {
        let now: Timestamp = "2026-02-02T15:00:00Z".parse().unwrap();
        let today = now.as_microsecond() / MICROS_PER_DAY;
        let slots = days(&[(today - 40, 9), (today - 1, 1), (today, 100)], now, 30);
        let chart = Chart::new("Activity", &["activities"], Series::Stacked, slots);
        assert_eq!(
            (chart.bars.len(), chart.total, chart.busiest()),
            (30, 101, 100)
        );
        assert_eq!(drawn(&chart, 27), []);
        assert_eq!(drawn(&chart, 28), [(118, 2, "chart-first")]);
        assert_eq!(chart.names[2], "Feb 2");
    }

    #[test]
    fn nothing_at_all_is_drawn_flat() {
        let slots = days(&[], Timestamp::UNIX_EPOCH, 30);
        let chart = Chart::new("Activity", &["activities"], Series::Stacked, slots);
        assert!(chart.bars.iter().all(|bar| bar.parts.is_empty()));
    }

    #[test]
    fn the_axis_ends_at_a_number_that_halves() {
        let tops: Vec<_> = [0, 1, 3, 9, 11, 95, 101].map(round_up).into();
        assert_eq!(tops, [2, 2, 4, 10, 20, 100, 200]);
    }
}

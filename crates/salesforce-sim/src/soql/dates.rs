//! Named dates: `TODAY`, `LAST_N_DAYS:30` and the like, in the org's time zone.

use jiff::{
    Span, ToSpan,
    civil::{Date, Weekday},
};

const NAMES: &[&str] = &[
    "TODAY",
    "YESTERDAY",
    "TOMORROW",
    "THIS_WEEK",
    "LAST_WEEK",
    "NEXT_WEEK",
    "THIS_MONTH",
    "LAST_MONTH",
    "NEXT_MONTH",
    "THIS_YEAR",
    "LAST_YEAR",
    "NEXT_YEAR",
    "LAST_90_DAYS",
    "NEXT_90_DAYS",
];
const NUMBERED: &[&str] = &["LAST_N_DAYS", "NEXT_N_DAYS", "N_DAYS_AGO"];

/// Whether an upper-case word names a date.
pub(crate) fn is_name(word: &str) -> bool {
    NAMES.contains(&word) || takes_number(word)
}

/// Whether the name needs `:n`.
pub(crate) fn takes_number(word: &str) -> bool {
    NUMBERED.contains(&word)
}

/// The first day that the name covers, and the first that it doesn't.
pub(crate) fn range(name: &str, n: i64, today: Date) -> Option<(Date, Date)> {
    let day = |from: i64, to: i64| {
        let shift = |n: i64| today.checked_add(Span::new().try_days(n).ok()?).ok();
        Some((shift(from)?, shift(to)?))
    };
    let week = |shift: i64| {
        let since = i64::from(today.weekday().since(Weekday::Sunday));
        day(7 * shift - since, 7 * (shift + 1) - since)
    };
    let month = |shift: i32| {
        let first = today.first_of_month().checked_add(shift.months()).ok()?;
        Some((first, first.checked_add(1.month()).ok()?))
    };
    let year = |shift: i32| {
        let first = today.first_of_year().checked_add(shift.years()).ok()?;
        Some((first, first.checked_add(1.year()).ok()?))
    };
    match name {
        "TODAY" => day(0, 1),
        "YESTERDAY" => day(-1, 0),
        "TOMORROW" => day(1, 2),
        "THIS_WEEK" => week(0),
        "LAST_WEEK" => week(-1),
        "NEXT_WEEK" => week(1),
        "THIS_MONTH" => month(0),
        "LAST_MONTH" => month(-1),
        "NEXT_MONTH" => month(1),
        "THIS_YEAR" => year(0),
        "LAST_YEAR" => year(-1),
        "NEXT_YEAR" => year(1),
        "LAST_90_DAYS" => day(-90, 1),
        "NEXT_90_DAYS" => day(1, 91),
        "LAST_N_DAYS" => day(-n, 1),
        "NEXT_N_DAYS" => day(1, n + 1),
        "N_DAYS_AGO" => day(-n, 1 - n),
        _ => None,
    }
}

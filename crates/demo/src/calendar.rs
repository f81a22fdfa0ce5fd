//! The time before the demo: clocks that stand there, and how busy its days were.

use std::time::Duration;

use clock::{Ambient, Clock};
use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// How many days of visits there are.
pub(crate) const DAYS: i64 = 365;

/// A clock that stands at about that hour (UTC) of a day before the demo.
pub(crate) fn past(now: &Ambient, days: i64, hour: i8) -> Ambient {
    standing(now, moment(now, days, hour))
}

/// A clock that stands there.
pub(crate) fn standing(now: &Ambient, at: Timestamp) -> Ambient {
    Ambient {
        clock: Clock::manual(at),
        random: now.random.clone(),
    }
}

/// A random minute of that hour (UTC), so many days before the demo.
pub(crate) fn moment(now: &Ambient, days: i64, hour: i8) -> Timestamp {
    let seconds = now.random.below(3600);
    let day = now.today() - days.days();
    let begins = day.to_datetime(Time::midnight());
    let at = begins.to_zoned(TimeZone::UTC);
    let at = at.map_or_else(|_| now.now(), |at| at.timestamp());
    let hour = Duration::from_hours(u64::try_from(hour).unwrap_or_default());
    at + hour + Duration::from_secs(seconds)
}

/// The same on a working day: what would fall on a weekend comes on the Friday before.
pub(crate) fn working(now: &Ambient, days: i64, hour: i8) -> Timestamp {
    let earlier = match date(moment(now, days, hour)).weekday() {
        Weekday::Saturday => 1,
        Weekday::Sunday => 2,
        _ => 0,
    };
    moment(now, days + earlier, hour)
}

/// The same, but on the Monday after, unless it was in the last days.
pub(crate) fn monday_at_latest(now: &Ambient, days: i64, hour: i8) -> Timestamp {
    let at = moment(now, days, hour);
    let until_monday = match date(at).weekday() {
        Weekday::Saturday => 48,
        Weekday::Sunday => 24,
        _ => 0,
    };
    if days > 3 {
        at + Duration::from_hours(until_monday)
    } else {
        at
    }
}

/// So many hours later, or in the morning of the next working day.
pub(crate) fn later(at: Timestamp, hours: u64, now: &Ambient) -> Timestamp {
    let mut at = at + Duration::from_hours(hours) + minutes(now, 50);
    let hour = at.to_zoned(TimeZone::UTC).hour();
    if hour >= 17 {
        at += Duration::from_hours(24 + 7 - u64::try_from(hour).unwrap_or_default());
    } else if hour < 6 {
        at += Duration::from_hours(7 - u64::try_from(hour).unwrap_or_default());
    }
    while is_weekend(date(at)) {
        at += Duration::from_hours(24);
    }
    at
}

/// Up to so many minutes.
pub(crate) fn minutes(now: &Ambient, most: u64) -> Duration {
    Duration::from_secs(60 + now.random.below(most * 60))
}

pub(crate) fn date(at: Timestamp) -> Date {
    at.to_zoned(TimeZone::UTC).date()
}

pub(crate) fn is_weekend(day: Date) -> bool {
    matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// How much is going on, in percent of a usual working day.
pub(crate) fn business(day: Date) -> u64 {
    let (month, number) = (day.month(), day.day());
    let is_holiday = matches!(
        (month, number),
        (12, 23..=31) | (1, 1..=3) | (5, 1) | (7, 4) | (10, 3)
    );
    if is_holiday {
        return 12;
    }
    if is_weekend(day) {
        return 25;
    }
    // Reviews are to be done before a quarter ends, and in summer people are away.
    match (month, number) {
        (3 | 6 | 9 | 12, 14..) => 160,
        (7, 15..) | (8, ..=20) => 60,
        _ => 100,
    }
}

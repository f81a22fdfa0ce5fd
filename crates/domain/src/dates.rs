//! How dates and times are written for people: one way, on pages, in emails and in PDFs.
//!
//! Times are UTC here and say so; the dashboard's script shows them in the reader's own
//! time zone. Evidence, such as a signature's time, stays in UTC. Exports use ISO 8601 instead, and Task comments have a pattern of their own.
//! Templates pass references, code passes values: each function takes both.

use std::borrow::Borrow;

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

/// A day: "Feb 2, 2026".
pub fn day(on: impl Borrow<Date>) -> String {
    on.borrow().strftime("%b %-d, %Y").to_string()
}

/// The day (UTC) of a moment: "Feb 2, 2026".
pub fn utc_day(at: impl Borrow<Timestamp>) -> String {
    day(at.borrow().to_zoned(TimeZone::UTC).date())
}

/// A moment: "Feb 2, 2026, 3:00 PM UTC".
pub fn moment(at: impl Borrow<Timestamp>) -> String {
    at.borrow()
        .strftime("%b %-d, %Y, %-I:%M %p UTC")
        .to_string()
}

/// A moment to the second, for evidence: "Feb 2, 2026, 3:00:07 PM UTC".
pub fn exact_moment(at: impl Borrow<Timestamp>) -> String {
    at.borrow()
        .strftime("%b %-d, %Y, %-I:%M:%S %p UTC")
        .to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn days_and_moments_are_written_as_in_the_united_states() {
        let on = Date::constant(2026, 2, 2);
        assert_eq!(day(on), "Feb 2, 2026");
        assert_eq!(
            moment(at("2026-02-02T15:00:07Z")),
            "Feb 2, 2026, 3:00 PM UTC"
        );
        assert_eq!(
            exact_moment(at("2026-11-28T09:05:07Z")),
            "Nov 28, 2026, 9:05:07 AM UTC"
        );
    }

    #[test]
    fn midnight_and_noon_are_twelve() {
        assert_eq!(
            moment(at("2026-02-02T00:04:00Z")),
            "Feb 2, 2026, 12:04 AM UTC"
        );
        assert_eq!(
            moment(at("2026-02-02T12:00:00Z")),
            "Feb 2, 2026, 12:00 PM UTC"
        );
    }

    #[test]
    fn a_moment_belongs_to_its_day_in_utc() {
        assert_eq!(utc_day(at("2026-02-02T23:59:59Z")), "Feb 2, 2026");
    }
}

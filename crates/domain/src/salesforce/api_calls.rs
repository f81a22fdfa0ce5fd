//! Gatehouse's share of an org's daily API calls, and how many it will need.

use std::ops::RangeInclusive;

use jiff::SignedDuration;

/// The error code of a hold that begins when the share is used up.
pub const SHARE_USED: &str = "API_SHARE_USED";
/// What an Admin may choose, in per cent.
pub const SHARES: RangeInclusive<i64> = 1..=100;

/// API calls in 24 hours, Gatehouse's and the whole org's.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ApiCalls {
    /// Those of the whole org, by its own counter.
    pub org_used: i64,
    /// Those that the org has.
    pub org_limit: i64,
    /// Per cent of them that Gatehouse may use.
    pub share: i64,
    /// Those that Gatehouse made.
    pub used: i64,
    /// Those that Gatehouse makes in 24 hours at the present rate.
    pub per_day: i64,
}

impl ApiCalls {
    /// How many Gatehouse may make in 24 hours.
    pub const fn allowed(&self) -> i64 {
        allowed(self.org_limit, self.share)
    }

    /// The present rate as per cent of the org's limit: “4%”, “less than 1%”.
    pub fn forecast(&self) -> String {
        match self.per_day.saturating_mul(100) / self.org_limit.max(1) {
            0 => "less than 1%".to_owned(),
            percent => format!("{percent}%"),
        }
    }

    /// Whether the share will be used up before the day is over.
    pub const fn will_run_out(&self) -> bool {
        self.per_day > self.allowed()
    }
}

/// A share in per cent of a limit.
pub const fn allowed(limit: i64, share: i64) -> i64 {
    limit.saturating_mul(share) / 100
}

/// What so many calls in a time are in 24 hours. Less than an hour counts as one, so
/// that the first calls of a new connection don't stand for a day of them.
pub fn per_day(calls: i64, time: SignedDuration) -> i64 {
    let seconds = time.as_secs().max(3_600);
    calls.saturating_mul(86_400) / seconds
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALLS: ApiCalls = ApiCalls {
        org_used: 30_000,
        org_limit: 100_000,
        share: 20,
        used: 1_200,
        per_day: 4_100,
    };

    #[test]
    fn the_forecast_is_in_whole_per_cent_of_the_orgs_limit() {
        assert_eq!(CALLS.forecast(), "4%");
        let few = ApiCalls {
            per_day: 999,
            ..CALLS
        };
        assert_eq!(few.forecast(), "less than 1%");
    }

    #[test]
    fn a_rate_above_the_share_will_run_out() {
        assert_eq!(CALLS.allowed(), 20_000);
        assert!(!CALLS.will_run_out());
        let many = ApiCalls {
            per_day: 20_001,
            ..CALLS
        };
        assert!(many.will_run_out());
    }

    #[test]
    fn the_rate_of_a_few_minutes_is_that_of_an_hour() {
        assert_eq!(per_day(10, SignedDuration::from_mins(3)), 240);
        assert_eq!(per_day(10, SignedDuration::from_hours(6)), 40);
    }
}

//! How much an account's people have looked lately, in a few numbers and a picture of weeks.

use domain::ids::{AccountId, OrganizationId};
use jiff::Timestamp;
use store::Tx;
use store::analytics::engagement;

use crate::web::components::chart::{Chart, Series, Slot, day_name, first_day};

/// How many days the numbers cover.
const DAYS: u16 = 30;
/// How many weeks the picture covers, with the one that has begun.
const WEEKS: i64 = 12;

/// The strip above an account's page.
pub(super) struct Engagement {
    /// In the last 30 days.
    pub visits: i64,
    /// In the last 30 days.
    pub documents: i64,
    pub last_seen: Option<Timestamp>,
    pub weeks: Chart,
}

impl Engagement {
    pub(super) async fn of_account(
        tx: &mut Tx,
        org: OrganizationId,
        account: AccountId,
        now: Timestamp,
    ) -> store::Result<Self> {
        let (first_week, since) = (first_week(now), first_day(now, DAYS));
        let found = engagement::of_account(tx, org, account, first_week, since).await?;
        let days = |from: i64, until: i64| found.visits.range(from..until).map(|(_, n)| n).sum();
        let slots = (0..WEEKS).map(|week| {
            let day = first_week + 7 * week;
            let short = day_name(day, "%b %-d");
            Slot {
                name: format!("Week of {short}"),
                short,
                values: vec![days(day, day + 7)],
            }
        });
        Ok(Self {
            visits: days(since, i64::MAX),
            documents: found.documents,
            last_seen: found.last_seen,
            weeks: Chart::new("Visits", &["visits"], Series::Stacked, slots.collect()),
        })
    }

    /// What is said in the place of the picture.
    pub(super) fn label(&self) -> String {
        let weeks = self.weeks.slots.iter().flat_map(|week| &week.values);
        let weeks: Vec<_> = weeks.map(ToString::to_string).collect();
        format!(
            "Visits in each of the last {WEEKS} weeks, oldest first: {}",
            weeks.join(", ")
        )
    }
}

/// The Monday with which the picture begins, in days since 1970 (UTC).
fn first_week(now: Timestamp) -> i64 {
    let today = first_day(now, 1);
    let monday = today - (today + 3).rem_euclid(7);
    monday - 7 * (WEEKS - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_picture_begins_on_a_monday_and_ends_with_this_week() {
        // A Monday, and the Sunday after it.
        for now in ["2026-02-02T00:00:00Z", "2026-02-08T23:59:59Z"] {
            let first = first_week(now.parse().unwrap());
            assert_eq!(day_name(first, "%A %Y-%m-%d"), "Monday 2025-11-17", "{now}");
            assert_eq!(day_name(first + 7 * (WEEKS - 1), "%Y-%m-%d"), "2026-02-02");
        }
    }
}

use jiff::civil::date;

use super::*;
use crate::ids::AccountId;

fn membership(account: Option<Date>, own: Option<Date>) -> Membership {
    let id = AccountId::from_uuid(uuid::Uuid::nil());
    Membership {
        account: Account {
            access_until: account,
            ..Account::new(id, "Acme", Timestamp::UNIX_EPOCH)
        },
        access_until: own,
    }
}

#[test]
fn access_lasts_to_the_end_of_the_earlier_last_day() {
    let (first, second, third) = (date(2026, 5, 1), date(2026, 5, 2), date(2026, 5, 3));
    for (account, own, expected) in [
        (None, None, Standing::Open),
        (Some(second), None, Standing::Open),
        (None, Some(second), Standing::Open),
        (Some(third), Some(second), Standing::Open),
        (Some(first), None, Standing::Ended(first)),
        (Some(third), Some(first), Standing::Ended(first)),
        (Some(first), Some(third), Standing::Ended(first)),
    ] {
        let found = membership(account, own).standing(second);
        assert_eq!(found, expected, "{account:?} {own:?}");
    }
}

#[test]
fn a_rejected_company_is_kept_out_whatever_its_date() {
    let mut one = membership(None, None);
    one.account.review = ReviewStatus::Rejected;
    assert_eq!(one.standing(date(2026, 5, 1)), Standing::Rejected);
}

#[test]
fn an_archived_account_lets_nobody_in_whatever_else_is_said_of_it() {
    let mut one = membership(Some(date(2026, 4, 1)), None);
    one.account.review = ReviewStatus::Rejected;
    one.account.archived_at = Some(Timestamp::UNIX_EPOCH);
    assert_eq!(one.standing(date(2026, 5, 1)), Standing::Archived);
}

#[test]
fn an_end_is_told_as_people_count_days() {
    let today = date(2026, 5, 30);
    for (until, expected) in [
        (None, "Never expires"),
        (Some(date(2026, 5, 29)), "Expired May 29, 2026"),
        (Some(today), "Expires today"),
        (Some(date(2026, 5, 31)), "Expires tomorrow"),
        (Some(date(2026, 6, 2)), "Expires in 3 days"),
        (Some(date(2026, 12, 1)), "Until Dec 1, 2026"),
    ] {
        assert_eq!(Ending::new(until, today).to_string(), expected);
    }
}

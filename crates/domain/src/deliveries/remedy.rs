//! What an Admin can do about the error of a delivery.

use std::borrow::Cow;

use crate::deliveries::outcome::LINKED_ACCOUNT_GONE;
use crate::deliveries::{NO_ANSWER, RESTORED, SERVER_ERROR, TASK_NOT_VISIBLE, WORKER_LOST};
use crate::salesforce;

/// Whether there is advice for that code.
pub fn is_known(code: &str) -> bool {
    of_gatehouse(code).is_some() || salesforce::remedy::is_known(code)
}

/// The cause of an error, and what to do. Salesforce's message decides before the code
/// does, as [`salesforce::remedy::remedy`] says.
pub fn remedy(code: &str, message: &str) -> Cow<'static, str> {
    match of_gatehouse(code) {
        Some(advice) if salesforce::remedy::object_not_createable(message).is_none() => {
            Cow::Borrowed(advice)
        }
        _ => salesforce::remedy::remedy(code, message),
    }
}

/// The advice for the codes that Gatehouse itself gives a delivery.
fn of_gatehouse(code: &str) -> Option<&'static str> {
    match code {
        NO_ANSWER | SERVER_ERROR | WORKER_LOST | RESTORED => Some(
            "You don’t need to do anything. Gatehouse looks for the Task in Salesforce, and sends \
             it again only when it can’t be there.",
        ),
        TASK_NOT_VISIBLE => Some(
            "Let the connected user see all Tasks (“View All Data”, or activity sharing in Setup → \
             Sharing Settings), then choose “Look for it again”. If you have looked in Salesforce \
             yourself and it’s not there, send it.",
        ),
        LINKED_ACCOUNT_GONE => Some(
            "Link another Salesforce Account on the account’s page or under No match, or unlink it, \
             or restore the Account in Salesforce. Then try again.",
        ),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_gatehouse_found_out_by_itself_has_advice_too() {
        for code in [NO_ANSWER, SERVER_ERROR, WORKER_LOST, RESTORED] {
            assert!(remedy(code, "").contains("need to do anything"), "{code}");
        }
        assert!(remedy(TASK_NOT_VISIBLE, "").contains("Look for it again"));
    }

    #[test]
    fn the_errors_of_salesforce_have_the_advice_of_the_connection() {
        let code = "REQUIRED_FIELD_MISSING";
        assert!(is_known(code) && !is_known("SOMETHING_NEW"));
        assert_eq!(remedy(code, ""), salesforce::remedy::remedy(code, ""));
    }
}

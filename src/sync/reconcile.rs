//! Writes whose outcome nobody knows: ask for them by their reference, and send
//! again only what is still missing when Salesforce can't be working on it any
//! more.

use std::time::Duration;

use jiff::Timestamp;

use crate::domain::delivery::DeliveryState;
use crate::domain::task::has_reference;
use crate::salesforce::tasks::WrittenQuestion;
use crate::store::delivery_work::{DueDelivery, Settlement};

use super::line::{Halt, Line};
use super::settle::{self, Outcome, SERVER_ERROR, later};

/// More than a span of time can have.
const MOST_PAGES: usize = 200;

/// How far the org's clock and this one may be apart.
const SKEW: Duration = Duration::from_mins(5);
/// Where Salesforce answered with a failure of its own, its work on the request
/// has ended; this much later anything it wrote can be found.
const AFTER_ANSWER: Duration = Duration::from_mins(1);

/// Asks for all of these in one query and settles each.
pub(super) async fn reconcile(
    line: &mut Line<'_>,
    uncertain: &[DueDelivery],
    outcome: &mut Outcome,
) -> Result<(), Halt> {
    let quiet = line.app.config.salesforce.quiet_period;
    let sent = |due: &DueDelivery| due.sent_at.unwrap_or(due.activity.occurred_at);
    let (Some(first), Some(last)) = (
        uncertain.iter().map(sent).min(),
        uncertain.iter().map(sent).max(),
    ) else {
        return Ok(());
    };
    let from = first.checked_sub(SKEW).unwrap_or(Timestamp::MIN);
    let to = later(later(last, quiet), SKEW);
    let user = line.connection.user.id.clone();
    let question = WrittenQuestion {
        created_by: Some(user),
        from,
        to: Some(to),
        parents: Vec::new(),
        subjects: Vec::new(),
        days: Vec::new(),
        known: Vec::new(),
    };
    let asked = &question;
    let written = line
        .call(
            |client, session| async move { client.find_written(&session, asked, MOST_PAGES).await },
        )
        .await?;
    let now = line.app.ambient.now();
    for due in uncertain {
        let task = written
            .tasks
            .iter()
            .find(|task| has_reference(&task.comments, due.id));
        let row = match task {
            Some(task) => {
                line.spent.tasks += 1;
                Settlement {
                    state: DeliveryState::Delivered,
                    task: Some(task.id.clone()),
                    reason: format!(
                        "{} Salesforce's answer was lost; the Task was found by its reference.",
                        due.reason
                    )
                    .trim()
                    .to_owned(),
                    ..settle::unchanged(due)
                }
            }
            None => not_found(due, sent(due), now, quiet, outcome),
        };
        outcome.rows.push(row);
    }
    Ok(())
}

/// Not there (yet): to be asked again, or sent again once it can't appear any more.
fn not_found(
    due: &DueDelivery,
    sent: Timestamp,
    now: Timestamp,
    quiet: Duration,
    outcome: &mut Outcome,
) -> Settlement {
    let quiet = if due.error_code == SERVER_ERROR {
        quiet.min(AFTER_ANSWER)
    } else {
        quiet
    };
    let certain_at = later(sent, quiet);
    if now >= certain_at {
        // A person may have been created before the answer was lost.
        outcome.forget.push(due.clone());
        return Settlement {
            attempts: due.attempts + 1,
            ..settle::put_back(due, now)
        };
    }
    let waited = Duration::try_from(now.duration_since(sent)).unwrap_or_default();
    let next = later(now, waited.max(Duration::from_secs(5)));
    Settlement {
        state: DeliveryState::Uncertain,
        due_at: next.min(certain_at),
        error_code: due.error_code.clone(),
        error_message: "Salesforce's answer was lost; asking whether the Task was written"
            .to_owned(),
        ..settle::unchanged(due)
    }
}

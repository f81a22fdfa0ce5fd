//! Writes whose outcome nobody knows: ask for them by their reference, and send
//! again only what is still missing when Salesforce can't be working on it any
//! more. `docs/adr/0006-writes-nobody-answered.md` gives the reasons.

use std::collections::{BTreeMap, HashSet};
use std::time::Duration;

use domain::deliveries::attempts::Cause;
use domain::deliveries::task;
use domain::deliveries::{DeliveryState, RESTORED, TASK_NOT_VISIBLE};
use domain::ids::DeliveryId;
use domain::matching::candidates::RecordId;
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::Settlement;
use tracing::instrument;

use super::org_session::OrgSession;
use super::outcome::{self, Outcome};
use super::quiet_period::{ask_again, is_over};
use super::stop::Stop;
use super::task_rules::Rules;
use super::written_tasks::{self, Written};

/// How often something is sent again before an Admin should look.
const RESENT: u32 = 5;

/// Asks for all of these and settles each. Answers those that can be sent again at
/// once, because the org's External ID field would find what is there; those in `behind`
/// stay as they are meanwhile.
#[instrument(name = "delivery.reconcile", skip_all, fields(deliveries = uncertain.len()))]
pub(super) async fn reconcile(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    uncertain: Vec<DueDelivery>,
    behind: &HashSet<DeliveryId>,
    outcome: &mut Outcome,
) -> Result<Vec<DueDelivery>, Stop> {
    let (by_key, by_reference): (Vec<_>, Vec<_>) = uncertain.into_iter().partition(|due| {
        rules.key_field.is_some() && due.sent.as_ref().is_some_and(|sent| sent.with_key)
    });
    let mut resend = Box::pin(ask_by_key(session, rules, by_key, outcome)).await?;
    let all = resend.len();
    resend.retain(|due| !behind.contains(&due.id));
    outcome.more |= resend.len() < all;
    let mut by_sender: BTreeMap<Option<RecordId>, Vec<DueDelivery>> = BTreeMap::new();
    for due in by_reference {
        by_sender
            .entry(sender(session, &due))
            .or_default()
            .push(due);
    }
    for (sender, due) in by_sender {
        Box::pin(ask_by_reference(
            session,
            rules,
            sender.as_ref(),
            due,
            outcome,
        ))
        .await?;
    }
    Ok(resend)
}

/// Who sent it; in rows of older versions nobody wrote that down. `None` where it may
/// have been anyone: another user may have logged in since the copy was made that was
/// restored.
fn sender(session: &OrgSession<'_>, due: &DueDelivery) -> Option<RecordId> {
    if due.error_code == RESTORED {
        return None;
    }
    let sent = due.sent.as_ref().and_then(|sent| sent.by.clone());
    Some(sent.unwrap_or_else(|| session.connection.user.id.clone()))
}

/// The External ID field answers for certain what is there by now, and keeps out
/// what comes later: no quiet period is needed.
async fn ask_by_key(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    due: Vec<DueDelivery>,
    outcome: &mut Outcome,
) -> Result<Vec<DueDelivery>, Stop> {
    let Some(field) = rules.key_field.filter(|_| !due.is_empty()) else {
        return Ok(Vec::new());
    };
    let keys: Vec<String> = due.iter().map(|due| task::key(due.id)).collect();
    let asked = &keys;
    let found = session
        .read(|client, session| async move { client.tasks_by_key(&session, field, asked).await })
        .await?;
    let mut resend = Vec::new();
    for due in due {
        let key = task::key(due.id);
        match found
            .iter()
            .find(|(found, _)| found.eq_ignore_ascii_case(&key))
        {
            Some((_, task)) => outcome.rows.push(found_again(session, &due, task)),
            None if due.attempts.count(Cause::Resent) >= RESENT => {
                outcome.rows.push(in_vain(session, &due));
            }
            None => resend.push(DueDelivery {
                attempts: due.attempts.plus(Cause::Resent),
                ..due
            }),
        }
    }
    Ok(resend)
}

async fn ask_by_reference(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    sender: Option<&RecordId>,
    due: Vec<DueDelivery>,
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    let written = Box::pin(written_tasks::find(session, rules, sender, &due)).await?;
    let mut missing = Vec::new();
    for due in due {
        match written.task_of(&due) {
            Some(task) => outcome.rows.push(found_again(session, &due, &task)),
            None => missing.push(due),
        }
    }
    let now = session.app.ambient.now();
    let quiet = session.app.config.salesforce.quiet_period;
    let (over, wait): (Vec<_>, Vec<_>) = missing.into_iter().partition(|due| is_over(due, session));
    let wait = wait.iter().map(|due| ask_again(due, now, quiet));
    outcome.rows.extend(wait);
    Box::pin(send_again(session, rules, &written, over, outcome)).await
}

/// Nothing can appear anymore. What the sender's other Tasks show: whether nothing is
/// there, or only nothing that can be seen.
async fn send_again(
    session: &mut OrgSession<'_>,
    rules: &Rules<'_>,
    written: &Written,
    due: Vec<DueDelivery>,
    outcome: &mut Outcome,
) -> Result<(), Stop> {
    if due.is_empty() {
        return Ok(());
    }
    let moved = written_tasks::find_moved(session, rules, written.sender.as_ref(), &due);
    let moved = Box::pin(moved).await?;
    let now = session.app.ambient.now();
    for due in due {
        let row = if let Some(task) = moved.task_of(&due) {
            found_again(session, &due, &task)
        } else if !written.complete && !moved.complete {
            ask_again(&due, now, Duration::MAX)
        } else if !written.is_visible() {
            parked(
                &due,
                &written.not_visible(&session.connection.user.username),
            )
        } else if due.attempts.count(Cause::Resent) >= RESENT {
            parked(&due, "it was sent again several times, and no answer came")
        } else {
            // A person may have been created before the answer was lost.
            outcome.forget.push(due.clone());
            Settlement {
                attempts: due.attempts.plus(Cause::Resent),
                ..outcome::put_back(&due, now)
            }
        };
        outcome.rows.push(row);
    }
    Ok(())
}

/// What was sent again several times is given up once none of that can appear anymore.
fn in_vain(session: &OrgSession<'_>, due: &DueDelivery) -> Settlement {
    if is_over(due, session) {
        parked(due, "it was sent again several times, and no answer came")
    } else {
        let quiet = session.app.config.salesforce.quiet_period;
        ask_again(due, session.app.ambient.now(), quiet)
    }
}

fn found_again(session: &mut OrgSession<'_>, due: &DueDelivery, task: &RecordId) -> Settlement {
    session.spent.tasks += 1;
    outcome::note_written(due, task);
    let told = "Salesforce's answer was lost; the Task was found by its reference.";
    Settlement {
        state: DeliveryState::Delivered,
        task: Some(task.clone()),
        reason: format!("{} {told}", due.reason).trim().to_owned(),
        ..outcome::unchanged(due)
    }
}

fn parked(due: &DueDelivery, why: &str) -> Settlement {
    Settlement {
        state: DeliveryState::Parked,
        error_code: TASK_NOT_VISIBLE.to_owned(),
        error_message: why.to_owned(),
        ..outcome::unchanged(due)
    }
}

/// A batch, told apart by what has to be done with each row.
pub(super) struct Split {
    /// To be asked about.
    pub uncertain: Vec<DueDelivery>,
    /// Those of them that must not be sent again yet: an earlier one of the same person
    /// is only to be sent.
    pub behind: HashSet<DeliveryId>,
    /// To be sent. Whose earlier one is uncertain are left out, because that one may
    /// have to be sent again and then goes first.
    pub to_send: Vec<DueDelivery>,
}

/// `batch` is in the order of the activities.
pub(super) fn split(batch: Vec<DueDelivery>) -> Split {
    let mut split = Split {
        uncertain: Vec::new(),
        behind: HashSet::new(),
        to_send: Vec::new(),
    };
    let (mut sending, mut asking) = (HashSet::new(), HashSet::new());
    for due in batch {
        if due.state == DeliveryState::Uncertain {
            if sending.contains(&due.person) {
                split.behind.insert(due.id);
            }
            asking.insert(due.person.clone());
            split.uncertain.push(due);
        } else if !asking.contains(&due.person) {
            sending.insert(due.person.clone());
            split.to_send.push(due);
        }
    }
    split
}

//! For how long a call that nobody answered may still be carried out, and what stays
//! open until then. `docs/adr/0006-writes-nobody-answered.md` gives the figures.

use std::collections::HashMap;
use std::time::Duration;

use domain::deliveries::attempts::Cause;
use domain::deliveries::{DeliveryState, RESTORED, SERVER_ERROR, WORKER_LOST};
use domain::ids::DeliveryId;
use jiff::{SignedDuration, Timestamp};
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::Settlement;

use super::limits::{AFTER_ANSWER, LONGEST_BETWEEN_QUESTIONS, PERMIT};
use super::org_session::OrgSession;
use super::outcome::{self, later};

fn quiet_period(session: &OrgSession<'_>) -> Duration {
    session.app.config.salesforce.quiet_period
}

/// How long after the write something may still appear, by the error code of a delivery.
fn quiet_of(code: &str, quiet: Duration) -> Duration {
    match code {
        SERVER_ERROR => quiet.min(AFTER_ANSWER),
        // The call may have begun as late as its permit allowed.
        WORKER_LOST => quiet.saturating_add(PERMIT),
        _ => quiet,
    }
}

/// Whether it can't appear anymore: by our clock and, where it is known, by the org's,
/// so that neither can be wrong alone.
pub(super) fn is_over(due: &DueDelivery, session: &OrgSession<'_>) -> bool {
    let Some(sent) = &due.sent else { return false };
    let now = session.app.ambient.now();
    let (org_now, quiet) = (session.org_time(now), quiet_period(session));
    let quiet =
        SignedDuration::try_from(quiet_of(&due.error_code, quiet)).unwrap_or(SignedDuration::MAX);
    let by_org = org_now
        .zip(sent.org_at)
        .is_none_or(|(now, at)| now.duration_since(at) >= quiet);
    now.duration_since(sent.at) >= quiet && by_org
}

/// Not there yet: to be asked again, at growing intervals, and when nothing can
/// appear anymore.
pub(super) fn ask_again(due: &DueDelivery, now: Timestamp, quiet: Duration) -> Settlement {
    let since = due.sent.as_ref().map_or(now, |sent| sent.at);
    let waited = Duration::try_from(now.duration_since(since)).unwrap_or_default();
    let next = later(
        now,
        waited.clamp(Duration::from_secs(5), LONGEST_BETWEEN_QUESTIONS),
    );
    let over = later(since, quiet_of(&due.error_code, quiet));
    Settlement {
        state: DeliveryState::Uncertain,
        due_at: if over > now { next.min(over) } else { next },
        // Of a restored database nobody knows when something was sent: from now on.
        sent_at: due.sent.is_none().then_some(now),
        error_code: due.error_code.clone(),
        error_message: told(due).to_owned(),
        ..outcome::unchanged(due)
    }
}

fn told(due: &DueDelivery) -> &'static str {
    if due.error_code == RESTORED {
        "The database was restored; asking Salesforce whether the Task was written since"
    } else {
        "Salesforce's answer was lost; asking whether the Task was written"
    }
}

/// Deliveries that are sent again, by the org's External ID field, although the call
/// before may still be carried out.
pub(super) struct EarlierCalls(HashMap<DeliveryId, DueDelivery>);

impl EarlierCalls {
    pub(super) fn from_deliveries(deliveries: &[DueDelivery]) -> Self {
        let by_id = deliveries.iter().map(|due| (due.id, due.clone()));
        Self(by_id.collect())
    }

    /// Settles none of these as refused or unmatched as long as its Task may still be
    /// written by the call before: it stays uncertain, and is tried again.
    pub(super) fn keep_open(&self, session: &OrgSession<'_>, rows: &mut [Settlement]) {
        for row in rows {
            match self.0.get(&row.id) {
                Some(due) if row.state != DeliveryState::Delivered && !is_over(due, session) => {
                    keep_open(due, session, row);
                }
                _ => {}
            }
        }
    }
}

fn keep_open(due: &DueDelivery, session: &OrgSession<'_>, row: &mut Settlement) {
    let quiet = quiet_period(session);
    if row.state == DeliveryState::Uncertain {
        // Counted from the later call, for as long as the longer of the two may take.
        if quiet_of(&due.error_code, quiet) > quiet_of(&row.error_code, quiet) {
            row.error_code.clone_from(&due.error_code);
        }
        return;
    }
    let asked = ask_again(due, session.app.ambient.now(), quiet);
    *row = Settlement {
        was: row.was,
        due_at: row.due_at.max(asked.due_at),
        // It was answered, so that only the call before counts.
        attempts: row.attempts.minus(Cause::Resent),
        sent_at: due.sent.as_ref().map(|sent| sent.at),
        sent_org_at: due.sent.as_ref().and_then(|sent| sent.org_at),
        skipped_owners: row.skipped_owners,
        error_message: refused_meanwhile(row),
        ..asked
    };
}

fn refused_meanwhile(row: &Settlement) -> String {
    let why = match (row.error_message.as_str(), row.reason.as_str()) {
        ("", "") => "Another delivery of this person goes first",
        ("", reason) => reason,
        (message, _) => message,
    };
    format!(
        "Sent again without success: {}. Salesforce may still carry out the call before, so \
         the Task is looked for until it can't be written anymore.",
        why.trim_end_matches('.')
    )
}

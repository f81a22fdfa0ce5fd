//! The journal: what is about to be sent, committed before it is.
//!
//! [`Journalled`] can only be made here. The functions that write to Salesforce take
//! nothing else, so that a row that wasn't journalled can't be handed over.

use std::collections::HashSet;

use domain::deliveries::DeliveryState;
use domain::ids::DeliveryId;
use jiff::Timestamp;
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::{self, AboutToSend, Call, Settlement};
use store::deliveries::turns;
use store::deliveries::turns::Turn;
use store::salesforce::sending;
use tracing::instrument;

use super::limits::{LEASE, ROWS_AT_ONCE};
use super::org_session::OrgSession;
use super::outcome::{put_back, unchanged};
use super::permit::Permit;
use super::stop::Stop;

/// What a delivery is about to be sent as.
pub(super) trait Sendable {
    fn delivery(&self) -> &DueDelivery;
    fn delivery_mut(&mut self) -> &mut DueDelivery;
    fn about_to_send(&self) -> AboutToSend;
}

/// Rows that stand in the journal, with the permit for the one call that sends them.
pub(super) struct Journalled<T> {
    rows: Vec<T>,
    permit: Permit,
}

impl<T> Journalled<T> {
    pub(super) fn rows(&self) -> &[T] {
        &self.rows
    }

    pub(super) fn rows_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }

    pub(super) fn permit(&self) -> &Permit {
        &self.permit
    }

    pub(super) fn into_rows(self) -> Vec<T> {
        self.rows
    }
}

/// Journals these under the turn, a part after the other so that others who write needn't
/// wait for all of them: an embedded database has one writer. Rows that an Admin cancelled
/// meanwhile are left out.
///
/// # Errors
/// [`Stop::Lost`] where the turn is over, or the connection may not send as this user
/// anymore; and where the database fails. Nothing is sent then.
#[instrument(name = "delivery.journal", skip_all, fields(deliveries = rows.len()))]
pub(super) async fn journal<T: Sendable>(
    session: &OrgSession<'_>,
    held: &Turn,
    mut rows: Vec<T>,
    with_key: bool,
) -> Result<Journalled<T>, Stop> {
    let permit = Permit::new(&session.app.ambient.clock);
    let call = Call {
        at: permit.at(),
        org_at: session.org_time(permit.at()),
        by: session.connection.user.id.clone(),
        with_key,
    };
    let about: Vec<AboutToSend> = rows.iter().map(Sendable::about_to_send).collect();
    let mut journalled = HashSet::new();
    let mut stop = None;
    for some in about.chunks(ROWS_AT_ONCE) {
        match Box::pin(journal_some(session, held, some, &call)).await {
            Ok(ids) => journalled.extend(ids),
            Err(error) => {
                stop = Some(error);
                break;
            }
        }
    }
    rows.retain(|row| journalled.contains(&row.delivery().id));
    if let Some(stop) = stop {
        Box::pin(take_back(session, held, &rows)).await;
        return Err(stop);
    }
    for row in &mut rows {
        row.delivery_mut().state = DeliveryState::Sending;
    }
    Ok(Journalled { rows, permit })
}

async fn journal_some(
    session: &OrgSession<'_>,
    held: &Turn,
    about: &[AboutToSend],
    call: &Call,
) -> Result<HashSet<DeliveryId>, Stop> {
    let mut tx = session.app.db.begin().await?;
    // Not the call's: the parts before may have taken a while.
    let now = session.app.ambient.now();
    if !turns::confirm(&mut tx, held, now).await? {
        return Err(Stop::Lost);
    }
    let id = session.connection.id;
    if !sending::may_send_as(&mut tx, session.org, id, &call.by).await? {
        return Err(Stop::Lost);
    }
    let journalled = journal::journal(&mut tx, about, call).await?;
    turns::renew(&mut tx, &held.token, now, LEASE).await?;
    tx.commit().await?;
    Ok(journalled)
}

/// What was journalled and isn't sent after all waits again, as if it had not been tried,
/// or is asked about as before where an earlier call may have written the Task. What was
/// journalled before in this turn, to create its person, stays in the journal, and so does
/// what can't be written down: Salesforce is asked about it.
async fn take_back<T: Sendable>(session: &OrgSession<'_>, held: &Turn, rows: &[T]) {
    let now = session.app.ambient.now();
    let back: Vec<Settlement> = rows
        .iter()
        .map(Sendable::delivery)
        .filter(|due| due.state != DeliveryState::Sending)
        .map(|due| Settlement {
            was: DeliveryState::Sending,
            ..as_it_was(due, now)
        })
        .collect();
    if back.is_empty() {
        return;
    }
    let taken_back = async {
        let mut tx = session.app.db.begin().await?;
        if turns::confirm(&mut tx, held, now).await? {
            journal::settle(&mut tx, &back, now).await?;
        }
        tx.commit().await
    };
    if let Err(error) = taken_back.await {
        tracing::warn!(%error, deliveries = back.len(), "what isn't sent stays in the journal");
    }
}

fn as_it_was(due: &DueDelivery, now: Timestamp) -> Settlement {
    if due.state != DeliveryState::Uncertain {
        return put_back(due, now);
    }
    Settlement {
        due_at: now,
        sent_at: due.sent.as_ref().map(|sent| sent.at),
        sent_org_at: due.sent.as_ref().and_then(|sent| sent.org_at),
        error_code: due.error_code.clone(),
        ..unchanged(due)
    }
}

//! The journal: what is about to be sent, committed before it is.
//!
//! [`Journalled`] can only be made here. The functions that write to Salesforce take
//! nothing else, so that a row that wasn't journalled can't be handed over.

use domain::deliveries::DeliveryState;
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::{self, AboutToSend, Call};
use store::deliveries::turns;
use store::deliveries::turns::Turn;
use store::salesforce::sending;
use tracing::instrument;

use super::limits::LEASE;
use super::org_session::{OrgSession, Stop};
use super::permit::Permit;

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
    pub fn rows(&self) -> &[T] {
        &self.rows
    }

    pub fn rows_mut(&mut self) -> &mut [T] {
        &mut self.rows
    }

    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    pub fn into_rows(self) -> Vec<T> {
        self.rows
    }
}

/// Journals these under the turn. Rows that an Admin cancelled meanwhile are left out.
///
/// # Errors
/// [`Stop::Lost`] where the turn is over, or the connection may not send as this user
/// anymore: nothing was journalled then.
#[instrument(name = "delivery.journal", skip_all, fields(deliveries = rows.len()))]
pub(super) async fn journal<T: Sendable>(
    session: &OrgSession<'_>,
    held: &Turn,
    mut rows: Vec<T>,
    with_key: bool,
) -> Result<Journalled<T>, Stop> {
    let app = session.app;
    let permit = Permit::new(&app.ambient.clock);
    let call = Call {
        at: permit.at(),
        org_at: session.org_time(permit.at()),
        by: session.connection.user.id.clone(),
        with_key,
    };
    let about: Vec<AboutToSend> = rows.iter().map(Sendable::about_to_send).collect();
    let mut tx = app.db.begin().await?;
    if !turns::confirm(&mut tx, held, call.at).await? {
        return Err(Stop::Lost);
    }
    let id = session.connection.id;
    if !sending::may_send_as(&mut tx, session.org, id, &call.by).await? {
        return Err(Stop::Lost);
    }
    let journalled = journal::journal(&mut tx, &about, &call).await?;
    turns::renew(&mut tx, &held.token, call.at, LEASE).await?;
    tx.commit().await?;
    rows.retain(|row| journalled.contains(&row.delivery().id));
    for row in &mut rows {
        row.delivery_mut().state = DeliveryState::Sending;
    }
    Ok(Journalled { rows, permit })
}

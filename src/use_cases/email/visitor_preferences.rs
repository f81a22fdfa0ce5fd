//! Emails that visitors may do without: sending them, and a visitor's choice.

use std::collections::BTreeSet;

use clock::Ambient;
use crypto::new_token;
use domain::email::visitor_preference::VisitorEmail;
use domain::ids::{OrganizationId, VisitorId};
use domain::visitors::Visitor;
use secrecy::ExposeSecret;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::email::notification::{Notification, NotificationError};

/// Queues the email, unless the visitor has stopped emails of this kind. It has a
/// link that stops them, also for mail programs (RFC 8058): `stop` is the page of the trust
/// center that it leads to.
///
/// # Errors
/// The email can't be written, or the database.
#[instrument(
    name = "email.visitor_preferences.send",
    skip_all,
    fields(%org, visitor = %visitor.id)
)]
pub async fn send(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    mut stop: Url,
    visitor: &Visitor,
    kind: VisitorEmail,
    notice: &Notification<'_>,
) -> Result<(), NotificationError> {
    let new = new_token(&ambient.random);
    let choice =
        store::email::visitor_preferences::of(tx, org, visitor.id, kind, new.expose_secret())
            .await?;
    if choice.is_stopped {
        return Ok(());
    }
    stop.query_pairs_mut().append_pair("token", &choice.token);
    let email = notice.with_stop(visitor.email.clone(), stop)?;
    store::email::many::insert(tx, ambient, org, &[email]).await?;
    Ok(())
}

/// Stops the emails that the token is of. A token that names nobody does nothing.
///
/// # Errors
/// The database.
#[instrument(name = "email.visitor_preferences.stop", skip_all, fields(%org))]
pub async fn stop(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    token: &str,
) -> store::Result<()> {
    if let Some((visitor, kind)) =
        store::email::visitor_preferences::by_token(tx, org, token).await?
    {
        let now = Some(ambient.now());
        store::email::visitor_preferences::set(tx, org, visitor, kind, now, token).await?;
    }
    Ok(())
}

/// Saves which emails the visitor wants to get.
///
/// # Errors
/// The database.
#[instrument(name = "email.visitor_preferences.choose", skip_all, fields(%org, %visitor))]
pub async fn choose(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    visitor: VisitorId,
    wanted: &BTreeSet<VisitorEmail>,
) -> store::Result<()> {
    let stopped = store::email::visitor_preferences::stopped(tx, org, visitor).await?;
    for kind in VisitorEmail::ALL {
        let stop = !wanted.contains(&kind);
        if stop != stopped.contains(&kind) {
            let new = new_token(&ambient.random);
            let at = stop.then(|| ambient.now());
            store::email::visitor_preferences::set(tx, org, visitor, kind, at, new.expose_secret())
                .await?;
        }
    }
    Ok(())
}

//! Letters that visitors may do without: sending them, and a visitor's choice.

use std::collections::BTreeSet;

use secrecy::ExposeSecret;

use crate::clock::Ambient;
use crate::crypto::new_token;
use crate::domain::email::visitor_preference::VisitorLetter;
use crate::domain::ids::{OrganizationId, VisitorId};
use crate::domain::visitors::Visitor;
use crate::store::{self, Tx};
use crate::use_cases::email::notification::{Notice, NoticeError};
use crate::use_cases::organizations::address::StatusAddress;

/// Queues the letter, unless the visitor has stopped letters of this kind. It has a
/// link that stops them, also for mail programs (RFC 8058).
///
/// # Errors
/// The letter can't be written, or the database.
pub async fn send(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    address: &StatusAddress,
    visitor: &Visitor,
    kind: VisitorLetter,
    notice: &Notice<'_>,
) -> Result<(), NoticeError> {
    let new = new_token(&ambient.random);
    let choice =
        store::email::visitor_preferences::of(tx, org, visitor.id, kind, new.expose_secret())
            .await?;
    if choice.is_stopped {
        return Ok(());
    }
    let stop = address.page_with_token("/letters", &choice.token);
    let letter = notice.with_stop(visitor.email.clone(), stop)?;
    store::email::many::insert(tx, ambient, org, &[letter]).await?;
    Ok(())
}

/// Stops the letters that the token is of. A token that names nobody does nothing.
///
/// # Errors
/// The database.
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

/// Saves which letters the visitor wants to get.
///
/// # Errors
/// The database.
pub async fn choose(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    visitor: VisitorId,
    wanted: &BTreeSet<VisitorLetter>,
) -> store::Result<()> {
    let stopped = store::email::visitor_preferences::stopped(tx, org, visitor).await?;
    for kind in VisitorLetter::ALL {
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

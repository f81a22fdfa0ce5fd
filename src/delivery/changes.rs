//! Answers about people and companies are kept for a day. So that none is believed
//! after it has become wrong, the org is asked every few minutes what has changed in
//! it: merged, deleted, converted, given to another owner or Account.

use std::time::Duration;

use salesforce::changes::Changes;
use store::deliveries::match_cache;

use super::limits::{CHANGES_APART, CHANGES_EVERY};
use super::org_session::OrgSession;
use super::outcome::later;
use super::stop::Stop;

/// How much of what was asked about before is asked about again: changes become
/// visible a little after the time that they bear.
const OVERLAP: Duration = Duration::from_mins(2);

/// Drops the answers that are wrong by now, where it is time to ask.
pub(super) async fn drop_outdated(session: &mut OrgSession<'_>) -> Result<(), Stop> {
    let now = session.app.ambient.now();
    let org_now = session.org_time(now).unwrap_or(now);
    let Some(since) = session.connection.changes_at else {
        // Whatever is kept is younger than this connection.
        return ask_from(session, org_now, None).await;
    };
    if later(since, CHANGES_EVERY) > org_now {
        return Ok(());
    }
    let from = since.checked_sub(OVERLAP).unwrap_or(since);
    let changes = session
        .read(|client, session| async move { client.changed_since(&session, from).await })
        .await?;
    ask_from(session, org_now, Some(changes)).await
}

/// Keeps from when to ask next, and drops what the changes are about.
async fn ask_from(
    session: &mut OrgSession<'_>,
    org_now: jiff::Timestamp,
    changes: Option<Changes>,
) -> Result<(), Stop> {
    let id = session.connection.id;
    let mut tx = session.app.db.begin().await?;
    match changes {
        None => {}
        Some(changes) if changes.complete && changes.len() <= CHANGES_APART => {
            let words = changes.ids_and_keys();
            match_cache::forget_mentions(&mut tx, id, &words).await?;
        }
        Some(_) => match_cache::forget_all(&mut tx, id).await?,
    }
    store::salesforce::sending::save_changes_at(&mut tx, session.org, id, org_now).await?;
    tx.commit().await?;
    session.connection.changes_at = Some(org_now);
    Ok(())
}

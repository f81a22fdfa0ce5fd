//! Uninstalling: the token ends at Salesforce, and here.

use domain::audit::Action;
use domain::deliveries::past::JobState;
use domain::ids::OrganizationId;
use domain::salesforce::Connection;
use store::salesforce::tokens::StoredTokens;
use tracing::instrument;
use url::Url;

use super::limits::REVOCATION;
use super::oauth_text::oauth_text;
use super::{InstallError, connected};
use crate::app::App;
use crate::salesforce_connection::tokens;
use crate::use_cases::StaffAction;

/// What came of it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Removed {
    /// Deliveries that were still to be sent.
    pub cancelled: u64,
    /// The Account on which a test Task may be left.
    pub test_task_on: Option<String>,
    /// Why Salesforce may still list the approval; `None` where it was revoked.
    pub not_revoked: Option<String>,
}

/// Revokes the token at Salesforce as well as that is possible, then forgets
/// it, the caches, and what was still to be sent.
#[instrument(
    name = "salesforce.removal.uninstall",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn uninstall(app: &App, act: StaffAction<'_>) -> Result<Removed, InstallError> {
    let org = act.org.id;
    let mut tx = app.db.read().await?;
    let connection = connected(&mut tx, act).await?;
    let stored = store::salesforce::tokens::get(&mut tx, org, connection.id).await?;
    drop(tx);
    let mut outcome = revoke(app, org, stored.as_ref()).await;

    let mut tx = app.db.begin().await?;
    let last = store::salesforce::tokens::get(&mut tx, org, connection.id).await?;
    if !store::salesforce::connections::uninstall(&mut tx, org, connection.id).await? {
        return Err(InstallError::NotConnected);
    }
    let now = app.ambient.now();
    let stopped = JobState::Stopped;
    store::deliveries::backfills::end(&mut tx, org, connection.id, stopped, now).await?;
    store::deliveries::dry_runs::forget(&mut tx, org, connection.id).await?;
    let cancelled =
        store::deliveries::actions::cancel_open(&mut tx, org, connection.id, now).await?;
    let test = store::salesforce::test_tasks::latest(&mut tx, org, connection.id).await?;
    let test = test.filter(|test| test.state.is_open());
    let test_task_on = test.map(|test| test.account_name);
    let mut detail = detail(&connection, cancelled, outcome.as_deref());
    if let Some(account) = &test_task_on {
        detail.push_str(&format!("; a test Task may be left on “{account}”"));
    }
    act.audit(&mut tx, Action::UninstalledSalesforce, &detail)
        .await?;
    tx.commit().await?;

    // Renewed while we were revoking: then the new one has to end, too.
    let version = |stored: &Option<StoredTokens>| stored.as_ref().map(|stored| stored.version);
    if version(&last) != version(&stored) {
        outcome = revoke(app, org, last.as_ref()).await;
    }
    Ok(Removed {
        cancelled,
        test_task_on,
        not_revoked: outcome,
    })
}

/// Answers why it didn't work, if it didn't.
#[instrument(name = "salesforce.removal.revoke", skip_all, fields(%org))]
async fn revoke(app: &App, org: OrganizationId, stored: Option<&StoredTokens>) -> Option<String> {
    let (id, sealed) = (stored?.id, stored?.sealed.as_ref()?);
    let result = async {
        let client = tokens::client(app).map_err(|error| error.to_string())?;
        let token =
            tokens::open_refresh(app, org, id, sealed).map_err(|error| error.to_string())?;
        let url = stored.map_or("", |stored| &stored.instance_url);
        let url = Url::parse(url).map_err(|error| error.to_string())?;
        tokio::time::timeout(REVOCATION, client.revoke(&url, &token))
            .await
            .map_err(|_| "Salesforce did not answer within 10 seconds".to_owned())?
            .map_err(|error| oauth_text(&error))
    };
    let reason = result.await.err()?;
    tracing::warn!(%org, reason, "a token could not be revoked at Salesforce");
    Some(reason)
}

fn detail(connection: &Connection, cancelled: u64, not_revoked: Option<&str>) -> String {
    let org = super::lookup::org_name(connection);
    match not_revoked {
        None => format!("{org}: token revoked, {cancelled} deliveries cancelled"),
        Some(reason) => {
            format!("{org}: {cancelled} deliveries cancelled; token not revoked: {reason}")
        }
    }
}

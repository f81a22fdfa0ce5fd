//! Questions to the connected org, asked for an Admin who is waiting.

use domain::matching::candidates::RecordId;
use domain::salesforce::Connection;
use salesforce::org::OrgProfile;
use salesforce::users::UserRow;
use salesforce::{Answer, ApiUsage, CallError, Client, Session};
use store::salesforce::api_usage::Spent;
use tracing::instrument;

use super::choices::end_hold;
use super::limits::USERS_FOUND;
use super::mapping::Mapping;
use super::org_check::{keep_reading, read_org};
use super::{InstallError, connected, locked};
use crate::app::App;
use crate::salesforce_connection::tokens;
use crate::use_cases::StaffAction;

/// Active users of the org whose name or login contains the text.
#[instrument(
    name = "salesforce.lookup.search_users",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn search_users(
    app: &App,
    act: StaffAction<'_>,
    text: &str,
) -> Result<Vec<UserRow>, InstallError> {
    ask(app, act, |client, session| async move {
        client.active_users(&session, text, USERS_FOUND).await
    })
    .await
}

/// That user, if the org has it and it is active.
#[instrument(
    name = "salesforce.lookup.active_user",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn active_user(
    app: &App,
    act: StaffAction<'_>,
    id: &RecordId,
) -> Result<UserRow, InstallError> {
    let user = ask(app, act, |client, session| async move {
        client.user(&session, id).await
    })
    .await?;
    user.filter(UserRow::may_own).ok_or_else(|| {
        InstallError::Invalid(
            "This Salesforce user can't own Tasks: it is not active, or can't be seen. \
             Search again and choose another."
                .to_owned(),
        )
    })
}

/// Reads the org again, and keeps what was found. Where all
/// that is needed was granted, a hold has lost its cause and ends: answers whether
/// one did.
#[instrument(
    name = "salesforce.lookup.recheck",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn recheck(app: &App, act: StaffAction<'_>) -> Result<bool, InstallError> {
    let mut tx = app.db.read().await?;
    let before = connected(&mut tx, act).await?;
    drop(tx);
    let (user, mapped) = (&before.user.id, &Mapping::of(&before).fields);
    let reading = ask(app, act, |client, session| async move {
        read_org(&client, &session, user, mapped).await
    })
    .await?;
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    if connection.user.id != before.user.id {
        return Err(InstallError::Invalid(
            "Someone logged in to Salesforce as another user meanwhile. Check again.".to_owned(),
        ));
    }
    keep_reading(&mut tx, act.ambient, act.org.id, &connection, &reading).await?;
    // Whoever couldn't be seen before is looked for again.
    store::deliveries::match_cache::forget_all(&mut tx, connection.id).await?;
    let ended = reading.preflight.is_ready() && end_hold(&mut tx, act, &connection).await?;
    tx.commit().await?;
    Ok(ended)
}

/// Asks with the stored token; if that has ended, once more with a new one.
#[instrument(
    name = "salesforce.lookup.ask",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub(super) async fn ask<T, F>(
    app: &App,
    act: StaffAction<'_>,
    question: impl Fn(Client, Session) -> F,
) -> Result<T, InstallError>
where
    F: Future<Output = Result<Answer<T>, CallError>>,
{
    let client = app.salesforce.clone().ok_or(InstallError::NotConfigured)?;
    let org = act.org.id;
    let mut tx = app.db.read().await?;
    let connection = connected(&mut tx, act).await?;
    drop(tx);
    let access = tokens::session(app, org, connection.id).await?;
    let answer = match question(client.clone(), access.session).await {
        Err(CallError::SessionExpired) => {
            let access = tokens::refresh(app, org, connection.id, access.version).await?;
            question(client, access.session).await
        }
        answer => answer,
    }?;
    let spent = Spent {
        calls: i64::from(answer.calls),
        tasks: 0,
        org_counter: answer.usage.and_then(counter),
    };
    let mut tx = app.db.begin().await?;
    // In the order of whoever settles deliveries, so that neither waits for the other.
    store::salesforce::sending::lock(&mut tx, org, connection.id).await?;
    store::salesforce::api_usage::note(&mut tx, org, connection.id, spent, app.ambient.now())
        .await?;
    tx.commit().await?;
    Ok(answer.value)
}

fn counter(usage: ApiUsage) -> Option<(i64, i64)> {
    let used = i64::try_from(usage.used).ok()?;
    Some((used, i64::try_from(usage.max).ok()?))
}

/// The org's name as it was read last, else its id.
pub fn org_name(connection: &Connection) -> String {
    serde_json::from_str::<OrgProfile>(&connection.org_profile)
        .map_or_else(|_| connection.sf_org_id.clone(), |profile| profile.name)
}

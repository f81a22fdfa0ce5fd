//! Questions to the connected org, asked for an Admin who is waiting.

use domain::matching::candidates::RecordId;
use domain::salesforce::Connection;
use salesforce::org::OrgProfile;
use salesforce::users::UserRow;
use salesforce::{Answer, ApiUsage, CallError, Client, Session};
use store::salesforce::api_usage::Spent;
use tracing::instrument;

use super::limits::USERS_FOUND;
use super::{InstallError, connected};
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
    };
    let spent = match &answer {
        Ok(answer) => Spent {
            calls: i64::from(answer.calls),
            tasks: 0,
            org_counter: answer.usage.and_then(counter),
        },
        Err(CallError::NotSent(_) | CallError::Withheld) => Spent::default(),
        // How many there were before it isn't known.
        Err(_) => Spent {
            calls: 1,
            ..Spent::default()
        },
    };
    let mut tx = app.db.begin().await?;
    // In the order of whoever settles deliveries, so that neither waits for the other.
    store::salesforce::sending::lock(&mut tx, org, connection.id).await?;
    store::salesforce::api_usage::note(&mut tx, org, connection.id, spent, app.ambient.now())
        .await?;
    tx.commit().await?;
    Ok(answer?.value)
}

fn counter(usage: ApiUsage) -> Option<(i64, i64)> {
    let used = i64::try_from(usage.used).ok()?;
    Some((used, i64::try_from(usage.max).ok()?))
}

/// The org's profile as it was read last; `None` where it can't be understood.
pub fn org_profile(connection: &Connection) -> Option<OrgProfile> {
    serde_json::from_str(&connection.org_profile).ok()
}

/// The org's name as it was read last, else its id.
pub fn org_name(connection: &Connection) -> String {
    org_profile(connection).map_or_else(|| connection.sf_org_id.clone(), |profile| profile.name)
}

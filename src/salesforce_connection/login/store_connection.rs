//! What is stored of a login: the connection with its tokens, new or renewed.

use domain::audit::Action;
use domain::ids::ConnectionId;
use domain::limits::DEFAULT_SHARE;
use domain::matching::candidates::RecordId;
use domain::salesforce::{ConnectedUser, Connection, ConnectionOptions, ConnectionState};
use salesforce::org::OrgProfile;
use salesforce::{Identity, Tokens};
use secrecy::SecretString;
use store::salesforce::api_usage::Spent;
use store::salesforce::oauth_attempts::OauthAttempt;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::app::App;
use crate::salesforce_connection::lookup::org_name;
use crate::salesforce_connection::org_check::{OrgReading, keep_first};
use crate::salesforce_connection::{InstallError, json, tokens};
use crate::use_cases::StaffAction;

/// The connection as this login makes it.
pub(super) fn new_connection(
    app: &App,
    act: StaffAction<'_>,
    attempt: &OauthAttempt,
    tokens: &Tokens,
    identity: Identity,
    reading: &OrgReading,
) -> Connection {
    let now = app.ambient.now();
    Connection {
        id: app.ambient.id(ConnectionId::from_uuid),
        state: ConnectionState::Active,
        state_reason: String::new(),
        environment: attempt.environment,
        login_url: attempt.login_url.clone(),
        instance_url: tokens.instance_url.to_string(),
        sf_org_id: reading.profile.org_id.clone(),
        user: ConnectedUser {
            id: RecordId::new(identity.user_id.as_str()),
            username: identity.preferred_username,
            name: identity.name,
        },
        org_profile: json(&reading.profile),
        org_profile_at: now,
        preflight: json(&reading.preflight),
        preflight_at: now,
        options: ConnectionOptions::default(),
        hold_until: jiff::Timestamp::UNIX_EPOCH,
        hold_reason: String::new(),
        hold_kind: None,
        quota_share: DEFAULT_SHARE,
        reference_fields: json(&reading.reference_fields),
        mapping: String::new(),
        clock_offset: None,
        changes_at: None,
        api_used: 0,
        api_max: 0,
        confirmed_at: None,
        connected_by: act.by.actor(),
        created_at: now,
    }
}

/// Stores a first login, or takes a further one over. Answers whether it was a
/// further one, and the refresh token that it replaced.
#[instrument(name = "salesforce.login.keep", skip_all, fields(org = %act.org.id))]
pub(super) async fn keep(
    app: &App,
    act: StaffAction<'_>,
    mut fresh: Connection,
    reading: &OrgReading,
    (access, refresh): (&SecretString, &SecretString),
    calls: u32,
) -> Result<(bool, Option<SecretString>), InstallError> {
    let org = act.org.id;
    let mut tx = app.db.begin().await?;
    let old = store::salesforce::connections::live(&mut tx, org).await?;
    let mut replaced = None;
    let again = old.is_some();
    if let Some(old) = old {
        if !same_org(&old.sf_org_id, &fresh.sf_org_id) {
            return Err(InstallError::OtherOrg {
                connected: org_name(&old),
                found: reading.profile.name.clone(),
            });
        }
        let stored = store::salesforce::tokens::get(&mut tx, org, old.id).await?;
        replaced = stored
            .and_then(|stored| stored.sealed)
            .and_then(|sealed| tokens::open_refresh(app, org, old.id, &sealed).ok());
        if old.state == ConnectionState::Paused {
            fresh.state = ConnectionState::Paused;
        }
        fresh.id = old.id;
        let sealed = tokens::seal(app, org, fresh.id, access, refresh);
        store::salesforce::connections::reconnect(&mut tx, org, &fresh, &sealed).await?;
        let now = app.ambient.now();
        store::deliveries::actions::wake_lanes(&mut tx, org, old.id, now).await?;
    } else {
        let sealed = tokens::seal(app, org, fresh.id, access, refresh);
        let inserted = store::salesforce::connections::insert(&mut tx, org, &fresh, &sealed).await;
        inserted.map_err(|error| match error {
            StoreError::Duplicate(_) => InstallError::AlreadyConnected,
            error => error.into(),
        })?;
    }
    let fields = &fresh.reference_fields;
    store::salesforce::sending::save_reference_fields(&mut tx, org, fresh.id, fields).await?;
    let times = (fresh.created_at, fresh.created_at);
    keep_first(&mut tx, org, fresh.id, reading, times).await?;
    let spent = Spent {
        calls: i64::from(calls),
        ..Spent::default()
    };
    store::salesforce::api_usage::note(&mut tx, org, fresh.id, spent, fresh.created_at).await?;
    note(&mut tx, act, &fresh, &reading.profile, again).await?;
    tx.commit().await?;
    Ok((again, replaced))
}

async fn note(
    tx: &mut Tx,
    act: StaffAction<'_>,
    fresh: &Connection,
    profile: &OrgProfile,
    again: bool,
) -> Result<(), StoreError> {
    let action = if again {
        Action::ReconnectedSalesforce
    } else {
        Action::ConnectedSalesforce
    };
    let detail = format!(
        "{} ({}) as {}",
        profile.name,
        fresh.environment.title(),
        fresh.user.username
    );
    act.audit(tx, action, &detail).await
}

/// Ids of 15 and of 18 characters name the same org.
fn same_org(one: &str, other: &str) -> bool {
    one.get(..15) == other.get(..15)
}

//! Table `connection`: the link to a Salesforce org, without its tokens
//! (those are in [`crate::salesforce::tokens`]).

use domain::ids::{ConnectionId, OrganizationId};
use domain::matching::candidates::RecordId;
use domain::salesforce::{
    ConnectedUser, Connection, ConnectionOptions, ConnectionState, DefaultOwner,
};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, state, state_reason, environment, login_url, instance_url, sf_org_id, \
     sf_user_id, sf_username, sf_user_name, org_profile, org_profile_at, preflight, preflight_at, \
     create_contact, create_lead, mark_completed, associate_contact, default_owner_id, \
     default_owner_name, lead_account_field, skip_lead_assignment, hold_until, hold_reason, hold_kind, quota_share, \
     reference_fields, mapping, clock_offset, changes_at, api_used, api_max, \
     confirmed_at, connected_by, created_at";

/// Both tokens as they are kept: encrypted.
#[derive(Clone, Debug)]
pub struct SealedTokens {
    /// The access token.
    pub access: Vec<u8>,
    /// The refresh token.
    pub refresh: Vec<u8>,
}

/// The organization's connection, unless there is none or it was uninstalled.
pub async fn live(tx: &mut Tx, org: OrganizationId) -> Result<Option<Connection>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM connection WHERE org_id = $1 AND state <> 'uninstalled'"
    ));
    let row = tx.optional(sql, params![org]).await?;
    row.as_ref().map(read).transpose()
}

/// The live connection, else the one that was uninstalled last.
pub async fn latest(tx: &mut Tx, org: OrganizationId) -> Result<Option<Connection>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM connection WHERE org_id = $1
         ORDER BY CASE WHEN state = 'uninstalled' THEN 1 ELSE 0 END, created_at DESC, id DESC LIMIT 1"
    ));
    let row = tx.optional(sql, params![org]).await?;
    row.as_ref().map(read).transpose()
}

/// The connection with that id, also one that was uninstalled.
pub async fn by_id(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
) -> Result<Option<Connection>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM connection WHERE org_id = $1 AND id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// The connections of all organizations over which deliveries go out.
pub async fn active_across_tenants(tx: &mut Tx) -> Result<Vec<(OrganizationId, ConnectionId)>> {
    tx.all(
        "SELECT org_id, id FROM connection WHERE state = 'active' ORDER BY id",
        &[],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("org_id")?, row.get("id")?)))
    .collect()
}

/// Adds a connection. [`crate::StoreError::Duplicate`] if the organization has a live one.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    connection: &Connection,
    tokens: &SealedTokens,
) -> Result<()> {
    let c = connection;
    tx.execute(
        "INSERT INTO connection (id, org_id, state, state_reason, environment, login_url,
             instance_url, sf_org_id, sf_user_id, sf_username, sf_user_name, access_token,
             refresh_token, token_version, refreshed_at, refresh_until, org_profile,
             org_profile_at, preflight, preflight_at, create_contact, create_lead, mark_completed,
             associate_contact, hold_until, hold_reason, hold_streak, api_used, api_max,
             connected_by, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 1, $14, 0, $15, $14, $16,
             $14, 0, 0, 0, 0, 0, '', 0, 0, 0, $17, $14)",
        params![
            c.id,
            org,
            c.state,
            &c.state_reason,
            c.environment,
            &c.login_url,
            &c.instance_url,
            &c.sf_org_id,
            &c.user.id,
            &c.user.username,
            &c.user.name,
            tokens.access.clone(),
            tokens.refresh.clone(),
            c.created_at,
            &c.org_profile,
            &c.preflight,
            &c.connected_by,
        ],
    )
    .await?;
    Ok(())
}

/// Takes over what a new login to the same org brought. Switches, options and deliveries
/// stay; the connection has to be confirmed again if the user is another one.
pub async fn reconnect(
    tx: &mut Tx,
    org: OrganizationId,
    fresh: &Connection,
    tokens: &SealedTokens,
) -> Result<()> {
    let c = fresh;
    tx.execute(
        "UPDATE connection SET state = $3, state_reason = '', environment = $4, login_url = $5,
             instance_url = $6,
             confirmed_at = CASE WHEN sf_user_id = $7 THEN confirmed_at ELSE NULL END,
             sf_user_id = $7, sf_username = $8, sf_user_name = $9, access_token = $10,
             refresh_token = $11, token_version = token_version + 1, refreshed_at = $12,
             refresh_until = 0, org_profile = $13, org_profile_at = $12, preflight = $14,
             preflight_at = $12, hold_until = 0, hold_reason = '', hold_kind = '',
             hold_streak = 0, connected_by = $15, reference_fields = ''
             
         WHERE org_id = $1 AND id = $2 AND state <> 'uninstalled'",
        params![
            org,
            c.id,
            c.state,
            c.environment,
            &c.login_url,
            &c.instance_url,
            &c.user.id,
            &c.user.username,
            &c.user.name,
            tokens.access.clone(),
            tokens.refresh.clone(),
            c.created_at,
            &c.org_profile,
            &c.preflight,
            &c.connected_by,
        ],
    )
    .await?;
    Ok(())
}

/// Changes the state, if it is still `from`. Answers whether it was.
pub async fn set_state(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    (from, to): (ConnectionState, ConnectionState),
    reason: &str,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE connection SET state = $4, state_reason = $5
             WHERE org_id = $1 AND id = $2 AND state = $3",
            params![org, id, from, to, reason],
        )
        .await?;
    Ok(changed > 0)
}

/// Uninstalls: forgets both tokens and what was read from the org's records.
pub async fn uninstall(tx: &mut Tx, org: OrganizationId, id: ConnectionId) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE connection SET state = 'uninstalled', state_reason = '', access_token = NULL,
                 refresh_token = NULL, token_version = token_version + 1, refresh_until = 0,
                 hold_until = 0, hold_reason = '', hold_kind = ''
             WHERE org_id = $1 AND id = $2 AND state <> 'uninstalled'",
            params![org, id],
        )
        .await?;
    tx.execute(
        "DELETE FROM match_cache WHERE connection_id IN
             (SELECT id FROM connection WHERE org_id = $1 AND id = $2)",
        params![org, id],
    )
    .await?;
    Ok(changed > 0)
}

/// An Admin says that this is the right org and user.
pub async fn confirm(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET confirmed_at = $3 WHERE org_id = $1 AND id = $2",
        params![org, id, now],
    )
    .await?;
    Ok(())
}

/// Saves all options; does nothing once it was uninstalled.
pub async fn save_options(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    options: &ConnectionOptions,
) -> Result<()> {
    let owner = options.default_owner.as_ref();
    tx.execute(
        "UPDATE connection SET create_contact = $3, create_lead = $4, mark_completed = $5,
             associate_contact = $6, default_owner_id = $7, default_owner_name = $8,
             lead_account_field = $9, skip_lead_assignment = $10
         WHERE org_id = $1 AND id = $2 AND state <> 'uninstalled'",
        params![
            org,
            id,
            options.create_contact,
            options.create_lead,
            options.mark_completed,
            options.associate_contact,
            owner.map(|owner| owner.id.clone()),
            owner.map(|owner| owner.name.clone()),
            options.lead_account_field.clone(),
            options.skip_lead_assignment,
        ],
    )
    .await?;
    Ok(())
}

/// Saves how Tasks look and which fields are filled in; does nothing once it was
/// uninstalled.
pub async fn save_mapping(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    mapping: &str,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET mapping = $3
         WHERE org_id = $1 AND id = $2 AND state <> 'uninstalled'",
        params![org, id, mapping],
    )
    .await?;
    Ok(())
}

/// Keeps what was read from the org: its profile and the check of permissions.
pub async fn save_findings(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    org_profile: &str,
    preflight: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET org_profile = $3, org_profile_at = $5, preflight = $4,
             preflight_at = $5
         WHERE org_id = $1 AND id = $2",
        params![org, id, org_profile, preflight, now],
    )
    .await?;
    Ok(())
}

/// Keeps a newer profile of the org.
pub async fn save_profile(
    tx: &mut Tx,
    org: OrganizationId,
    id: ConnectionId,
    org_profile: &str,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE connection SET org_profile = $3, org_profile_at = $4 WHERE org_id = $1 AND id = $2",
        params![org, id, org_profile, now],
    )
    .await?;
    Ok(())
}

/// The org's profile has to be read again before it is used.
pub async fn expire_profile(tx: &mut Tx, org: OrganizationId, id: ConnectionId) -> Result<()> {
    tx.execute(
        "UPDATE connection SET org_profile_at = 0 WHERE org_id = $1 AND id = $2",
        params![org, id],
    )
    .await?;
    Ok(())
}

fn read(row: &Row) -> Result<Connection> {
    Ok(Connection {
        id: row.get("id")?,
        state: row.get("state")?,
        state_reason: row.get("state_reason")?,
        environment: row.get("environment")?,
        login_url: row.get("login_url")?,
        instance_url: row.get("instance_url")?,
        sf_org_id: row.get("sf_org_id")?,
        user: ConnectedUser {
            id: row.get("sf_user_id")?,
            username: row.get("sf_username")?,
            name: row.get("sf_user_name")?,
        },
        org_profile: row.get("org_profile")?,
        org_profile_at: row.get("org_profile_at")?,
        preflight: row.get("preflight")?,
        preflight_at: row.get("preflight_at")?,
        options: read_options(row)?,
        hold_until: row.get("hold_until")?,
        hold_reason: row.get("hold_reason")?,
        hold_kind: row.get::<String>("hold_kind")?.parse().ok(),
        quota_share: row.get("quota_share")?,
        reference_fields: row.get("reference_fields")?,
        mapping: row.get("mapping")?,
        clock_offset: row.get("clock_offset")?,
        changes_at: row.get("changes_at")?,
        api_used: row.get("api_used")?,
        api_max: row.get("api_max")?,
        confirmed_at: row.get("confirmed_at")?,
        connected_by: row.get("connected_by")?,
        created_at: row.get("created_at")?,
    })
}

fn read_options(row: &Row) -> Result<ConnectionOptions> {
    let owner: Option<RecordId> = row.get("default_owner_id")?;
    let owner_name: Option<String> = row.get("default_owner_name")?;
    Ok(ConnectionOptions {
        create_contact: row.get("create_contact")?,
        create_lead: row.get("create_lead")?,
        skip_lead_assignment: row.get("skip_lead_assignment")?,
        mark_completed: row.get("mark_completed")?,
        associate_contact: row.get("associate_contact")?,
        default_owner: owner.map(|id| DefaultOwner {
            name: owner_name.unwrap_or_else(|| id.to_string()),
            id,
        }),
        lead_account_field: row.get("lead_account_field")?,
    })
}

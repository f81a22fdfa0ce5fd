//! Tables `org_check` and `org_change`: what was last read of an org, and what changed in it.

use clock::Ambient;
use domain::ids::{ConnectionId, OrgChangeId, OrganizationId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// What was read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgCheck {
    /// When.
    pub at: Timestamp,
    /// JSON of the Salesforce client; empty where only an error asked for it so far.
    pub reading: String,
}

/// Something that was another than at the look before.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct OrgChange {
    /// When it was found.
    pub at: Timestamp,
    /// Whether it stops or limits anything.
    pub is_problem: bool,
    /// In a sentence or two.
    pub text: String,
}

/// The last one of a connection.
pub async fn latest(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<Option<OrgCheck>> {
    let row = tx
        .optional(
            "SELECT at, reading FROM org_check WHERE org_id = $1 AND connection_id = $2",
            params![org, connection],
        )
        .await?;
    row.map(|row| {
        Ok(OrgCheck {
            at: row.get("at")?,
            reading: row.get("reading")?,
        })
    })
    .transpose()
}

/// Keeps what was read, in place of what was read before. An error that came since `began`
/// still asks for another look.
pub async fn save(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    check: &OrgCheck,
    began: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO org_check (connection_id, org_id, at, reading) VALUES ($2, $1, $3, $4)
         ON CONFLICT (connection_id) DO UPDATE SET at = $3, reading = $4,
             wanted_since = CASE WHEN org_check.wanted_since > $5 THEN org_check.wanted_since END",
        params![org, connection, check.at, &check.reading, began],
    )
    .await?;
    Ok(())
}

/// An error asks for another look.
pub async fn want(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO org_check (connection_id, org_id, at, reading, wanted_since)
         VALUES ($2, $1, 0, '', $3)
         ON CONFLICT (connection_id) DO UPDATE SET
             wanted_since = COALESCE(org_check.wanted_since, $3)",
        params![org, connection, now],
    )
    .await?;
    Ok(())
}

/// The active connections of all organizations for which an error asks for a look, and at
/// which nobody has looked since `before`.
pub async fn wanted_across_tenants(
    tx: &mut Tx,
    before: Timestamp,
) -> Result<Vec<(OrganizationId, ConnectionId)>> {
    tx.all(
        "SELECT org_check.org_id AS org_id, org_check.connection_id AS id
         FROM org_check JOIN connection ON connection.id = org_check.connection_id
         WHERE org_check.wanted_since IS NOT NULL AND org_check.at < $1
             AND connection.state = 'active'
         ORDER BY org_check.at",
        params![before],
    )
    .await?
    .iter()
    .map(|row| Ok((row.get("org_id")?, row.get("id")?)))
    .collect()
}

/// Writes down what changed.
pub async fn insert_changes(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    connection: ConnectionId,
    changes: &[OrgChange],
) -> Result<()> {
    for change in changes {
        tx.execute(
            "INSERT INTO org_change (id, org_id, connection_id, at, is_problem, text)
             VALUES ($1, $2, $3, $4, $5, $6)",
            params![
                ambient.id(OrgChangeId::from_uuid),
                org,
                connection,
                change.at,
                change.is_problem,
                &change.text,
            ],
        )
        .await?;
    }
    Ok(())
}

/// What changed lately, the newest look first, and of a look its problems.
pub async fn changes(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    limit: i64,
) -> Result<Vec<OrgChange>> {
    tx.all(
        "SELECT at, is_problem, text FROM org_change
         WHERE org_id = $1 AND connection_id = $2 ORDER BY at DESC, is_problem DESC, id LIMIT $3",
        params![org, connection, limit],
    )
    .await?
    .iter()
    .map(|row| {
        Ok(OrgChange {
            at: row.get("at")?,
            is_problem: row.get("is_problem")?,
            text: row.get("text")?,
        })
    })
    .collect()
}

/// Forgets the changes of all organizations that were found before then.
pub async fn sweep_across_tenants(tx: &mut Tx, before: Timestamp) -> Result<u64> {
    tx.execute("DELETE FROM org_change WHERE at < $1", params![before])
        .await
}

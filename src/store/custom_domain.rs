//! Table `custom_domain`: the host at which an organization's status page is
//! reached beside the public address.

use jiff::Timestamp;

use super::{Result, Row, Tx};
use crate::domain::hostname::Hostname;
use crate::domain::ids::OrganizationId;
use crate::params;

/// What an Admin has set.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CustomDomain {
    pub host: Hostname,
    /// When a request first came by it: from then on links in mail lead there.
    pub seen_at: Option<Timestamp>,
}

pub async fn set(tx: &mut Tx, org: OrganizationId, host: &Hostname) -> Result<()> {
    tx.execute(
        "INSERT INTO custom_domain (org_id, host) VALUES ($1, $2)
         ON CONFLICT (org_id) DO UPDATE SET host = excluded.host, seen_at = NULL",
        params![org, host],
    )
    .await?;
    Ok(())
}

pub async fn remove(tx: &mut Tx, org: OrganizationId) -> Result<()> {
    tx.execute("DELETE FROM custom_domain WHERE org_id = $1", params![org])
        .await?;
    Ok(())
}

pub async fn seen(tx: &mut Tx, org: OrganizationId, host: &Hostname, now: Timestamp) -> Result<()> {
    tx.execute(
        "UPDATE custom_domain SET seen_at = $3
         WHERE org_id = $1 AND host = $2 AND seen_at IS NULL",
        params![org, host, now],
    )
    .await?;
    Ok(())
}

pub async fn of(tx: &mut Tx, org: OrganizationId) -> Result<Option<CustomDomain>> {
    let sql = "SELECT host, seen_at FROM custom_domain WHERE org_id = $1";
    let row = tx.optional(sql, params![org]).await?;
    row.as_ref().map(read).transpose()
}

/// Whose host it is.
pub async fn by_host_across_tenants(
    tx: &mut Tx,
    host: &Hostname,
) -> Result<Option<(OrganizationId, CustomDomain)>> {
    let sql = "SELECT org_id, host, seen_at FROM custom_domain WHERE host = $1";
    let row = tx.optional(sql, params![host]).await?;
    row.map(|row| Ok((row.get("org_id")?, read(&row)?)))
        .transpose()
}

fn read(row: &Row) -> Result<CustomDomain> {
    Ok(CustomDomain {
        host: row.get("host")?,
        seen_at: row.get("seen_at")?,
    })
}

//! Table `usage`: what was looked at and downloaded, one row each. Its sums by day
//! are in `usage_day`, and written with it.

use domain::analytics::usage::{Audience, UsageKind};
use domain::ids::{AccountId, ItemId, OrganizationId, UsageId, VisitorId};
use jiff::Timestamp;

use crate::analytics::usage_days;
use crate::params;
use crate::{Result, Tx};

/// One look, preview or download.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Usage {
    /// The row's id.
    pub id: UsageId,
    /// What is counted.
    pub kind: UsageKind,
    /// Whether it was by a member, a guest or an anonymous visitor.
    pub audience: Audience,
    /// When it happened.
    pub at: Timestamp,
    /// The account whose member it was; `None` for guests and anonymous visitors.
    pub account: Option<AccountId>,
    /// The visitor who was signed in; `None` for anonymous visitors.
    pub visitor: Option<VisitorId>,
    /// With its title; nothing for the trust center itself.
    pub item: Option<(ItemId, String)>,
    /// Empty where no file was meant.
    pub file_name: String,
}

/// Appends the row and adds it to its day.
pub async fn insert(tx: &mut Tx, org: OrganizationId, one: &Usage) -> Result<()> {
    let (item, title) = match &one.item {
        Some((id, title)) => (Some(*id), title.as_str()),
        None => (None, ""),
    };
    tx.execute(
        "INSERT INTO usage (id, org_id, kind, audience, at, account_id, visitor_id, item_id,
             item_title, file_name)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        params![
            one.id,
            org,
            one.kind,
            one.audience,
            one.at,
            one.account,
            one.visitor,
            item,
            title,
            &one.file_name,
        ],
    )
    .await?;
    usage_days::add(tx, org, one).await
}

/// Forgets rows that are older than their organization keeps them, at most `most`.
/// Answers how many; the sums by day stay.
pub async fn sweep_across_tenants(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM usage WHERE id IN (
             SELECT usage.id FROM usage JOIN organization ON organization.id = usage.org_id
             WHERE usage.at < $1 - organization.usage_days * 86400000000 LIMIT $2)",
        params![now, most],
    )
    .await
}

//! Table `usage_day`: how often what was looked at, by day, audience, account and item.

use domain::ids::OrganizationId;

use crate::analytics::usage::Usage;
use crate::params;
use crate::{Result, Tx};

pub(crate) const MICROS_PER_DAY: i64 = 86_400_000_000;

pub(crate) async fn add(tx: &mut Tx, org: OrganizationId, one: &Usage) -> Result<()> {
    let day = one.at.as_microsecond().div_euclid(MICROS_PER_DAY);
    let account = one.account.map_or_else(String::new, |id| id.to_string());
    let (item, title) = match &one.item {
        Some((id, title)) => (id.to_string(), title.as_str()),
        None => (String::new(), ""),
    };
    tx.execute(
        "INSERT INTO usage_day (org_id, day, kind, audience, account_id, item_id, item_title, n,
             last_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8)
         ON CONFLICT (org_id, day, kind, audience, account_id, item_id) DO UPDATE SET
             n = usage_day.n + 1,
             item_title = $7,
             last_at = CASE WHEN usage_day.last_at > $8 THEN usage_day.last_at ELSE $8 END",
        params![
            org,
            day,
            one.kind,
            one.audience,
            account,
            item,
            title,
            one.at
        ],
    )
    .await?;
    Ok(())
}

//! Table `usage_day`, as an account's page sums it up: how much its people have looked.

use std::collections::BTreeMap;

use domain::ids::{AccountId, OrganizationId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// How much the people of an account have looked.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Engagement {
    /// Visits of members on each day (since 1970, UTC) that has any.
    pub visits: BTreeMap<i64, i64>,
    /// Items whose documents were previewed or downloaded, each once.
    pub documents: i64,
    /// When something was last looked at; `None` where nothing ever was.
    pub last_seen: Option<Timestamp>,
}

/// Visits from day `visits_from` on, documents from day `documents_from` on.
pub async fn of_account(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
    visits_from: i64,
    documents_from: i64,
) -> Result<Engagement> {
    // What is compared with '' is the condition of the index by account; with the kind and the
    // audience both databases read no other account's rows.
    let rows = tx
        .all(
            "SELECT day, CAST(SUM(n) AS BIGINT) AS n FROM usage_day
             WHERE org_id = $1 AND account_id = $2 AND account_id <> '' AND kind = 'visit'
                 AND audience = 'member' AND day >= $3
             GROUP BY day",
            params![org, account, visits_from],
        )
        .await?;
    let visits = rows
        .iter()
        .map(|row| Ok((row.get("day")?, row.get("n")?)))
        .collect::<Result<_>>()?;
    let read = tx
        .one(
            "SELECT COUNT(DISTINCT item_id) AS n FROM usage_day
             WHERE org_id = $1 AND account_id = $2 AND account_id <> ''
                 AND kind IN ('preview', 'download') AND audience IN ('member', 'guest')
                 AND day >= $3 AND item_id <> ''",
            params![org, account, documents_from],
        )
        .await?;
    let seen = tx
        .one(
            "SELECT MAX(last_at) AS last_seen FROM usage_day
             WHERE org_id = $1 AND account_id = $2 AND account_id <> ''",
            params![org, account],
        )
        .await?;
    Ok(Engagement {
        visits,
        documents: read.get("n")?,
        last_seen: seen.get("last_seen")?,
    })
}

//! Tables `day_total` and `day_totals_until`: how often something happened on each day that
//! is over. What happened since is counted where it stands.

use domain::activities::ActivityKind;
use domain::analytics::usage::{Audience, UsageKind};
use domain::ids::OrganizationId;

use crate::analytics::usage_days::MICROS_PER_DAY;
use crate::params;
use crate::{Result, Tx};

/// Days that one transaction sums up: everyone who writes to an embedded database waits
/// meanwhile.
const DAYS_AT_ONCE: i64 = 31;

/// How many activities of each kind there were on each day from that one on (UTC, counted
/// from 1970), oldest first; days and kinds without any are absent.
pub async fn activities(
    tx: &mut Tx,
    org: OrganizationId,
    from_day: i64,
) -> Result<Vec<(i64, ActivityKind, i64)>> {
    let until = until(tx, org).await?.max(from_day);
    let rows = tx
        .all(
            "SELECT day, kind, n FROM day_total
             WHERE org_id = $1 AND day >= $2 AND day < $3 AND audience = ''
             UNION ALL
             SELECT occurred_at / 86400000000 AS day, kind, COUNT(*) AS n FROM activity
             WHERE org_id = $1 AND occurred_at >= $4
             GROUP BY occurred_at / 86400000000, kind
             ORDER BY day",
            params![org, from_day, until, until.saturating_mul(MICROS_PER_DAY)],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("day")?, row.get("kind")?, row.get("n")?)))
        .collect()
}

/// How often something was looked at on each day from that one on.
pub async fn usage(
    tx: &mut Tx,
    org: OrganizationId,
    from_day: i64,
) -> Result<Vec<(i64, UsageKind, Audience, i64)>> {
    let until = until(tx, org).await?.max(from_day);
    let rows = tx
        .all(
            "SELECT day, kind, audience, n FROM day_total
             WHERE org_id = $1 AND day >= $2 AND day < $3 AND audience <> ''
             UNION ALL
             SELECT day, kind, audience, CAST(SUM(n) AS BIGINT) AS n FROM usage_day
             WHERE org_id = $1 AND day >= $3
             GROUP BY day, kind, audience",
            params![org, from_day, until],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok((
                row.get("day")?,
                row.get("kind")?,
                row.get("audience")?,
                row.get("n")?,
            ))
        })
        .collect()
}

/// The day before which all days are summed up.
async fn until(tx: &mut Tx, org: OrganizationId) -> Result<i64> {
    let row = tx
        .optional(
            "SELECT day FROM day_totals_until WHERE org_id = $1",
            params![org],
        )
        .await?;
    row.map_or(Ok(0), |row| row.get("day"))
}

/// Something was recorded for a day that may be summed up already: it is summed up again.
/// Waits for whoever sums up just now, who may not have seen it.
pub async fn is_late(tx: &mut Tx, org: OrganizationId, day: i64) -> Result<()> {
    tx.execute(
        "UPDATE day_totals_until SET day = CASE WHEN day > $2 THEN $2 ELSE day END
         WHERE org_id = $1",
        params![org, day],
    )
    .await?;
    Ok(())
}

/// Sums up a month of days before `until` of one organization that lacks them. Answers
/// false where none does. What records something for these days afterwards has to call
/// [`is_late`].
pub async fn sum_up_across_tenants(tx: &mut Tx, until: i64) -> Result<bool> {
    let row = tx
        .optional(
            "SELECT organization.id FROM organization
             LEFT JOIN day_totals_until ON day_totals_until.org_id = organization.id
             WHERE COALESCE(day_totals_until.day, 0) < $1
             ORDER BY organization.id LIMIT 1",
            params![until],
        )
        .await?;
    let Some(row) = row else {
        return Ok(false);
    };
    let org: OrganizationId = row.get("id")?;
    let done = locked(tx, org).await?;
    let from = match first_day(tx, org, done).await? {
        Some(first) => first.clamp(done, until),
        None => until,
    };
    let to = until.min(from.saturating_add(DAYS_AT_ONCE));
    sum_up(tx, org, from, to).await?;
    tx.execute(
        "UPDATE day_totals_until SET day = $2 WHERE org_id = $1",
        params![org, to],
    )
    .await?;
    Ok(true)
}

/// The day before which all days are summed up, which nobody else changes until this
/// transaction ends: what is recorded late waits, or is seen.
async fn locked(tx: &mut Tx, org: OrganizationId) -> Result<i64> {
    let row = tx
        .one(
            "INSERT INTO day_totals_until (org_id, day) VALUES ($1, 0)
             ON CONFLICT (org_id) DO UPDATE SET day = day_totals_until.day RETURNING day",
            params![org],
        )
        .await?;
    row.get("day")
}

/// The first day from that one on of which there is something to sum up.
async fn first_day(tx: &mut Tx, org: OrganizationId, from: i64) -> Result<Option<i64>> {
    let row = tx
        .one(
            "SELECT (SELECT MIN(occurred_at) FROM activity
                     WHERE org_id = $1 AND occurred_at >= $2) AS activity,
                 (SELECT MIN(day) FROM usage_day WHERE org_id = $1 AND day >= $3) AS used",
            params![org, from.saturating_mul(MICROS_PER_DAY), from],
        )
        .await?;
    let (activity, used): (Option<i64>, Option<i64>) = (row.get("activity")?, row.get("used")?);
    let activity = activity.map(|at| at.div_euclid(MICROS_PER_DAY));
    Ok(activity.into_iter().chain(used).min())
}

async fn sum_up(tx: &mut Tx, org: OrganizationId, from: i64, to: i64) -> Result<()> {
    let micros = |day: i64| day.saturating_mul(MICROS_PER_DAY);
    // Another replica may have done the same meanwhile.
    tx.execute(
        "INSERT INTO day_total (org_id, day, kind, audience, n)
         SELECT org_id, occurred_at / 86400000000, kind, '', COUNT(*) FROM activity
         WHERE org_id = $1 AND occurred_at >= $2 AND occurred_at < $3
         GROUP BY org_id, occurred_at / 86400000000, kind
         ON CONFLICT (org_id, day, kind, audience) DO UPDATE SET n = excluded.n",
        params![org, micros(from), micros(to)],
    )
    .await?;
    tx.execute(
        "INSERT INTO day_total (org_id, day, kind, audience, n)
         SELECT org_id, day, kind, audience, CAST(SUM(n) AS BIGINT) FROM usage_day
         WHERE org_id = $1 AND day >= $2 AND day < $3
         GROUP BY org_id, day, kind, audience
         ON CONFLICT (org_id, day, kind, audience) DO UPDATE SET n = excluded.n",
        params![org, from, to],
    )
    .await?;
    Ok(())
}

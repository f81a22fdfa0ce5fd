//! Table `email_preference`: which emails a visitor does without, and the tokens by which
//! they say so from an email.

use std::collections::BTreeSet;

use domain::email::visitor_preference::VisitorEmail;
use domain::ids::{OrganizationId, VisitorId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// How the visitor stands to emails of a kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct EmailChoice {
    /// Stops them; it stays the same.
    pub token: String,
    /// Whether the visitor does without these emails.
    pub is_stopped: bool,
}

/// The choice, made with this token if there was none yet: then the emails are wanted.
pub async fn of(
    tx: &mut Tx,
    org: OrganizationId,
    visitor: VisitorId,
    kind: VisitorEmail,
    new_token: &str,
) -> Result<EmailChoice> {
    tx.execute(
        "INSERT INTO email_preference (org_id, visitor_id, kind, token) VALUES ($1, $2, $3, $4)
         ON CONFLICT (visitor_id, kind) DO NOTHING",
        params![org, visitor, kind, new_token],
    )
    .await?;
    let row = tx
        .one(
            "SELECT token, stopped_at FROM email_preference
             WHERE org_id = $1 AND visitor_id = $2 AND kind = $3",
            params![org, visitor, kind],
        )
        .await?;
    let stopped_at: Option<Timestamp> = row.get("stopped_at")?;
    Ok(EmailChoice {
        token: row.get("token")?,
        is_stopped: stopped_at.is_some(),
    })
}

/// Whose token it is, and of which emails.
pub async fn by_token(
    tx: &mut Tx,
    org: OrganizationId,
    token: &str,
) -> Result<Option<(VisitorId, VisitorEmail)>> {
    let sql = "SELECT visitor_id, kind FROM email_preference WHERE org_id = $1 AND token = $2";
    let row = tx.optional(sql, params![org, token]).await?;
    row.map(|row| Ok((row.get("visitor_id")?, row.get("kind")?)))
        .transpose()
}

/// The kinds that the visitor does without.
pub async fn stopped(
    tx: &mut Tx,
    org: OrganizationId,
    visitor: VisitorId,
) -> Result<BTreeSet<VisitorEmail>> {
    let rows = tx
        .all(
            "SELECT kind FROM email_preference
             WHERE org_id = $1 AND visitor_id = $2 AND stopped_at IS NOT NULL",
            params![org, visitor],
        )
        .await?;
    rows.iter().map(|row| row.get("kind")).collect()
}

/// Stops the emails of a kind (`Some` moment), or has them sent again.
pub async fn set(
    tx: &mut Tx,
    org: OrganizationId,
    visitor: VisitorId,
    kind: VisitorEmail,
    stopped_at: Option<Timestamp>,
    new_token: &str,
) -> Result<()> {
    of(tx, org, visitor, kind, new_token).await?;
    tx.execute(
        "UPDATE email_preference SET stopped_at = $4
         WHERE org_id = $1 AND visitor_id = $2 AND kind = $3",
        params![org, visitor, kind, stopped_at],
    )
    .await?;
    Ok(())
}

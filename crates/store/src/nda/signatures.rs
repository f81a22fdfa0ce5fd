//! Table `nda_signature`: who signed the NDA for which account. Append-only.

use domain::ids::{AccountId, OrganizationId};
use domain::nda::NdaSignature;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "id, account_id, visitor_id, text_id, version, sha256, full_name, known_as,
     email, signed_at, ip_address, user_agent, certificate_id, request_id";

/// Answers false, and keeps nothing, where the account has a signature already.
pub async fn insert(tx: &mut Tx, org: OrganizationId, signed: &NdaSignature) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO nda_signature (id, org_id, account_id, visitor_id, text_id, version,
                 sha256, full_name, known_as, email, signed_at, ip_address, user_agent,
                 certificate_id, request_id)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
             ON CONFLICT (account_id) DO NOTHING",
            params![
                signed.id,
                org,
                signed.account,
                signed.visitor,
                signed.text,
                signed.version,
                &signed.sha256,
                signed.full_name.as_str(),
                &signed.known_as,
                &signed.email,
                signed.signed_at,
                &signed.ip_address,
                &signed.user_agent,
                signed.certificate,
                signed.request
            ],
        )
        .await?;
    Ok(inserted == 1)
}

/// The account's signature on the trust center; `None` where nobody has signed there.
pub async fn of_account(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
) -> Result<Option<NdaSignature>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM nda_signature WHERE org_id = $1 AND account_id = $2"
    ));
    let row = tx.optional(sql, params![org, account]).await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<NdaSignature> {
    Ok(NdaSignature {
        id: row.get("id")?,
        account: row.get("account_id")?,
        visitor: row.get("visitor_id")?,
        text: row.get("text_id")?,
        version: row.get("version")?,
        sha256: row.get("sha256")?,
        full_name: row.get("full_name")?,
        known_as: row.get("known_as")?,
        email: row.get("email")?,
        signed_at: row.get("signed_at")?,
        ip_address: row.get("ip_address")?,
        user_agent: row.get("user_agent")?,
        certificate: row.get("certificate_id")?,
        request: row.get("request_id")?,
    })
}

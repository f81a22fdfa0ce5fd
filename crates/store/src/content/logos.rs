//! Table `logo`: an organization's logo, for light pages and for dark ones.

use domain::content::logo::{Logo, Logos, Variant};
use domain::ids::OrganizationId;

use crate::params;
use crate::{Result, Tx};

/// Saves the logo for light or for dark pages, in place of the one there was.
pub async fn set(tx: &mut Tx, org: OrganizationId, variant: Variant, logo: &Logo) -> Result<()> {
    tx.execute(
        "INSERT INTO logo (org_id, variant, content_type, sha256, bytes)
         VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (org_id, variant) DO UPDATE SET content_type = excluded.content_type,
             sha256 = excluded.sha256, bytes = excluded.bytes",
        params![
            org,
            variant.key(),
            &logo.content_type,
            &logo.sha256,
            logo.bytes.clone()
        ],
    )
    .await?;
    Ok(())
}

/// Removes the logo for light or for dark pages, if there is one.
pub async fn remove(tx: &mut Tx, org: OrganizationId, variant: Variant) -> Result<()> {
    tx.execute(
        "DELETE FROM logo WHERE org_id = $1 AND variant = $2",
        params![org, variant.key()],
    )
    .await?;
    Ok(())
}

/// Which there are, by their hashes.
pub async fn of(tx: &mut Tx, org: OrganizationId) -> Result<Logos> {
    let sql = "SELECT variant, sha256 FROM logo WHERE org_id = $1";
    let mut logos = Logos::default();
    for row in tx.all(sql, params![org]).await? {
        let variant: String = row.get("variant")?;
        let hash = Some(row.get("sha256")?);
        if variant == Variant::Dark.key() {
            logos.dark = hash;
        } else {
            logos.light = hash;
        }
    }
    Ok(logos)
}

/// The picture of that hash.
pub async fn by_hash(tx: &mut Tx, org: OrganizationId, sha256: &str) -> Result<Option<Logo>> {
    let sql = "SELECT content_type, sha256, bytes FROM logo WHERE org_id = $1 AND sha256 = $2";
    let row = tx.optional(sql, params![org, sha256]).await?;
    row.map(|row| {
        Ok(Logo {
            content_type: row.get("content_type")?,
            sha256: row.get("sha256")?,
            bytes: row.get("bytes")?,
        })
    })
    .transpose()
}

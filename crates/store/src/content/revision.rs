//! Whether what a trust center's page is made of has changed.

use domain::ids::OrganizationId;

use crate::params;
use crate::{Result, Tx};

/// The organization of that address, and the revision of what its page is made of: names,
/// sections, items, entries, updates, logos. It is another one after every change, whoever
/// makes it, and is empty where nothing was changed since the database knows revisions.
/// `None` where there is no such organization.
pub async fn by_slug(tx: &mut Tx, slug: &str) -> Result<Option<(OrganizationId, String)>> {
    let sql = "SELECT organization.id, COALESCE(content_revision.revision, '') AS revision
               FROM organization LEFT JOIN content_revision
                    ON content_revision.org_id = organization.id
               WHERE organization.slug = $1";
    let row = tx.optional(sql, params![slug]).await?;
    row.map(|row| Ok((row.get("id")?, row.get("revision")?)))
        .transpose()
}

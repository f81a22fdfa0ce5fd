//! Table `organization`.

pub mod attention;
pub mod custom_domains;
pub mod setup;

use domain::ids::OrganizationId;
use domain::nda::NdaKind;
use domain::organizations::{Organization, Plan};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

pub(crate) const COLUMNS: &str =
    "id, slug, name, plan, subject_prefix, headline, introduction, security_email, accent, version";

/// Adds an organization; refused as a duplicate where the slug is taken.
pub async fn insert(tx: &mut Tx, org: &Organization, now: Timestamp) -> Result<()> {
    tx.execute(
        "INSERT INTO organization (id, slug, name, plan, subject_prefix, headline, introduction,
             security_email, accent, version, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        params![
            org.id,
            &org.slug,
            &org.name,
            org.plan,
            &org.subject_prefix,
            &org.headline,
            &org.introduction,
            &org.security_email,
            &org.accent,
            org.version,
            now
        ],
    )
    .await?;
    Ok(())
}

/// Saves everything an Admin may change; the plan is the operator's ([`set_plan`]).
/// Answers false, and saves nothing, where it was changed since `org` was read.
pub async fn update(tx: &mut Tx, org: &Organization) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE organization SET name = $3, subject_prefix = $4, headline = $5,
                 introduction = $6, security_email = $7, accent = $8, version = version + 1
             WHERE id = $1 AND version = $2",
            params![
                org.id,
                org.version,
                &org.name,
                &org.subject_prefix,
                &org.headline,
                &org.introduction,
                &org.security_email,
                &org.accent
            ],
        )
        .await?;
    Ok(changed == 1)
}

/// Changes the plan, for the operator.
pub async fn set_plan(tx: &mut Tx, org: OrganizationId, plan: Plan) -> Result<()> {
    tx.execute(
        "UPDATE organization SET plan = $2 WHERE id = $1",
        params![org, plan],
    )
    .await?;
    Ok(())
}

/// The organization with that id.
pub async fn by_id(tx: &mut Tx, org: OrganizationId) -> Result<Option<Organization>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM organization WHERE id = $1"));
    let row = tx.optional(sql, params![org]).await?;
    row.as_ref().map(read).transpose()
}

/// What a new account needs: never [`NdaKind::Elsewhere`].
pub async fn nda_default(tx: &mut Tx, org: OrganizationId) -> Result<NdaKind> {
    let sql = "SELECT nda_default FROM organization WHERE id = $1";
    tx.one(sql, params![org]).await?.get("nda_default")
}

/// Sets what new accounts need; those that there are stay as they are.
pub async fn set_nda_default(tx: &mut Tx, org: OrganizationId, kind: NdaKind) -> Result<()> {
    tx.execute(
        "UPDATE organization SET nda_default = $2 WHERE id = $1",
        params![org, kind],
    )
    .await?;
    Ok(())
}

/// Whether the form to request access offers the NDA, if the default of new accounts is that
/// it is signed on the trust center.
pub async fn nda_in_request(tx: &mut Tx, org: OrganizationId) -> Result<bool> {
    let sql = "SELECT nda_in_request FROM organization WHERE id = $1";
    tx.one(sql, params![org]).await?.get("nda_in_request")
}

/// Sets whether the form to request access offers the NDA.
pub async fn set_nda_in_request(tx: &mut Tx, org: OrganizationId, on: bool) -> Result<()> {
    tx.execute(
        "UPDATE organization SET nda_in_request = $2 WHERE id = $1",
        params![org, on],
    )
    .await?;
    Ok(())
}

/// A trust center's address names its organization.
pub async fn by_slug(tx: &mut Tx, slug: &str) -> Result<Option<Organization>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM organization WHERE slug = $1"
    ));
    let row = tx.optional(sql, params![slug]).await?;
    row.as_ref().map(read).transpose()
}

/// For the operator's command line.
pub async fn list_across_tenants(tx: &mut Tx) -> Result<Vec<Organization>> {
    let sql = sqlx::AssertSqlSafe(format!("SELECT {COLUMNS} FROM organization ORDER BY slug"));
    tx.all(sql, &[]).await?.iter().map(read).collect()
}

pub(crate) fn read(row: &Row) -> Result<Organization> {
    Ok(Organization {
        id: row.get("id")?,
        slug: row.get("slug")?,
        name: row.get("name")?,
        plan: row.get("plan")?,
        subject_prefix: row.get("subject_prefix")?,
        headline: row.get("headline")?,
        introduction: row.get("introduction")?,
        security_email: row.get("security_email")?,
        accent: row.get("accent")?,
        version: row.get("version")?,
    })
}

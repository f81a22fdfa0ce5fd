//! Tables `profile` and `profile_group`: which document groups an account sees.

use std::collections::{BTreeMap, BTreeSet};

use domain::accounts::profile::{DocumentScope, Profile};
use domain::ids::{AccountId, DocumentGroupId, OrganizationId, ProfileId};
use domain::names::name_key;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const COLUMNS: &str = "profile.id, profile.name, profile.description, profile.opens_all, \
     profile.version";

/// Answers false, and saves nothing, where there is one of that name.
pub async fn insert(
    tx: &mut Tx,
    org: OrganizationId,
    profile: &Profile,
    now: Timestamp,
) -> Result<bool> {
    let inserted = tx
        .execute(
            "INSERT INTO profile (id, org_id, name, name_key, description, opens_all, version,
                 created_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (org_id, name_key) DO NOTHING",
            params![
                profile.id,
                org,
                &profile.name,
                name_key(&profile.name),
                &profile.description,
                opens_all(profile),
                profile.version,
                now
            ],
        )
        .await?;
    if inserted == 1 {
        set_groups(tx, org, profile).await?;
    }
    Ok(inserted == 1)
}

/// Saves everything. Answers false, and saves nothing, where it was changed or
/// deleted since `profile` was read.
pub async fn update(tx: &mut Tx, org: OrganizationId, profile: &Profile) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE profile SET name = $4, name_key = $5, description = $6, opens_all = $7,
                 version = version + 1
             WHERE org_id = $1 AND id = $2 AND version = $3",
            params![
                org,
                profile.id,
                profile.version,
                &profile.name,
                name_key(&profile.name),
                &profile.description,
                opens_all(profile)
            ],
        )
        .await?;
    if changed == 1 {
        tx.execute(
            "DELETE FROM profile_group WHERE profile_id = $1",
            params![profile.id],
        )
        .await?;
        set_groups(tx, org, profile).await?;
    }
    Ok(changed == 1)
}

const fn opens_all(profile: &Profile) -> bool {
    matches!(profile.scope, DocumentScope::Everything)
}

/// Groups of other organizations are left out.
async fn set_groups(tx: &mut Tx, org: OrganizationId, profile: &Profile) -> Result<()> {
    let DocumentScope::Groups(groups) = &profile.scope else {
        return Ok(());
    };
    for group in groups {
        tx.execute(
            "INSERT INTO profile_group (profile_id, group_id)
             SELECT $2, id FROM document_group WHERE org_id = $1 AND id = $3",
            params![org, profile.id, group],
        )
        .await?;
    }
    Ok(())
}

/// Deletes the profile: what had it has the organization's default afterwards.
pub async fn delete(tx: &mut Tx, org: OrganizationId, id: ProfileId) -> Result<()> {
    for statement in [
        "UPDATE account SET profile_id = NULL, version = version + 1
         WHERE org_id = $1 AND profile_id = $2",
        "UPDATE organization SET default_profile_id = NULL
         WHERE id = $1 AND default_profile_id = $2",
        "DELETE FROM profile_group WHERE profile_id IN
             (SELECT id FROM profile WHERE org_id = $1 AND id = $2)",
        "DELETE FROM profile WHERE org_id = $1 AND id = $2",
    ] {
        tx.execute(statement, params![org, id]).await?;
    }
    Ok(())
}

/// The profile with that id.
pub async fn by_id(tx: &mut Tx, org: OrganizationId, id: ProfileId) -> Result<Option<Profile>> {
    Ok(list(tx, org).await?.into_iter().find(|one| one.id == id))
}

/// The profile of that name, as [`name_key`] compares names.
pub async fn by_name(tx: &mut Tx, org: OrganizationId, name: &str) -> Result<Option<Profile>> {
    let key = name_key(name);
    let all = list(tx, org).await?;
    Ok(all.into_iter().find(|one| name_key(&one.name) == key))
}

/// All profiles by name. An organization has a handful.
pub async fn list(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Profile>> {
    let mut groups = groups(tx, org).await?;
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT {COLUMNS} FROM profile WHERE org_id = $1 ORDER BY name_key"
    ));
    let rows = tx.all(sql, params![org]).await?;
    rows.iter().map(|row| read(row, &mut groups)).collect()
}

/// How far the access of an account reaches that has this profile, or none.
pub async fn reach(
    tx: &mut Tx,
    org: OrganizationId,
    profile: Option<ProfileId>,
) -> Result<DocumentScope> {
    let profile = match profile {
        Some(id) => Some(id),
        None => default_of(tx, org).await?,
    };
    let Some(id) = profile else {
        return Ok(DocumentScope::Everything);
    };
    let found = by_id(tx, org, id).await?;
    Ok(found.map_or_else(
        || DocumentScope::Groups(BTreeSet::new()),
        |found| found.scope,
    ))
}

/// What accounts have that have no other; `None` opens everything.
pub async fn default_of(tx: &mut Tx, org: OrganizationId) -> Result<Option<ProfileId>> {
    let sql = "SELECT default_profile_id FROM organization WHERE id = $1";
    tx.one(sql, params![org]).await?.get("default_profile_id")
}

/// Sets what accounts have that have no other profile; `None` opens everything.
pub async fn set_default(
    tx: &mut Tx,
    org: OrganizationId,
    profile: Option<ProfileId>,
) -> Result<()> {
    tx.execute(
        "UPDATE organization SET default_profile_id = $2 WHERE id = $1",
        params![org, profile],
    )
    .await?;
    Ok(())
}

/// How many accounts have each profile; `None` are those that have the default.
pub async fn counts(tx: &mut Tx, org: OrganizationId) -> Result<BTreeMap<Option<ProfileId>, i64>> {
    let rows = tx
        .all(
            "SELECT profile_id, COUNT(*) AS n FROM account WHERE org_id = $1 GROUP BY profile_id",
            params![org],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((row.get("profile_id")?, row.get("n")?)))
        .collect()
}

/// Gives the account another profile, or the organization's default.
pub async fn set_for(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
    profile: Option<ProfileId>,
) -> Result<()> {
    tx.execute(
        "UPDATE account SET profile_id = $3, version = version + 1 WHERE org_id = $1 AND id = $2",
        params![org, account, profile],
    )
    .await?;
    Ok(())
}

type Groups = BTreeMap<ProfileId, BTreeSet<DocumentGroupId>>;

async fn groups(tx: &mut Tx, org: OrganizationId) -> Result<Groups> {
    let rows = tx
        .all(
            "SELECT profile_group.profile_id, profile_group.group_id
             FROM profile_group JOIN profile ON profile.id = profile_group.profile_id
             WHERE profile.org_id = $1",
            params![org],
        )
        .await?;
    let mut groups = Groups::new();
    for row in &rows {
        let of: &mut BTreeSet<_> = groups.entry(row.get("profile_id")?).or_default();
        of.insert(row.get("group_id")?);
    }
    Ok(groups)
}

fn read(row: &Row, groups: &mut Groups) -> Result<Profile> {
    let id: ProfileId = row.get("id")?;
    let scope = if row.get("opens_all")? {
        DocumentScope::Everything
    } else {
        DocumentScope::Groups(groups.remove(&id).unwrap_or_default())
    };
    Ok(Profile {
        id,
        name: row.get("name")?,
        description: row.get("description")?,
        scope,
        version: row.get("version")?,
    })
}

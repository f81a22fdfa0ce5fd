//! Accounts: what staff know of them, how long their access lasts, and what it opens.

mod archive;
mod bulk;
mod editing;
mod expiry;
mod groups;
mod list;
mod page;
mod profiles;
mod view_as;

use domain::accounts::Account;
use domain::accounts::profile::{DocumentGroup, DocumentScope, Profile};
use domain::ids::{DocumentGroupId, ItemId, ProfileId};

use crate::support::{TestApp, TestOrg};

/// Ada's account.
pub async fn account(app: &TestApp, org: &TestOrg) -> Account {
    let mut tx = app.db.read().await.unwrap();
    let found = store::accounts::by_name(&mut tx, org.id, "Analytical Engines").await;
    found.unwrap().expect("Ada's account")
}

/// Puts the item into a new group of this name.
pub async fn grouped(app: &TestApp, org: &TestOrg, item: ItemId, name: &str) -> DocumentGroupId {
    let group = DocumentGroup {
        id: app.ambient.id(DocumentGroupId::from_uuid),
        name: name.to_owned(),
        description: String::new(),
        version: 1,
    };
    let mut tx = app.db.begin().await.unwrap();
    let now = app.ambient.now();
    assert!(
        store::accounts::document_groups::insert(&mut tx, org.id, &group, now)
            .await
            .unwrap()
    );
    let found = store::content::items::by_id(&mut tx, org.id, item)
        .await
        .unwrap();
    let mut item = found.unwrap();
    item.group = Some(group.id);
    assert!(
        store::content::items::update(&mut tx, org.id, &item)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    group.id
}

/// Gives Ada's account a profile that opens these groups only.
pub async fn limited(app: &TestApp, org: &TestOrg, groups: &[DocumentGroupId]) -> ProfileId {
    let profile = Profile {
        id: app.ambient.id(ProfileId::from_uuid),
        name: format!("Profile of {} groups", groups.len()),
        description: String::new(),
        scope: DocumentScope::Groups(groups.iter().copied().collect()),
        version: 1,
    };
    let account = account(app, org).await;
    let mut tx = app.db.begin().await.unwrap();
    let now = app.ambient.now();
    assert!(
        store::accounts::profiles::insert(&mut tx, org.id, &profile, now)
            .await
            .unwrap()
    );
    store::accounts::profiles::set_for(&mut tx, org.id, account.id, Some(profile.id))
        .await
        .unwrap();
    tx.commit().await.unwrap();
    profile.id
}

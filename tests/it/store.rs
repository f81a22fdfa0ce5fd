//! The store's seam behaves the same on both databases.

use gatehouse::domain::organization::Plan;
use gatehouse::store::{StoreError, organization};

use crate::on_both_databases;

on_both_databases! {
    async fn what_is_not_committed_is_undone(app: TestApp) {
        let org = app.enterprise().await;
        let mut tx = app.db.begin().await.unwrap();
        organization::set_plan(&mut tx, org.id, Plan::Free).await.unwrap();
        drop(tx);
        let mut tx = app.db.read().await.unwrap();
        let found = organization::by_id(&mut tx, org.id).await.unwrap().unwrap();
        assert_eq!(found.plan, Plan::Enterprise);
    }

    async fn a_second_organization_of_the_same_address_is_refused(app: TestApp) {
        let org = app.enterprise().await;
        let mut tx = app.db.begin().await.unwrap();
        let mut twin = organization::by_id(&mut tx, org.id).await.unwrap().unwrap();
        twin.id = app.ambient.id(gatehouse::domain::ids::OrganizationId::from_uuid);
        let refused = organization::insert(&mut tx, &twin, app.ambient.now()).await;
        assert!(matches!(refused, Err(StoreError::Duplicate(_))), "{refused:?}");
    }

    async fn migrating_twice_changes_nothing(app: TestApp) {
        assert!(app.db.migrate().await.unwrap().is_empty());
    }
}

//! What visitors see and do, over real HTTP.

mod downloads;
mod email;
mod error_pages;
mod locked_items;
mod request_access;
mod search;
mod sign_in;
mod visits;

use domain::activities::{Activity, ActivityKind};
use domain::ids::ActivityId;

use crate::support::{TestApp, TestOrg};

pub use crate::support::{Offer, enter, mailed_link, member, member_of, offer};

/// What was recorded of this kind.
pub async fn activities(app: &TestApp, org: &TestOrg, kind: ActivityKind) -> Vec<Activity> {
    let mut tx = app.db.read().await.unwrap();
    let rows = tx
        .all("SELECT id FROM activity ORDER BY occurred_at, id", &[])
        .await
        .unwrap();
    let mut found = Vec::new();
    for row in rows {
        let id: ActivityId = row.get("id").unwrap();
        let activity = store::activities::by_id(&mut tx, org.id, id).await.unwrap();
        found.extend(activity.filter(|activity| activity.what.kind == kind));
    }
    found
}

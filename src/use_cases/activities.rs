//! Recording that something happened: the activity and its delivery, in the
//! transaction of the act itself.

use clock::Ambient;
use domain::activities::{Activity, NewActivity};
use domain::ids::{ActivityId, OrganizationId};
use store::{Tx, request_origin};
use tracing::instrument;

/// Appends the activity, and its delivery where the organization's switch for
/// this kind is on. There is no other way to append either.
#[instrument(name = "activities.record", skip_all, fields(%org))]
pub async fn record(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    what: NewActivity,
) -> store::Result<ActivityId> {
    let activity = Activity {
        id: ambient.id(ActivityId::from_uuid),
        occurred_at: ambient.now(),
        request: request_origin::id(),
        what,
    };
    store::activities::insert(tx, org, &activity).await?;
    store::deliveries::enqueue(tx, ambient, org, &activity).await?;
    Ok(activity.id)
}

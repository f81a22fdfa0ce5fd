//! Taking a denial back.

use domain::access_requests::{AccessRequest, RequestState};
use domain::audit::Action;
use domain::ids::AccessRequestId;
use store::Tx;
use tracing::instrument;

use super::DecideError;
use crate::use_cases::StaffAction;

/// Lets a denied request wait for a decision again. Someone who was told of the denial
/// isn't told of this. Where the person has asked again meanwhile, that newer request
/// waits already, and nothing changes.
///
/// # Errors
/// There is no such request, or it isn't denied (anymore).
#[instrument(
    name = "access_requests.reopen",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, access_request = %id)
)]
pub async fn reopen(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: AccessRequestId,
) -> Result<AccessRequest, DecideError> {
    let found = store::access_requests::by_id(tx, act.org.id, id).await?;
    let request = found.ok_or(DecideError::NotFound)?;
    if request.state != RequestState::Denied {
        return Err(DecideError::NotDenied);
    }
    let newer = store::access_requests::pending_of(tx, act.org.id, request.visitor).await?;
    if newer.is_some() {
        return Err(DecideError::AskedAgain);
    }
    if !store::access_requests::reopen(tx, act.org.id, id).await? {
        return Err(DecideError::NotDenied);
    }
    let detail = format!(
        "{} <{}>, {}",
        request.display_name(),
        request.email,
        request.company
    );
    act.audit(tx, Action::ReopenedRequest, &detail).await?;
    Ok(request)
}

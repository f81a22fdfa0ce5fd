//! Taking a denial back.

use domain::access_requests::{AccessRequest, RequestState};
use domain::audit::Action;
use domain::ids::AccessRequestId;
use store::Tx;
use tracing::instrument;

use super::DecideError;
use crate::use_cases::StaffAction;

/// Lets a denied request wait for a decision again. Someone who was told of the denial
/// isn't told of this.
///
/// # Errors
/// There is no such request, or it isn't denied (anymore), or the person has access by now
/// or another request that waits.
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
    // Someone who asks at this moment waits until this is decided, and so does a colleague
    // who reopens another request of the same person.
    store::visitors::lock(tx, act.org.id, request.visitor).await?;
    let waiting = store::access_requests::pending_of(tx, act.org.id, request.visitor).await?;
    if waiting.is_some() {
        return Err(DecideError::Waiting);
    }
    let today = act.ambient.today();
    let accounts =
        store::accounts::members::accounts_of(tx, act.org.id, request.visitor, today).await?;
    if !accounts.is_empty() {
        return Err(DecideError::HasAccess);
    }
    if !store::access_requests::reopen(tx, act.org.id, id).await? {
        return Err(DecideError::NotDenied);
    }
    let mut detail = format!(
        "{} <{}>, {}",
        request.display_name(),
        request.email,
        request.company
    );
    // The request forgets what was written with its denial.
    if let Some(denial) = request
        .decision
        .as_ref()
        .filter(|one| !one.message.is_empty())
    {
        detail.push_str(", who was told: ");
        detail.push_str(&denial.message);
    }
    act.audit(tx, Action::ReopenedRequest, &detail).await?;
    Ok(request)
}

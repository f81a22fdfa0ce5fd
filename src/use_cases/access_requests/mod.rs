//! Deciding requests for access: once, by one person, or by the policy.

pub mod automatic_approval;
pub mod confirm;
pub mod policy;
mod reopen;
pub mod request;
pub mod suggestions;
mod terms;

use clock::Ambient;
use domain::access_requests::{AccessRequest, Decision, RequestState};
use domain::accounts::Account;
use domain::activities::Person;
use domain::audit::Action;
use domain::ids::AccessRequestId;
use domain::names::tidy;
use domain::organizations::Organization;
use domain::staff::StaffUser;
use jiff::Timestamp;
use store::{StoreError, Tx};
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::accounts::admission::{AdmissionError, Admitted, Target, admit};
use crate::use_cases::email::notification::NotificationError;
use crate::use_cases::email::visitor_emails::{DenialLetter, Occasion};
use crate::use_cases::limits::DENIAL_MESSAGE;
use crate::use_cases::nda::{SignError, with_request};
use crate::use_cases::organizations::address::StatusAddress;
use crate::use_cases::problems::Problems;
use crate::use_cases::visitors::magic_link::{MagicLinkError, Purpose};

pub use reopen::reopen;
pub use terms::Terms;

/// Why a request was not decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    #[error("there is no such request")]
    NotFound,
    #[error("there is no such account")]
    NoAccount,
    #[error("{what} {by}")]
    AlreadyDecided {
        what: &'static str,
        /// "by Ada Sorensen", or "automatically".
        by: String,
        at: Timestamp,
    },
    #[error("the request isn’t denied")]
    NotDenied,
    #[error("another request of the person waits")]
    Waiting,
    #[error("the person has access")]
    HasAccess,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Link(#[from] MagicLinkError),
    #[error("the NDA could not be signed with the request: {0}")]
    Nda(SignError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<SignError> for DecideError {
    fn from(error: SignError) -> Self {
        match error {
            SignError::Store(error) => Self::Store(error),
            error => Self::Nda(error),
        }
    }
}

impl From<NotificationError> for DecideError {
    fn from(error: NotificationError) -> Self {
        Self::Link(error.into())
    }
}

impl From<AdmissionError> for DecideError {
    fn from(error: AdmissionError) -> Self {
        match error {
            AdmissionError::Invalid(problems) => Self::Invalid(problems),
            AdmissionError::Link(error) => Self::Link(error),
            AdmissionError::Store(error) => Self::Store(error),
            _ => Self::NoAccount,
        }
    }
}

/// Lets the requester into that account, on these terms.
///
/// # Errors
/// There is no such request or account, or it was decided already, or the name of
/// the account is empty, or the terms can't be had.
#[instrument(
    name = "access_requests.approve",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, access_request = %id)
)]
pub async fn approve(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: AccessRequestId,
    target: impl Into<Target>,
    terms: &Terms,
) -> Result<(AccessRequest, Account), DecideError> {
    let request = undecided(tx, act.org, id).await?;
    let target = checked(target.into())?;
    let admitted = let_in(
        tx,
        act.ambient,
        act.org,
        act.public_url,
        Some(act.by),
        &request,
        &target,
    )
    .await?;
    let account = admitted.account;
    terms
        .apply(tx, act, &request, &account, admitted.new_account)
        .await?;
    let (ambient, url) = (act.ambient, act.public_url);
    with_request::complete(tx, ambient, act.org, url, &request, account.id).await?;
    Ok((request, account))
}

/// Lets the requester in. `by` is nobody where the policy decides.
#[instrument(
    name = "access_requests.let_in",
    skip_all,
    fields(org = %org.id, access_request = %request.id)
)]
pub(in crate::use_cases) async fn let_in(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    by: Option<&StaffUser>,
    request: &AccessRequest,
    target: &Target,
) -> Result<Admitted, DecideError> {
    let person = Person {
        email: request.email.clone(),
        first_name: request.first_name.clone(),
        last_name: request.last_name.clone(),
    };
    let purpose = Purpose {
        occasion: Occasion::Approved,
        item: request.item.as_ref(),
    };
    let admitted = admit(tx, ambient, org, public_url, target, &person, purpose).await?;
    let account = &admitted.account;
    let decision = Decision {
        at: ambient.now(),
        by: by.map(|user| user.id),
        account: Some(account.id),
        message: String::new(),
    };
    settle(tx, org, request.id, RequestState::Approved, &decision).await?;
    let detail = format!(
        "{} <{}> to {}",
        request.display_name(),
        request.email,
        account.name
    );
    let actor = by.map_or_else(|| "Automatic approval".to_owned(), StaffUser::actor);
    store::audit_log::insert(
        tx,
        ambient,
        org.id,
        &actor,
        Action::ApprovedRequest,
        &detail,
    )
    .await?;
    Ok(admitted)
}

fn checked(target: Target) -> Result<Target, Problems> {
    let Target::Named(name) = target else {
        return Ok(target);
    };
    let name = tidy(&name);
    let mut problems = Problems::default();
    problems.required("account", "The account’s name", &name, 200);
    problems.into_result().map(|()| Target::Named(name))
}

/// Turns the request down. The requester is told only where a message is written,
/// which is emailed to them and kept with the request.
///
/// # Errors
/// There is no such request, or it was decided already, or the message is too long.
#[instrument(
    name = "access_requests.deny",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, access_request = %id)
)]
pub async fn deny(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: AccessRequestId,
    message: &str,
) -> Result<AccessRequest, DecideError> {
    let request = undecided(tx, act.org, id).await?;
    let message = message.trim().replace("\r\n", "\n");
    let mut problems = Problems::default();
    problems.at_most("message", "The message", &message, DENIAL_MESSAGE);
    problems.into_result()?;
    let decision = Decision {
        at: act.ambient.now(),
        by: Some(act.by.id),
        account: None,
        message,
    };
    settle(tx, act.org, id, RequestState::Denied, &decision).await?;
    let told = if decision.message.is_empty() {
        "not told"
    } else {
        let address = StatusAddress::for_organization(tx, act.org, act.public_url).await?;
        let email = DenialLetter {
            org: act.org,
            first_name: &request.first_name,
            message: &decision.message,
            link: &address.page(""),
        };
        let email = email.to(request.email.clone());
        let email = email.map_err(MagicLinkError::from)?;
        store::email::insert(tx, act.ambient, act.org.id, &email).await?;
        "told by email"
    };
    let detail = format!(
        "{} <{}>, {} ({told})",
        request.display_name(),
        request.email,
        request.company
    );
    act.audit(tx, Action::DeniedRequest, &detail).await?;
    Ok(request)
}

/// The request, if nobody has decided it.
async fn undecided(
    tx: &mut Tx,
    org: &Organization,
    id: AccessRequestId,
) -> Result<AccessRequest, DecideError> {
    let found = store::access_requests::by_id(tx, org.id, id).await?;
    let request = found.ok_or(DecideError::NotFound)?;
    let Some(decision) = &request.decision else {
        return Ok(request);
    };
    let by = match decision.by {
        None => "automatically".to_owned(),
        Some(by) => {
            let user = store::staff::users::by_id(tx, org.id, by).await?;
            format!(
                "by {}",
                user.map_or_else(|| "someone".to_owned(), |user| user.name)
            )
        }
    };
    Err(DecideError::AlreadyDecided {
        what: request.state.title(),
        by,
        at: decision.at,
    })
}

/// Writes the decision, unless someone else's was committed since we looked.
async fn settle(
    tx: &mut Tx,
    org: &Organization,
    id: AccessRequestId,
    state: RequestState,
    decision: &Decision,
) -> Result<(), DecideError> {
    if store::access_requests::decide(tx, org.id, id, state, decision).await? {
        return Ok(());
    }
    undecided(tx, org, id).await?;
    Err(DecideError::NotFound)
}

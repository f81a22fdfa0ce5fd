//! Deciding requests for access: once, by one person.

use jiff::Timestamp;
use url::Url;

use super::admission::admit;
use super::magic_link::MagicLinkError;
use super::problems::Problems;
use crate::clock::Ambient;
use crate::domain::access::{AccessRequest, Account, Decision, RequestState};
use crate::domain::activity::Person;
use crate::domain::ids::AccessRequestId;
use crate::domain::names::tidy;
use crate::domain::organization::Organization;
use crate::domain::staff::StaffUser;
use crate::store::{self, StoreError, Tx};

/// Why a request was not decided.
#[derive(Debug, thiserror::Error)]
pub enum DecideError {
    #[error("there is no such request")]
    NotFound,
    #[error("{what} by {by}")]
    AlreadyDecided {
        what: &'static str,
        by: String,
        at: Timestamp,
    },
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Link(#[from] MagicLinkError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The account that a request seems to belong to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Suggestion {
    /// An account has exactly the name that was typed.
    SameName(Account),
    /// An account has members with the same email domain.
    SameDomain(Account),
    /// There is none: one of the typed name would be made.
    New(String),
}

impl Suggestion {
    /// What the field for the account's name begins with.
    pub fn name(&self) -> &str {
        match self {
            Self::SameName(account) | Self::SameDomain(account) => &account.name,
            Self::New(name) => name,
        }
    }
}

pub async fn suggest(
    tx: &mut Tx,
    org: &Organization,
    request: &AccessRequest,
) -> store::Result<Suggestion> {
    if let Some(account) = store::account::by_name(tx, org.id, &request.company).await? {
        return Ok(Suggestion::SameName(account));
    }
    if !request.email.is_free_mail() {
        let domain = request.email.domain();
        let found = store::account::by_domain(tx, org.id, domain).await?;
        if let Some(account) = found.into_iter().next() {
            return Ok(Suggestion::SameDomain(account));
        }
    }
    Ok(Suggestion::New(request.company.clone()))
}

/// Lets the requester into the account of that name, which is made if there is none.
///
/// # Errors
/// There is no such request, or it was decided already, or the name is empty.
pub async fn approve(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    by: &StaffUser,
    id: AccessRequestId,
    account: &str,
) -> Result<(AccessRequest, Account), DecideError> {
    let request = undecided(tx, org, id).await?;
    let account = tidy(account);
    let mut problems = Problems::default();
    problems.required("account", "The account’s name", &account, 200);
    problems.into_result()?;
    let person = Person {
        email: request.email.clone(),
        first_name: request.first_name.clone(),
        last_name: request.last_name.clone(),
    };
    let account = admit(tx, ambient, org, public_url, &account, &person)
        .await?
        .account;
    let decision = Decision {
        at: ambient.now(),
        by: by.id,
        account: Some(account.id),
    };
    settle(tx, org, id, RequestState::Approved, &decision).await?;
    let detail = format!(
        "{} <{}> to {}",
        request.display_name(),
        request.email,
        account.name
    );
    let actor = by.actor();
    store::audit::insert(tx, ambient, org.id, &actor, "Approved a request", &detail).await?;
    Ok((request, account))
}

/// Turns the request down. The requester is not told.
///
/// # Errors
/// There is no such request, or it was decided already.
pub async fn deny(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    by: &StaffUser,
    id: AccessRequestId,
) -> Result<AccessRequest, DecideError> {
    let request = undecided(tx, org, id).await?;
    let decision = Decision {
        at: ambient.now(),
        by: by.id,
        account: None,
    };
    settle(tx, org, id, RequestState::Denied, &decision).await?;
    let detail = format!(
        "{} <{}>, {}",
        request.display_name(),
        request.email,
        request.company
    );
    let actor = by.actor();
    store::audit::insert(tx, ambient, org.id, &actor, "Denied a request", &detail).await?;
    Ok(request)
}

/// The request, if nobody has decided it.
async fn undecided(
    tx: &mut Tx,
    org: &Organization,
    id: AccessRequestId,
) -> Result<AccessRequest, DecideError> {
    let found = store::access_request::by_id(tx, org.id, id).await?;
    let request = found.ok_or(DecideError::NotFound)?;
    let Some(decision) = &request.decision else {
        return Ok(request);
    };
    let by = store::staff_user::by_id(tx, org.id, decision.by).await?;
    Err(DecideError::AlreadyDecided {
        what: request.state.title(),
        by: by.map_or_else(|| "somebody".to_owned(), |user| user.name),
        at: decision.at,
    })
}

/// Writes the decision, unless somebody else's was committed since we looked.
async fn settle(
    tx: &mut Tx,
    org: &Organization,
    id: AccessRequestId,
    state: RequestState,
    decision: &Decision,
) -> Result<(), DecideError> {
    if store::access_request::decide(tx, org.id, id, state, decision).await? {
        return Ok(());
    }
    undecided(tx, org, id).await?;
    Err(DecideError::NotFound)
}

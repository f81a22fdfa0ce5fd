//! Staff look at the trust center with an account's eyes: they read what its members read,
//! change nothing, and aren't counted. The view belongs to the session of the dashboard and
//! ends with it.

use clock::Ambient;
use domain::accounts::Account;
use domain::audit::Action;
use domain::ids::{AccountId, OrganizationId, VisitorId};
use domain::organizations::Role;
use domain::staff::StaffUser;
use domain::visitors::Visitor;
use jiff::Timestamp;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::limits::ACCOUNT_VIEW;
use crate::use_cases::visitors::access::KnownVisitor;

/// The role that it takes.
const ROLE: Role = Role::Editor;

/// Why no view begins.
#[derive(Debug, thiserror::Error)]
pub enum ViewError {
    #[error("there is no such account")]
    NotFound,
    #[error("{0} is archived")]
    Archived(String),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Whose eyes they are, and who looks.
#[derive(Clone, Debug)]
pub struct AccountView {
    pub account: Account,
    pub by: StaffUser,
    pub until: Timestamp,
}

/// Begins a view in the session in which this is done.
///
/// # Errors
/// There is no such account, or it is archived.
#[instrument(
    name = "visitors.account_view.begin",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, account = %id)
)]
pub async fn begin(tx: &mut Tx, act: StaffAction<'_>, id: AccountId) -> Result<(), ViewError> {
    let account = store::accounts::by_id(tx, act.org.id, id).await?;
    let account = account.ok_or(ViewError::NotFound)?;
    if account.is_archived() {
        return Err(ViewError::Archived(account.name));
    }
    let until = act.ambient.now() + ACCOUNT_VIEW;
    store::staff::sessions::set_view(tx, act.org.id, act.session, Some((id, until))).await?;
    act.audit(tx, Action::ViewedAsAccount, &account.name)
        .await?;
    Ok(())
}

/// Ends the view of the session; answers whose eyes they were, if there was one.
#[instrument(
    name = "visitors.account_view.leave",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn leave(tx: &mut Tx, act: StaffAction<'_>) -> store::Result<Option<AccountId>> {
    let now = act.ambient.now();
    let view = store::staff::sessions::view(tx, act.org.id, act.session, now).await?;
    store::staff::sessions::set_view(tx, act.org.id, act.session, None).await?;
    Ok(view.map(|view| view.account))
}

/// The view that goes on in this session, with what its person sees.
#[instrument(name = "visitors.account_view.current", skip_all, fields(%org))]
pub async fn current(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    session: &str,
) -> store::Result<Option<(AccountView, KnownVisitor)>> {
    let found = store::staff::sessions::view(tx, org, session, ambient.now()).await?;
    let Some(view) = found else {
        return Ok(None);
    };
    let by = store::staff::users::active_by_id(tx, org, view.user).await?;
    let account = store::accounts::by_id(tx, org, view.account).await?;
    let (Some(by), Some(account)) = (
        by.filter(|user| user.role >= ROLE),
        account.filter(|account| !account.is_archived()),
    ) else {
        return Ok(None);
    };
    // Nobody of this id is in the database: what a visitor has of their own, they don't have.
    let visitor = Visitor {
        id: ambient.id(VisitorId::from_uuid),
        email: by.email.clone(),
        first_name: by.name.clone(),
        last_name: String::new(),
        company: account.name.clone(),
        confirmed_at: None,
    };
    let today = ambient.today();
    let eyes = KnownVisitor::with_eyes_of(tx, org, visitor, account.clone(), today).await?;
    let view = AccountView {
        account,
        by,
        until: view.until,
    };
    Ok(Some((view, eyes)))
}

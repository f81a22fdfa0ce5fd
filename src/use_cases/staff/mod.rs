//! The people who work in the dashboard, as Admins and the operator manage them.

pub mod password;
pub mod saved_views;
pub mod second_factor;
pub mod security_email;
pub mod sign_in;

mod change;
mod invitation;
mod leave;
mod manager;
mod passwords;
mod reset_second_factor;

pub use change::change;
pub use invitation::{accept, invitation, invite, resend, withdraw};
pub use leave::{Owned, deactivate, owned, reactivate};
pub use manager::Manager;
pub use passwords::{
    NewPasswordError, change_password, check_present, forgot, rename, reset, send_reset,
    set_password, whose_reset,
};
pub use reset_second_factor::reset_second_factor;

use domain::audit::Action;
use domain::email::EmailAddress;
use domain::ids::StaffUserId;
use domain::names::tidy;
use domain::organizations::Role;
use domain::staff::StaffUser;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::email::notification::NotificationError;
use crate::use_cases::limits::STAFF_NAME;

/// Why nothing was done to a person, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    #[error("Enter a name.")]
    NoName,
    #[error("Shorten the name to {STAFF_NAME} characters.")]
    LongName,
    #[error(
        "Someone already signs in with {0}. An email address belongs to one person in one organization."
    )]
    AddressTaken(EmailAddress),
    #[error(
        "{0} already works here. You can change their role, or reactivate them, on their page."
    )]
    WorksHere(String),
    #[error("{0} is already invited. You can send the invitation again.")]
    Invited(EmailAddress),
    #[error("There is no such person in this organization.")]
    NotFound,
    #[error("You’re no longer an Admin, so nothing was changed.")]
    NotAdmin,
    #[error("{0} is the only Admin. Make someone else an Admin first.")]
    LastAdmin(String),
    #[error("You can’t deactivate yourself. Ask another Admin to do it.")]
    Yourself,
    #[error("Choose who takes over: {0}.")]
    NoSuccessor(Owned),
    #[error("Choose an active Editor or Admin of your organization to take over.")]
    BadSuccessor,
    #[error("{0} is deactivated. Reactivate them first.")]
    Inactive(String),
    #[error("The email could not be written: {0}")]
    Email(#[from] NotificationError),
    #[error("The public address can't carry a path: {0}")]
    Address(#[from] url::ParseError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The name without spaces around it.
fn checked_name(name: &str) -> Result<String, PersonError> {
    let name = tidy(name);
    if name.is_empty() {
        return Err(PersonError::NoName);
    }
    if name.chars().count() > STAFF_NAME {
        return Err(PersonError::LongName);
    }
    Ok(name)
}

/// Lets a person sign in. The hash comes from [`crate::use_cases::staff::password::hash`], which
/// has checked the password; hashing is too slow for an open transaction.
///
/// # Errors
/// The address is taken, or the name is empty.
#[instrument(name = "staff.create_user", skip_all, fields(org = %manager.org().id))]
pub async fn create_user(
    tx: &mut Tx,
    manager: Manager<'_>,
    email: EmailAddress,
    name: &str,
    role: Role,
    password_hash: &str,
) -> Result<StaffUser, PersonError> {
    let name = checked_name(name)?;
    let taken = store::staff::users::by_email_across_tenants(tx, &email).await?;
    if taken.is_some() {
        return Err(PersonError::AddressTaken(email));
    }
    let user = StaffUser {
        id: manager.ambient().id(StaffUserId::from_uuid),
        email,
        name,
        role,
        is_active: true,
    };
    let (org, now) = (manager.org().id, manager.ambient().now());
    store::staff::users::insert(tx, org, &user, password_hash, now).await?;
    let detail = format!("{} as {}", user.actor(), role.title());
    manager.audit(tx, Action::AddedColleague, &detail).await?;
    Ok(user)
}

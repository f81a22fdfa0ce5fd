//! The people of an organization, as the operator makes them on the command line.

use crate::clock::Ambient;
use crate::domain::email::EmailAddress;
use crate::domain::ids::StaffUserId;
use crate::domain::names::tidy;
use crate::domain::organization::{Organization, Role};
use crate::domain::staff::StaffUser;
use crate::store::{self, StoreError, Tx};

/// Why a person can't be added, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum PersonError {
    #[error("the name is empty: give the person's name")]
    NoName,
    #[error("the name is longer than 120 characters")]
    LongName,
    #[error(
        "somebody signs in with {0} already: an address belongs to one person in one organization"
    )]
    AddressTaken(EmailAddress),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Lets a person sign in. The hash comes from [`super::password::hash`], which
/// has checked the password; hashing is too slow for an open transaction.
///
/// # Errors
/// The address is taken, or the name is empty.
pub async fn create_user(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    email: EmailAddress,
    name: &str,
    role: Role,
    password_hash: &str,
) -> Result<StaffUser, PersonError> {
    let name = tidy(name);
    if name.is_empty() {
        return Err(PersonError::NoName);
    }
    if name.chars().count() > 120 {
        return Err(PersonError::LongName);
    }
    let taken = store::staff_user::by_email_across_tenants(tx, &email).await?;
    if taken.is_some() {
        return Err(PersonError::AddressTaken(email));
    }
    let user = StaffUser {
        id: ambient.id(StaffUserId::from_uuid),
        email,
        name,
        role,
    };
    store::staff_user::insert(tx, org.id, &user, password_hash, ambient.now()).await?;
    let detail = format!("{} as {}", user.actor(), role.title());
    store::audit::insert(
        tx,
        ambient,
        org.id,
        super::OPERATOR,
        "Added a person",
        &detail,
    )
    .await?;
    Ok(user)
}

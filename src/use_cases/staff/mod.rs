//! The people who work in the dashboard, as Admins and the operator manage them.

pub mod password;
pub mod second_factor;
pub mod security_email;
pub mod sign_in;

mod change;
mod invitation;
mod leave;
mod passwords;
mod reset_second_factor;

pub use change::change;
pub use invitation::{accept, invitation, invite, resend, withdraw};
pub use leave::{Owned, deactivate, owned, reactivate};
pub use passwords::{
    NewPasswordError, change_password, check_present, forgot, rename, reset, send_reset,
    set_password, whose_reset,
};
pub use reset_second_factor::reset_second_factor;

use tracing::instrument;
use url::Url;

use crate::use_cases::email::notification::NotificationError;
use crate::use_cases::limits::STAFF_NAME;
use crate::use_cases::staff::security_email::Changed;
use clock::Ambient;
use domain::email::EmailAddress;
use domain::ids::StaffUserId;
use domain::names::tidy;
use domain::organizations::{Organization, Role};
use domain::staff::StaffUser;
use store::{StoreError, Tx};

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

/// Who does something to a person.
#[derive(Clone, Copy, Debug)]
pub enum By<'a> {
    /// Whoever runs the server, on the command line.
    Operator,
    Staff {
        user: &'a StaffUser,
        /// The hash of the session in which it is done.
        session: &'a str,
    },
}

/// In which organization something is done, and by whom.
#[derive(Clone, Copy, Debug)]
pub struct Acting<'a> {
    pub ambient: &'a Ambient,
    pub org: &'a Organization,
    /// Where links in emails lead.
    pub public_url: &'a Url,
    pub by: By<'a>,
}

impl Acting<'_> {
    /// Whether someone does it to themselves.
    fn is(&self, id: StaffUserId) -> bool {
        matches!(self.by, By::Staff { user, .. } if user.id == id)
    }

    async fn find(&self, tx: &mut Tx, id: StaffUserId) -> Result<StaffUser, PersonError> {
        let found = store::staff::users::by_id(tx, self.org.id, id).await?;
        found.ok_or(PersonError::NotFound)
    }

    /// Locks the Admins, and makes sure that whoever acts is still one of them: the
    /// page may have been asked for while someone else took the role away.
    async fn lock_admins(&self, tx: &mut Tx) -> Result<Vec<StaffUserId>, PersonError> {
        let admins = store::staff::users::lock_admins(tx, self.org.id).await?;
        match self.by {
            By::Staff { user, .. } if !admins.contains(&user.id) => Err(PersonError::NotAdmin),
            By::Staff { .. } | By::Operator => Ok(admins),
        }
    }

    /// Ends the person's sessions, but not the one in which they do it themselves.
    async fn end_sessions(&self, tx: &mut Tx, id: StaffUserId) -> store::Result<()> {
        let except = match self.by {
            By::Staff { user, session } if user.id == id => session,
            By::Staff { .. } | By::Operator => "",
        };
        store::staff::sessions::delete_of_user(tx, self.org.id, id, except).await
    }

    /// Tells the person by email that their way of signing in was changed.
    async fn tell(
        &self,
        tx: &mut Tx,
        user: &StaffUser,
        changed: Changed<'_>,
    ) -> Result<(), PersonError> {
        let place = (self.org, self.public_url);
        Ok(security_email::send(tx, self.ambient, place, user, changed).await?)
    }

    /// Who acts, by name.
    fn name(&self) -> &str {
        match self.by {
            By::Operator => "Your server administrator",
            By::Staff { user, .. } => &user.name,
        }
    }

    async fn audit(&self, tx: &mut Tx, action: &str, detail: &str) -> store::Result<()> {
        let actor = match self.by {
            By::Operator => crate::use_cases::OPERATOR.to_owned(),
            By::Staff { user, .. } => user.actor(),
        };
        store::audit_log::insert(tx, self.ambient, self.org.id, &actor, action, detail).await
    }
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
#[instrument(name = "staff.create_user", skip_all, fields(org = %acting.org.id))]
pub async fn create_user(
    tx: &mut Tx,
    acting: Acting<'_>,
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
        id: acting.ambient.id(StaffUserId::from_uuid),
        email,
        name,
        role,
        is_active: true,
    };
    let (org, now) = (acting.org.id, acting.ambient.now());
    store::staff::users::insert(tx, org, &user, password_hash, now).await?;
    let detail = format!("{} as {}", user.actor(), role.title());
    acting.audit(tx, "Added a colleague", &detail).await?;
    Ok(user)
}

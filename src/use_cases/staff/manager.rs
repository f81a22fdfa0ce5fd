//! Who manages the people of an organization.

use clock::Ambient;
use domain::audit::Action;
use domain::ids::StaffUserId;
use domain::organizations::Organization;
use domain::staff::StaffUser;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::staff::PersonError;
use crate::use_cases::staff::security_email::{self, Changed};
use crate::use_cases::{OPERATOR, StaffAction};

/// Who manages people: one of the Admins, or whoever runs the server. The latter is none
/// of the staff, so that there is no [`StaffAction`] of theirs, and can do nothing else.
#[derive(Clone, Copy, Debug)]
pub enum Manager<'a> {
    Admin(StaffAction<'a>),
    /// On the command line.
    Operator {
        ambient: &'a Ambient,
        org: &'a Organization,
        /// Where links in emails lead.
        public_url: &'a Url,
    },
}

impl<'a> Manager<'a> {
    pub(super) const fn ambient(self) -> &'a Ambient {
        match self {
            Self::Admin(StaffAction { ambient, .. }) | Self::Operator { ambient, .. } => ambient,
        }
    }

    pub(super) const fn org(self) -> &'a Organization {
        match self {
            Self::Admin(StaffAction { org, .. }) | Self::Operator { org, .. } => org,
        }
    }

    pub(super) const fn public_url(self) -> &'a Url {
        match self {
            Self::Admin(StaffAction { public_url, .. }) | Self::Operator { public_url, .. } => {
                public_url
            }
        }
    }

    /// Whether someone does it to themselves.
    pub(super) fn is(self, id: StaffUserId) -> bool {
        matches!(self, Self::Admin(act) if act.by.id == id)
    }

    #[instrument(name = "staff.manager.find", skip_all, fields(user = %id))]
    pub(super) async fn find(self, tx: &mut Tx, id: StaffUserId) -> Result<StaffUser, PersonError> {
        let found = store::staff::users::by_id(tx, self.org().id, id).await?;
        found.ok_or(PersonError::NotFound)
    }

    /// Locks the Admins, and makes sure that whoever acts is still one of them: the
    /// page may have been asked for while someone else took the role away.
    #[instrument(name = "staff.manager.lock_admins", skip_all)]
    pub(super) async fn lock_admins(self, tx: &mut Tx) -> Result<Vec<StaffUserId>, PersonError> {
        let admins = store::staff::users::lock_admins(tx, self.org().id).await?;
        match self {
            Self::Admin(act) if !admins.contains(&act.by.id) => Err(PersonError::NotAdmin),
            Self::Admin(_) | Self::Operator { .. } => Ok(admins),
        }
    }

    /// Ends the person's sessions, but not the one in which they do it themselves.
    #[instrument(name = "staff.manager.end_sessions", skip_all, fields(user = %id))]
    pub(super) async fn end_sessions(self, tx: &mut Tx, id: StaffUserId) -> store::Result<()> {
        let except = match self {
            Self::Admin(act) if act.by.id == id => act.session,
            Self::Admin(_) | Self::Operator { .. } => "",
        };
        store::staff::sessions::delete_of_user(tx, self.org().id, id, except).await
    }

    /// Tells the person by email that their way of signing in was changed.
    #[instrument(name = "staff.manager.tell", skip_all, fields(user = %user.id))]
    pub(super) async fn tell(
        self,
        tx: &mut Tx,
        user: &StaffUser,
        changed: Changed<'_>,
    ) -> Result<(), PersonError> {
        let place = (self.org(), self.public_url());
        Ok(security_email::send(tx, self.ambient(), place, user, changed).await?)
    }

    /// Who acts, by name.
    pub(super) fn name(self) -> &'a str {
        match self {
            Self::Operator { .. } => "Your server administrator",
            Self::Admin(act) => &act.by.name,
        }
    }

    #[instrument(name = "staff.manager.audit", skip_all)]
    pub(super) async fn audit(
        self,
        tx: &mut Tx,
        action: Action,
        detail: &str,
    ) -> store::Result<()> {
        match self {
            Self::Admin(act) => act.audit(tx, action, detail).await,
            Self::Operator { ambient, org, .. } => {
                store::audit_log::insert(tx, ambient, org.id, OPERATOR, action, detail).await
            }
        }
    }
}

//! The email that tells people that their way of signing in was changed, so that they
//! notice when it wasn't them.

use clock::Ambient;
use domain::organizations::Organization;
use domain::staff::StaffUser;
use store::Tx;
use store::request_origin;
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::email::notification::{Notification, NotificationError};

/// What was changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Changed<'a> {
    /// On the profile page, by someone who knew the password before.
    OwnPassword,
    /// By an emailed link.
    PasswordByLink,
    /// By whoever runs the server.
    PasswordByOperator,
    SecondFactorOn,
    SecondFactorOff,
    /// Someone else took it away.
    SecondFactorReset {
        by: &'a str,
    },
    RecoveryCodes,
}

impl Changed<'_> {
    const fn subject(self) -> &'static str {
        match self {
            Self::OwnPassword | Self::PasswordByLink | Self::PasswordByOperator => {
                "Your password was changed"
            }
            Self::SecondFactorOn => "A second factor was set up",
            Self::SecondFactorOff | Self::SecondFactorReset { .. } => {
                "Your second factor was removed"
            }
            Self::RecoveryCodes => "Your recovery codes were replaced",
        }
    }

    fn words(self, org: &str) -> String {
        match self {
            Self::OwnPassword => format!(
                "Your password for {org}’s trust center was changed on your profile page. Your \
                 other sessions were signed out."
            ),
            Self::PasswordByLink => format!(
                "Your password for {org}’s trust center was changed by the link that we emailed. \
                 You were signed out everywhere."
            ),
            Self::PasswordByOperator => format!(
                "Your server administrator gave you another password for {org}’s trust center. \
                 You were signed out everywhere."
            ),
            Self::SecondFactorOn => format!(
                "You’re asked for a code from now on when you sign in to {org}’s trust center. \
                 Your other sessions were signed out."
            ),
            Self::SecondFactorOff => {
                format!("You sign in to {org}’s trust center with your password alone now.")
            }
            Self::SecondFactorReset { by } => format!(
                "{by} removed your second factor. You sign in to {org}’s trust center with your \
                 password alone until you set up another."
            ),
            Self::RecoveryCodes => format!(
                "Your recovery codes for {org}’s trust center were replaced. The ones you had \
                 before no longer work."
            ),
        }
    }
}

/// Emails the person. They can't choose to hear nothing of this.
///
/// # Errors
/// The email can't be written or queued.
#[instrument(name = "staff.security_email.send", skip_all, fields(org = %org.id, user = %user.id))]
pub async fn send(
    tx: &mut Tx,
    ambient: &Ambient,
    (org, public_url): (&Organization, &Url),
    user: &StaffUser,
    changed: Changed<'_>,
) -> Result<(), NotificationError> {
    let network = request_origin::network();
    let whence = match network.as_str() {
        "" => String::new(),
        network => format!(" The request came from {network}."),
    };
    let notice = Notification {
        org,
        subject: changed.subject().to_owned(),
        heading: changed.subject(),
        text: format!("{}{whence}", changed.words(&org.name)),
        quote: "",
        button: "Choose a new password",
        link: public_url.join("/login/forgot")?,
        why: "If this was you, there is nothing to do. If it wasn’t, choose a new password now, \
              and tell an Admin.",
    };
    notice.send(tx, ambient, org, &user.email).await
}

/// The same, where they changed it themselves.
///
/// # Errors
/// The email can't be written or queued.
#[instrument(
    name = "staff.security_email.send_own",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub(super) async fn send_own(
    tx: &mut Tx,
    act: StaffAction<'_>,
    changed: Changed<'_>,
) -> Result<(), NotificationError> {
    send(tx, act.ambient, (act.org, act.public_url), act.by, changed).await
}

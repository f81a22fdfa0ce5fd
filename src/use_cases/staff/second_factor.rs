//! A second factor of those who sign in: the codes of an authenticator app (TOTP, RFC 6238),
//! and recovery codes for whoever lost it.

mod enter;
mod setup;
mod totp;

pub use enter::enter;
pub use setup::{Shown, begin, confirm, new_recovery_codes, shown, turn_off};

use std::time::Duration;

use crypto::CryptoError;
use domain::audit::Action;
use domain::organizations::Organization;
use domain::staff::StaffUser;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::email::notification::NotificationError;
use crate::use_cases::rate_limits::waiting;

/// Why nothing was done.
#[derive(Debug, thiserror::Error)]
pub enum FactorError {
    #[error("The code is wrong. Enter the one that your app shows now; each works once.")]
    Wrong,
    #[error("Too many attempts. Wait {}, then try again.", waiting(*.0))]
    TooMany(Duration),
    #[error("Your second factor is set up already.")]
    SetUp,
    #[error("Set up your own second factor first, so that you can sign in again.")]
    OwnFirst,
    /// The session is over, or the setup was begun anew elsewhere.
    #[error("This took too long. Start again.")]
    Gone,
    #[error("an authenticator app's secret can't be used: {0}")]
    Totp(totp_rs::TotpError),
    #[error("The email could not be written: {0}")]
    Email(#[from] NotificationError),
    #[error(transparent)]
    Crypto(#[from] CryptoError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What someone's profile says of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status {
    pub is_on: bool,
    pub recovery_codes: i64,
    /// By the organization.
    pub is_required: bool,
}

/// How it is with this person.
#[instrument(name = "staff.second_factor.status", skip_all, fields(org = %org.id, user = %user.id))]
pub async fn status(tx: &mut Tx, org: &Organization, user: &StaffUser) -> store::Result<Status> {
    Ok(Status {
        is_on: store::staff::second_factors::is_confirmed(tx, org.id, user.id).await?,
        recovery_codes: store::staff::second_factors::count_recovery_codes(tx, org.id, user.id)
            .await?,
        is_required: store::staff::second_factors::is_required(tx, org.id).await?,
    })
}

/// The organization requires one of everyone, or no longer does. Whoever lacks one sets
/// it up after the next sign-in.
///
/// # Errors
/// Whoever requires it has none.
#[instrument(
    name = "staff.second_factor.require",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn require(tx: &mut Tx, act: StaffAction<'_>, required: bool) -> Result<(), FactorError> {
    let org = act.org.id;
    if store::staff::second_factors::is_required(tx, org).await? == required {
        return Ok(());
    }
    if required && !store::staff::second_factors::is_confirmed(tx, org, act.by.id).await? {
        return Err(FactorError::OwnFirst);
    }
    store::staff::second_factors::set_required(tx, org, required).await?;
    let action = if required {
        Action::RequiredSecondFactor
    } else {
        Action::MadeSecondFactorOptional
    };
    Ok(act.audit(tx, action, "").await?)
}

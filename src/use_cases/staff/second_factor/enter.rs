//! The code after the password.

use std::time::Duration;

use crypto::Keyring;
use domain::audit::Action;
use domain::staff::SessionStage;
use secrecy::SecretString;
use store::{Db, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::rate_limits::{self, Counter, waiting};
use crate::use_cases::staff::second_factor::{FactorError, totp};
use crate::use_cases::staff::sign_in;

/// What the right code was.
enum Right {
    App,
    Recovery,
}

/// Checks the code of the app, or a recovery code, and opens a full session in the place
/// of the one that waits for it: answers its token. Wrong codes are counted for the
/// person, whatever network and session they come from.
///
/// # Errors
/// The code is wrong or was used, too many were, or the session is over.
#[instrument(
    name = "staff.second_factor.enter",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn enter(
    db: &Db,
    act: StaffAction<'_>,
    keyring: &Keyring,
    code: &str,
) -> Result<SecretString, FactorError> {
    let (org, user) = (act.org.id, act.by.id);
    let counters = Counter::of_secret(&format!("second-factor:{user}"));
    // Counted on its own: what follows is undone when the code is wrong.
    let mut tx = db.begin().await?;
    let wait = rate_limits::count(&mut tx, &counters, act.ambient.now()).await?;
    if let Some(wait) = wait {
        note_lock_out(&mut tx, act, wait).await?;
    }
    tx.commit().await?;
    if let Some(wait) = wait {
        return Err(FactorError::TooMany(wait));
    }
    let mut tx = db.begin().await?;
    // Whoever leaves or gets another password meanwhile begins no session.
    let active = store::staff::users::lock_password(&mut tx, org, user).await?;
    active.ok_or(FactorError::Gone)?;
    let Some(right) = check(&mut tx, act, keyring, code).await? else {
        drop(tx);
        let mut tx = db.begin().await?;
        act.audit(&mut tx, Action::FailedToSignIn, "Wrong code")
            .await?;
        tx.commit().await?;
        return Err(FactorError::Wrong);
    };
    if !store::staff::sessions::delete(&mut tx, org, act.session).await? {
        return Err(FactorError::Gone);
    }
    let stage = SessionStage::Full;
    let token = sign_in::open_session(&mut tx, act.ambient, org, user, stage).await?;
    rate_limits::forget(&mut tx, &counters).await?;
    match right {
        Right::App => act.audit(&mut tx, Action::SignedIn, "").await?,
        Right::Recovery => {
            let left =
                store::staff::second_factors::count_recovery_codes(&mut tx, org, user).await?;
            let action = Action::SignedInWithRecoveryCode;
            act.audit(&mut tx, action, &format!("{left} left")).await?;
        }
    }
    tx.commit().await?;
    Ok(token)
}

/// That someone is kept out stands in the audit log once.
async fn note_lock_out(tx: &mut Tx, act: StaffAction<'_>, wait: Duration) -> store::Result<()> {
    let key = format!("second-factor-locked:{}", act.by.id);
    if store::rate_limits::allow(tx, &key, 1, wait, act.ambient.now()).await? {
        let why = format!("Too many codes; for {}", waiting(wait));
        act.audit(tx, Action::KeptFromSigningIn, &why).await?;
    }
    Ok(())
}

/// Uses the code up, if it is one.
async fn check(
    tx: &mut Tx,
    act: StaffAction<'_>,
    keyring: &Keyring,
    code: &str,
) -> Result<Option<Right>, FactorError> {
    let (org, user) = (act.org.id, act.by.id);
    let found = store::staff::second_factors::find(tx, org, user).await?;
    let Some(factor) = found.filter(|factor| factor.is_confirmed) else {
        return Err(FactorError::Gone);
    };
    let secret = totp::open(act, keyring, &factor.secret)?;
    if let Some(step) = totp::step(act, &secret, code)?
        && store::staff::second_factors::use_step(tx, org, user, step).await?
    {
        return Ok(Some(Right::App));
    }
    let hash = totp::recovery_hash(code);
    let used = store::staff::second_factors::use_recovery_code(tx, org, user, &hash).await?;
    Ok(used.then_some(Right::Recovery))
}

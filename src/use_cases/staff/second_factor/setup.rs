//! Setting up an authenticator app, and doing without it again.

use crypto::Keyring;
use domain::audit::Action;
use domain::staff::SessionStage;
use secrecy::{ExposeSecret as _, SecretString};
use store::{Db, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::staff::second_factor::{FactorError, totp};
use crate::use_cases::staff::security_email::{self, Changed};
use crate::use_cases::staff::sign_in;

/// What is shown to be scanned.
pub struct Shown {
    /// The `otpauth:` address, for the QR code.
    pub address: SecretString,
    /// The secret in Base32, for whoever types it.
    pub secret: SecretString,
}

/// Makes a secret for an app to scan. Nothing is asked of the person yet.
///
/// # Errors
/// A second factor is set up already.
#[instrument(
    name = "staff.second_factor.setup.begin",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn begin(
    tx: &mut Tx,
    act: StaffAction<'_>,
    keyring: &Keyring,
) -> Result<(), FactorError> {
    let (org, user) = (act.org.id, act.by.id);
    if store::staff::second_factors::is_confirmed(tx, org, user).await? {
        return Err(FactorError::SetUp);
    }
    let sealed = totp::seal(act, keyring, &totp::new_secret(&act.ambient.random));
    let now = act.ambient.now();
    Ok(store::staff::second_factors::begin(tx, org, user, sealed, now).await?)
}

/// The secret that was begun with; `None` where nothing was.
///
/// # Errors
/// It can't be opened.
#[instrument(
    name = "staff.second_factor.setup.shown",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn shown(
    tx: &mut Tx,
    act: StaffAction<'_>,
    keyring: &Keyring,
) -> Result<Option<Shown>, FactorError> {
    let found = store::staff::second_factors::find(tx, act.org.id, act.by.id).await?;
    let Some(factor) = found.filter(|factor| !factor.is_confirmed) else {
        return Ok(None);
    };
    let secret = totp::open(act, keyring, &factor.secret)?;
    Ok(Some(Shown {
        address: totp::address(act, &secret)?,
        secret,
    }))
}

/// The app shows the right code: from now on it is asked for. The person's other sessions
/// end, and this one is another, full one. Answers its token and the recovery codes.
///
/// # Errors
/// The code is wrong, or nothing was begun.
#[instrument(
    name = "staff.second_factor.setup.confirm",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn confirm(
    db: &Db,
    act: StaffAction<'_>,
    keyring: &Keyring,
    code: &str,
) -> Result<(SecretString, Vec<String>), FactorError> {
    let (org, user) = (act.org.id, act.by.id);
    let mut tx = db.begin().await?;
    // Whoever leaves or gets another password meanwhile begins no session.
    let active = store::staff::users::lock_password(&mut tx, org, user).await?;
    active.ok_or(FactorError::Gone)?;
    let found = store::staff::second_factors::find(&mut tx, org, user).await?;
    let factor = found.ok_or(FactorError::Gone)?;
    let secret = totp::open(act, keyring, &factor.secret)?;
    let step = totp::step(act, &secret, code)?.ok_or(FactorError::Wrong)?;
    if !store::staff::second_factors::confirm(&mut tx, org, user, act.ambient.now()).await? {
        return Err(FactorError::SetUp);
    }
    if !store::staff::second_factors::use_step(&mut tx, org, user, step).await? {
        return Err(FactorError::Wrong);
    }
    if !store::staff::sessions::delete(&mut tx, org, act.session).await? {
        return Err(FactorError::Gone);
    }
    store::staff::sessions::delete_of_user(&mut tx, org, user, "").await?;
    let stage = SessionStage::Full;
    let token = sign_in::open_session(&mut tx, act.ambient, org, user, stage).await?;
    let codes = set_recovery_codes(&mut tx, act).await?;
    act.audit(&mut tx, Action::SetUpSecondFactor, "").await?;
    security_email::send_own(&mut tx, act, Changed::SecondFactorOn).await?;
    tx.commit().await?;
    Ok((token, codes))
}

/// Ten others in the place of the recovery codes there were.
///
/// # Errors
/// No second factor is set up.
#[instrument(
    name = "staff.second_factor.setup.new_recovery_codes",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn new_recovery_codes(
    tx: &mut Tx,
    act: StaffAction<'_>,
) -> Result<Vec<String>, FactorError> {
    if !store::staff::second_factors::is_confirmed(tx, act.org.id, act.by.id).await? {
        return Err(FactorError::Gone);
    }
    let codes = set_recovery_codes(tx, act).await?;
    act.audit(tx, Action::ReplacedRecoveryCodes, "").await?;
    security_email::send_own(tx, act, Changed::RecoveryCodes).await?;
    Ok(codes)
}

async fn set_recovery_codes(tx: &mut Tx, act: StaffAction<'_>) -> store::Result<Vec<String>> {
    let codes = totp::new_recovery_codes(&act.ambient.random);
    let hashes: Vec<_> = codes.iter().map(|code| totp::recovery_hash(code)).collect();
    store::staff::second_factors::set_recovery_codes(tx, act.org.id, act.by.id, &hashes).await?;
    Ok(codes)
}

/// Nothing but the password is asked of the person anymore. Where the organization
/// requires more, this session waits until another is set up: answers whether it does.
///
/// # Errors
/// The database.
#[instrument(
    name = "staff.second_factor.setup.turn_off",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn turn_off(tx: &mut Tx, act: StaffAction<'_>) -> Result<bool, FactorError> {
    let (org, user) = (act.org.id, act.by.id);
    let was_on = store::staff::second_factors::delete(tx, org, user).await?;
    if was_on {
        store::staff::sessions::delete_of_user(tx, org, user, act.session).await?;
        act.audit(tx, Action::TurnedSecondFactorOff, "").await?;
        security_email::send_own(tx, act, Changed::SecondFactorOff).await?;
    }
    let is_required = store::staff::second_factors::is_required(tx, org).await?;
    if is_required {
        let stage = SessionStage::Setup;
        store::staff::sessions::set_stage(tx, org, act.session, stage).await?;
    }
    Ok(is_required)
}

impl Shown {
    /// The secret in groups of four, to be typed.
    pub fn in_groups(&self) -> String {
        let groups: Vec<_> = self
            .secret
            .expose_secret()
            .as_bytes()
            .chunks(4)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        groups.join(" ")
    }
}

//! Setting up an authenticator app, and doing without it again.

use domain::staff::SessionStage;
use secrecy::{ExposeSecret as _, SecretString};
use store::{Db, Tx};
use tracing::instrument;

use crate::use_cases::staff::second_factor::{FactorError, Me, totp};
use crate::use_cases::staff::security_email::Changed;
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
    fields(org = %me.org.id, staff = %me.user.id)
)]
pub async fn begin(tx: &mut Tx, me: Me<'_>) -> Result<(), FactorError> {
    let (org, user) = (me.org.id, me.user.id);
    if store::staff::second_factors::is_confirmed(tx, org, user).await? {
        return Err(FactorError::SetUp);
    }
    let sealed = totp::seal(me, &totp::new_secret(me));
    let now = me.ambient.now();
    Ok(store::staff::second_factors::begin(tx, org, user, sealed, now).await?)
}

/// The secret that was begun with; `None` where nothing was.
///
/// # Errors
/// It can't be opened.
#[instrument(
    name = "staff.second_factor.setup.shown",
    skip_all,
    fields(org = %me.org.id, staff = %me.user.id)
)]
pub async fn shown(tx: &mut Tx, me: Me<'_>) -> Result<Option<Shown>, FactorError> {
    let found = store::staff::second_factors::find(tx, me.org.id, me.user.id).await?;
    let Some(factor) = found.filter(|factor| !factor.is_confirmed) else {
        return Ok(None);
    };
    let secret = totp::open(me, &factor.secret)?;
    Ok(Some(Shown {
        address: totp::address(me, &secret)?,
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
    fields(org = %me.org.id, staff = %me.user.id)
)]
pub async fn confirm(
    db: &Db,
    me: Me<'_>,
    code: &str,
) -> Result<(SecretString, Vec<String>), FactorError> {
    let (org, user) = (me.org.id, me.user.id);
    let mut tx = db.begin().await?;
    // Whoever leaves or gets another password meanwhile begins no session.
    let active = store::staff::users::lock_password(&mut tx, org, user).await?;
    active.ok_or(FactorError::Gone)?;
    let found = store::staff::second_factors::find(&mut tx, org, user).await?;
    let factor = found.ok_or(FactorError::Gone)?;
    let secret = totp::open(me, &factor.secret)?;
    let step = totp::step(me, &secret, code)?.ok_or(FactorError::Wrong)?;
    if !store::staff::second_factors::confirm(&mut tx, org, user, me.ambient.now()).await? {
        return Err(FactorError::SetUp);
    }
    if !store::staff::second_factors::use_step(&mut tx, org, user, step).await? {
        return Err(FactorError::Wrong);
    }
    if !store::staff::sessions::delete(&mut tx, org, me.session).await? {
        return Err(FactorError::Gone);
    }
    store::staff::sessions::delete_of_user(&mut tx, org, user, "").await?;
    let stage = SessionStage::Full;
    let token = sign_in::open_session(&mut tx, me.ambient, org, user, stage).await?;
    let codes = set_recovery_codes(&mut tx, me).await?;
    me.audit(&mut tx, "Set up a second factor", "").await?;
    me.tell(&mut tx, Changed::SecondFactorOn).await?;
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
    fields(org = %me.org.id, staff = %me.user.id)
)]
pub async fn new_recovery_codes(tx: &mut Tx, me: Me<'_>) -> Result<Vec<String>, FactorError> {
    if !store::staff::second_factors::is_confirmed(tx, me.org.id, me.user.id).await? {
        return Err(FactorError::Gone);
    }
    let codes = set_recovery_codes(tx, me).await?;
    me.audit(tx, "Replaced the recovery codes", "").await?;
    me.tell(tx, Changed::RecoveryCodes).await?;
    Ok(codes)
}

async fn set_recovery_codes(tx: &mut Tx, me: Me<'_>) -> store::Result<Vec<String>> {
    let codes = totp::new_recovery_codes(me);
    let hashes: Vec<_> = codes.iter().map(|code| totp::recovery_hash(code)).collect();
    store::staff::second_factors::set_recovery_codes(tx, me.org.id, me.user.id, &hashes).await?;
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
    fields(org = %me.org.id, staff = %me.user.id)
)]
pub async fn turn_off(tx: &mut Tx, me: Me<'_>) -> Result<bool, FactorError> {
    let (org, user) = (me.org.id, me.user.id);
    let was_on = store::staff::second_factors::delete(tx, org, user).await?;
    if was_on {
        store::staff::sessions::delete_of_user(tx, org, user, me.session).await?;
        me.audit(tx, "Turned the second factor off", "").await?;
        me.tell(tx, Changed::SecondFactorOff).await?;
    }
    let is_required = store::staff::second_factors::is_required(tx, org).await?;
    if is_required {
        let stage = SessionStage::Setup;
        store::staff::sessions::set_stage(tx, org, me.session, stage).await?;
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

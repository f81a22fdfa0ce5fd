//! The secret that Gatehouse shares with an authenticator app, and the codes made of it.

use clock::Random;
use crypto::{Keyring, Seal, token_hash};
use secrecy::{ExposeSecret as _, SecretString};
use totp_rs::{Builder, Secret, Totp};

use crate::use_cases::StaffAction;
use crate::use_cases::limits::RECOVERY_CODES;
use crate::use_cases::staff::second_factor::FactorError;

/// A new secret, in Base32 as apps take it.
pub(super) fn new_secret(random: &Random) -> SecretString {
    // 160 bits, as RFC 4226 recommends.
    let secret = Secret::from(random.bytes::<20>());
    SecretString::from(secret.to_base32())
}

pub(super) fn seal(act: StaffAction<'_>, keyring: &Keyring, secret: &SecretString) -> Vec<u8> {
    keyring.seal(&act.ambient.random, &place(act), secret)
}

pub(super) fn open(
    act: StaffAction<'_>,
    keyring: &Keyring,
    sealed: &[u8],
) -> Result<SecretString, FactorError> {
    Ok(keyring.open(&place(act), sealed)?)
}

/// A person's secret opens nothing of a colleague's.
fn place(act: StaffAction<'_>) -> Seal {
    Seal::new("staff_second_factor.secret", act.org.id, act.by.id)
}

/// What every authenticator app takes: SHA-1, six digits, 30 seconds. The code before and
/// the one after are right as well, for clocks that go wrong a little.
fn totp(act: StaffAction<'_>, secret: &SecretString) -> Result<Totp, FactorError> {
    let secret = Secret::try_from_base32(secret.expose_secret())
        .map_err(|_| FactorError::Crypto(::crypto::CryptoError::Unreadable))?;
    let plain = |text: &str| text.replace(':', " ");
    Builder::new()
        .with_secret(secret)
        .with_skew(1)
        .with_account_name(plain(act.by.email.as_str()))
        .with_issuer(Some(plain(&act.org.name)))
        .build()
        .map_err(FactorError::Totp)
}

/// The address (`otpauth:`) that an app reads from the QR code.
pub(super) fn address(
    act: StaffAction<'_>,
    secret: &SecretString,
) -> Result<SecretString, FactorError> {
    let url = totp(act, secret)?.to_url().map_err(FactorError::Totp)?;
    Ok(SecretString::from(url))
}

/// The half minute whose code this is, if it is the present one or one beside it.
pub(super) fn step(
    act: StaffAction<'_>,
    secret: &SecretString,
    code: &str,
) -> Result<Option<i64>, FactorError> {
    let now = u64::try_from(act.ambient.now().as_second()).unwrap_or(0);
    let step = totp(act, secret)?.check(&tidy(code), now);
    Ok(step.and_then(|step| i64::try_from(step).ok()))
}

/// New recovery codes as they are written down, `ABCD-EFGH-IJKL-MNOP`: 80 random bits, so
/// that a plain hash of one can't be guessed.
pub(super) fn new_recovery_codes(random: &Random) -> Vec<String> {
    let code = |_| {
        let bytes = random.bytes::<10>();
        let text = Secret::from(bytes.to_vec()).to_base32();
        let groups: Vec<_> = text
            .as_bytes()
            .chunks(4)
            .map(|group| String::from_utf8_lossy(group).into_owned())
            .collect();
        groups.join("-")
    };
    (0..RECOVERY_CODES).map(code).collect()
}

/// What the database keeps of a recovery code, however it was typed.
pub(super) fn recovery_hash(code: &str) -> String {
    token_hash(&tidy(code).to_uppercase())
}

/// Without what people put between groups.
fn tidy(code: &str) -> String {
    code.chars()
        .filter(|c| !c.is_whitespace() && *c != '-')
        .collect()
}

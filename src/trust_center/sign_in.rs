//! Staff sign in with address and password, and stay signed in for a while.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::password;
use crate::clock::Ambient;
use crate::crypto::{new_token, token_hash};
use crate::domain::email::EmailAddress;
use crate::store::{self, Db, StoreError};

/// How long a session lasts without being used.
const LASTS: Duration = Duration::from_secs(12 * 60 * 60);
/// A session in use is extended no more often than this, to spare writes.
const EXTEND_AFTER: Duration = Duration::from_secs(5 * 60);

/// Attempts in a quarter of an hour, for one address and from one network address.
const WINDOW: Duration = Duration::from_secs(15 * 60);
const PER_ADDRESS: i64 = 10;
const PER_IP: i64 = 100;

/// Why somebody isn't signed in. Says nothing about whether the address is known.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("The email address or the password is wrong.")]
    Wrong,
    #[error("Too many attempts. Wait a quarter of an hour, then try again.")]
    TooMany,
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Checks the password and opens a session: answers its token, for the cookie.
/// Takes the database itself, because no transaction may be open while hashing.
///
/// # Errors
/// A wrong address or password, or too many attempts.
pub async fn sign_in(
    db: &Db,
    ambient: &Ambient,
    ip: &str,
    email: &str,
    password: SecretString,
) -> Result<SecretString, SignInError> {
    let email = EmailAddress::parse(email).ok();
    let address_key = match &email {
        Some(email) => format!("sign-in:{email}"),
        None => "sign-in:no address".to_owned(),
    };
    let user = {
        let mut tx = db.begin().await?;
        let now = ambient.now();
        let ip_key = format!("sign-in-from:{ip}");
        let by_ip = store::attempt::allow(&mut tx, &ip_key, PER_IP, WINDOW, now).await?;
        let by_address = email.is_none()
            || store::attempt::allow(&mut tx, &address_key, PER_ADDRESS, WINDOW, now).await?;
        let user = match &email {
            Some(email) => store::staff_user::by_email_across_tenants(&mut tx, email).await?,
            None => None,
        };
        tx.commit().await?;
        if !by_ip || !by_address {
            return Err(SignInError::TooMany);
        }
        user
    };
    let hash = user.as_ref().map(|(_, _, hash)| hash.clone());
    let right = password::verify(hash, password).await;
    let (Some((org, user, _)), true) = (user, right) else {
        return Err(SignInError::Wrong);
    };

    let token = new_token(&ambient.random);
    let hash = token_hash(token.expose_secret());
    let now = ambient.now();
    let mut tx = db.begin().await?;
    store::staff_session::delete_expired_across_tenants(&mut tx, now).await?;
    store::staff_session::insert(&mut tx, org, user.id, &hash, now, now + LASTS).await?;
    store::attempt::forget(&mut tx, &address_key).await?;
    store::attempt::forget_before(&mut tx, now - 4 * WINDOW).await?;
    store::audit::insert(&mut tx, ambient, org, &user.actor(), "Signed in", "").await?;
    tx.commit().await?;
    Ok(token)
}

/// When a session that is used now expires, if that has to be written.
pub fn extended(expires_at: Timestamp, now: Timestamp) -> Option<Timestamp> {
    let lasts_until = now + LASTS;
    (lasts_until.duration_since(expires_at) > EXTEND_AFTER.try_into().ok()?).then_some(lasts_until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_in_use_is_extended_but_not_at_every_page() {
        let now = Timestamp::UNIX_EPOCH;
        let minutes = |n: u64| Duration::from_secs(n * 60);
        assert_eq!(extended(now + LASTS, now + minutes(4)), None);
        let later = now + minutes(6);
        assert_eq!(extended(now + LASTS, later), Some(later + LASTS));
    }
}

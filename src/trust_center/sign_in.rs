//! Staff sign in with address and password, and stay signed in for a while.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};

use super::password;
use super::throttle::{self, Counter, waiting};
use crate::clock::Ambient;
use crate::crypto::{new_token, token_hash};
use crate::domain::email::EmailAddress;
use crate::domain::ids::{OrganizationId, StaffUserId};
use crate::domain::staff::SessionStage;
use crate::store::staff_session::Session;
use crate::store::{self, Db, StoreError, Tx};

/// How the audit log names it.
pub(super) const SIGNED_IN: &str = "Signed in";
/// How long a session lasts without being used.
const LASTS: Duration = Duration::from_secs(12 * 60 * 60);
/// How long somebody has to enter the code, and to set up a second factor.
const CODE_WITHIN: Duration = Duration::from_secs(10 * 60);
const SETUP_WITHIN: Duration = Duration::from_secs(30 * 60);
/// How long a session lasts however much it is used.
const LONGEST: Duration = Duration::from_secs(7 * 24 * 60 * 60);
/// A session in use is extended no more often than this, to spare writes.
const EXTEND_AFTER: Duration = Duration::from_secs(5 * 60);

/// Attempts from one network, for whatever addresses.
const PER_NETWORK: (i64, Duration) = (100, Duration::from_mins(15));
/// Attempts for one address from anywhere, on devices that never signed in to it.
const PER_ADDRESS: (i64, Duration) = (200, Duration::from_hours(24));

/// Where somebody signs in.
#[derive(Clone, Copy, Debug)]
pub struct SignInPlace<'a> {
    pub network: &'a str,
    /// Of a device that has signed in with this address before: strangers who guess can't
    /// keep it out.
    pub device: Option<&'a str>,
}

/// Why somebody isn't signed in. Says nothing about whether the address is known.
#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    #[error("The email address or the password is wrong.")]
    Wrong,
    #[error("Too many attempts. Wait {}, then try again.", waiting(*.0))]
    TooMany(Duration),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A session that was opened: its token, for the cookie, and what is still to be done.
pub struct SignedIn {
    pub token: SecretString,
    pub stage: SessionStage,
}

/// Checks the password and opens a session, which is a full one where no second factor is
/// set up or required.
/// Takes the database itself, because no transaction may be open while hashing.
///
/// # Errors
/// A wrong address or password, or too many attempts.
pub async fn sign_in(
    db: &Db,
    ambient: &Ambient,
    from: SignInPlace<'_>,
    email: &str,
    password: SecretString,
) -> Result<SignedIn, SignInError> {
    let email = EmailAddress::parse(email).ok();
    let counters = counters(from, email.as_ref());
    let user = {
        let mut tx = db.begin().await?;
        let wait = throttle::count(&mut tx, &counters, ambient.now()).await?;
        let user = match &email {
            Some(email) => store::staff_user::by_email_across_tenants(&mut tx, email).await?,
            None => None,
        };
        tx.commit().await?;
        if let Some(wait) = wait {
            return Err(SignInError::TooMany(wait));
        }
        user
    };
    // Whoever left is as unknown as a stranger, in words and in time.
    let user = user.filter(|(_, user, _)| user.is_active);
    let hash = user.as_ref().map(|(_, _, hash)| hash.clone());
    let right = password::verify(hash, password).await;
    let (Some((org, user, checked)), true) = (user, right) else {
        return Err(SignInError::Wrong);
    };

    let mut tx = db.begin().await?;
    // While the password was checked it may have been changed, or the person left.
    if store::staff_user::lock_password(&mut tx, org, user.id).await? != Some(checked) {
        return Err(SignInError::Wrong);
    }
    let stage = stage_after_password(&mut tx, org, user.id).await?;
    let token = open_session(&mut tx, ambient, org, user.id, stage).await?;
    throttle::forget(&mut tx, &counters).await?;
    if stage == SessionStage::Full {
        store::audit::insert(&mut tx, ambient, org, &user.actor(), SIGNED_IN, "").await?;
    }
    tx.commit().await?;
    Ok(SignedIn { token, stage })
}

/// What is still to be done when the password was right.
async fn stage_after_password(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
) -> store::Result<SessionStage> {
    if store::staff_second_factor::is_confirmed(tx, org, user).await? {
        return Ok(SessionStage::Code);
    }
    Ok(
        match store::staff_second_factor::is_required(tx, org).await? {
            true => SessionStage::Setup,
            false => SessionStage::Full,
        },
    )
}

/// Opens a session and answers its token.
pub(super) async fn open_session(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    user: StaffUserId,
    stage: SessionStage,
) -> store::Result<SecretString> {
    let token = new_token(&ambient.random);
    let hash = token_hash(token.expose_secret());
    let now = ambient.now();
    let lasts = match stage {
        SessionStage::Full => LASTS,
        SessionStage::Code => CODE_WITHIN,
        SessionStage::Setup => SETUP_WITHIN,
    };
    store::staff_session::delete_expired_across_tenants(tx, now).await?;
    store::staff_session::insert(tx, org, user, &hash, stage, now, now + lasts).await?;
    Ok(token)
}

/// What counts an attempt: wrong passwords for one address from one network, or on one
/// device, and whatever comes from one network or for one address.
fn counters(from: SignInPlace<'_>, email: Option<&EmailAddress>) -> Vec<Counter> {
    let own = match (from.device, email) {
        (Some(device), _) => Some(format!("sign-in-device:{device}")),
        (None, Some(email)) => Some(format!("sign-in:{email}:{}", from.network)),
        (None, None) => None,
    };
    let mut counters = own.map_or_else(Vec::new, |own| Counter::of_secret(&own));
    if from.device.is_none() {
        let network = format!("sign-in-from:{}", from.network);
        counters.push(Counter::new(network, PER_NETWORK));
        let address = email.map(|email| format!("sign-in:{email}"));
        counters.extend(address.map(|key| Counter::new(key, PER_ADDRESS)));
    }
    counters
}

/// When a session that is used now expires, if that has to be written.
pub fn extended(session: &Session, now: Timestamp) -> Option<Timestamp> {
    let lasts_until = (now + LASTS).min(session.created_at + LONGEST);
    let gained = lasts_until.duration_since(session.expires_at);
    (gained > EXTEND_AFTER.try_into().ok()?).then_some(lasts_until)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_in_use_is_extended_but_not_at_every_page_nor_for_ever() {
        let now = Timestamp::UNIX_EPOCH;
        let minutes = |n: u64| Duration::from_secs(n * 60);
        let session = |expires_at| Session {
            org: OrganizationId::from_uuid(uuid::Uuid::nil()),
            user: StaffUserId::from_uuid(uuid::Uuid::nil()),
            created_at: now,
            expires_at,
            stage: SessionStage::Full,
        };
        assert_eq!(extended(&session(now + LASTS), now + minutes(4)), None);
        let later = now + minutes(6);
        assert_eq!(extended(&session(now + LASTS), later), Some(later + LASTS));
        let last_day = now + LONGEST - minutes(60);
        assert_eq!(
            extended(&session(last_day + minutes(30)), last_day),
            Some(now + LONGEST)
        );
        assert_eq!(extended(&session(now + LONGEST), last_day), None);
    }
}

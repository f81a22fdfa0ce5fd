//! Staff sign in with address and password, and stay signed in for a while.

use std::time::Duration;

use clock::Ambient;
use crypto::{new_token, token_hash};
use domain::audit::Action;
use domain::email::EmailAddress;
use domain::ids::{OrganizationId, StaffUserId};
use domain::staff::{SessionStage, StaffUser};
use jiff::{SignedDuration, Timestamp};
use secrecy::{ExposeSecret, SecretString};
use store::request_origin;
use store::staff::sessions::{LastUse, Session};
use store::{Db, StoreError, Tx};
use tracing::instrument;

use crate::use_cases::limits::{
    CODE_WITHIN, PASSWORD_CONFIRMED_FOR, SESSION_NOTED_AFTER, SETUP_WITHIN, SIGN_INS_PER_ADDRESS,
    SIGN_INS_PER_NETWORK, STAFF_SESSION_LONGEST, STAFF_SESSION_UNUSED,
};
use crate::use_cases::rate_limits::{self, Counter, waiting};
use crate::use_cases::staff::password;

/// Where someone signs in.
#[derive(Clone, Copy, Debug)]
pub struct SignInPlace<'a> {
    pub network: &'a str,
    /// Of a device that has signed in with this address before: strangers who guess can't
    /// keep it out.
    pub device: Option<&'a str>,
}

/// Why someone isn't signed in. Says nothing about whether the address is known.
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
#[instrument(name = "staff.sign_in", skip_all)]
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
        let wait = rate_limits::count(&mut tx, &counters, ambient.now()).await?;
        let user = match &email {
            Some(email) => store::staff::users::by_email_across_tenants(&mut tx, email).await?,
            None => None,
        };
        if let Some(wait) = wait {
            note_lock_out(&mut tx, ambient, user.as_ref(), wait).await?;
            tx.commit().await?;
            return Err(SignInError::TooMany(wait));
        }
        tx.commit().await?;
        user
    };
    // Whoever left is as unknown as a stranger, in words and in time.
    let user = user.filter(|(_, user, _)| user.is_active);
    let hash = user.as_ref().map(|(_, _, hash)| hash.clone());
    let right = password::verify(hash, password).await;
    let (Some((org, user, checked)), true) = (&user, right) else {
        note_wrong(db, ambient, from, user.as_ref()).await?;
        return Err(SignInError::Wrong);
    };
    let org = *org;

    let mut tx = db.begin().await?;
    // While the password was checked it may have been changed, or the person left.
    if store::staff::users::lock_password(&mut tx, org, user.id)
        .await?
        .as_ref()
        != Some(checked)
    {
        return Err(SignInError::Wrong);
    }
    let stage = stage_after_password(&mut tx, org, user.id).await?;
    let token = open_session(&mut tx, ambient, org, user.id, stage).await?;
    rate_limits::forget(&mut tx, &counters).await?;
    if stage == SessionStage::Full {
        store::audit_log::insert(&mut tx, ambient, org, &user.actor(), Action::SignedIn, "")
            .await?;
    }
    tx.commit().await?;
    Ok(SignedIn { token, stage })
}

type Known = (OrganizationId, StaffUser, String);

/// A wrong password stands in the audit log of whoever has the address. For an address
/// that nobody has, something is written as well, so that both take as long.
async fn note_wrong(
    db: &Db,
    ambient: &Ambient,
    from: SignInPlace<'_>,
    user: Option<&Known>,
) -> store::Result<()> {
    let mut tx = db.begin().await?;
    if let Some((org, user, _)) = user {
        let action = Action::FailedToSignIn;
        let (actor, why) = (user.actor(), "Wrong password");
        store::audit_log::insert(&mut tx, ambient, *org, &actor, action, why).await?;
    } else {
        let key = format!("sign-in-unknown:{}", from.network);
        let (most, window) = SIGN_INS_PER_NETWORK;
        store::rate_limits::allow(&mut tx, &key, most, window, ambient.now()).await?;
    }
    tx.commit().await
}

/// That someone is kept out stands in the audit log once.
async fn note_lock_out(
    tx: &mut Tx,
    ambient: &Ambient,
    user: Option<&Known>,
    wait: Duration,
) -> store::Result<()> {
    let Some((org, user, _)) = user else {
        return Ok(());
    };
    let key = format!("sign-in-locked:{}", user.id);
    if store::rate_limits::allow(tx, &key, 1, wait, ambient.now()).await? {
        let action = Action::KeptFromSigningIn;
        let why = format!("Too many attempts; for {}", waiting(wait));
        store::audit_log::insert(tx, ambient, *org, &user.actor(), action, &why).await?;
    }
    Ok(())
}

/// What is still to be done when the password was right.
async fn stage_after_password(
    tx: &mut Tx,
    org: OrganizationId,
    user: StaffUserId,
) -> store::Result<SessionStage> {
    if store::staff::second_factors::is_confirmed(tx, org, user).await? {
        return Ok(SessionStage::Code);
    }
    Ok(
        if store::staff::second_factors::is_required(tx, org).await? {
            SessionStage::Setup
        } else {
            SessionStage::Full
        },
    )
}

/// Opens a session and answers its token.
#[instrument(name = "staff.sign_in.open_session", skip_all, fields(%org, %user))]
pub(in crate::use_cases) async fn open_session(
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
        SessionStage::Full => STAFF_SESSION_UNUSED,
        SessionStage::Code => CODE_WITHIN,
        SessionStage::Setup => SETUP_WITHIN,
    };
    store::staff::sessions::delete_expired_across_tenants(tx, now).await?;
    store::staff::sessions::insert(tx, org, user, &hash, stage, now, now + lasts).await?;
    request_origin::belongs_to(&hash);
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
        counters.push(Counter::new(network, SIGN_INS_PER_NETWORK));
        let address = email.map(|email| format!("sign-in:{email}"));
        counters.extend(address.map(|key| Counter::new(key, SIGN_INS_PER_ADDRESS)));
    }
    counters
}

/// When a session that is used now expires, if its use has to be written down: somewhere
/// else than before, or some minutes later.
pub fn noted(session: &Session, used: &LastUse) -> Option<Timestamp> {
    let lasts_until =
        (used.at + STAFF_SESSION_UNUSED).min(session.created_at + STAFF_SESSION_LONGEST);
    let before = &session.last_use;
    let elsewhere = (&before.network, &before.user_agent) != (&used.network, &used.user_agent);
    let later =
        used.at.duration_since(before.at) > SignedDuration::try_from(SESSION_NOTED_AFTER).ok()?;
    (elsewhere || later).then_some(lasts_until.max(session.expires_at))
}

/// Whether the person showed lately enough that it is them, for what can't be undone.
pub fn is_confirmed(session: &Session, now: Timestamp) -> bool {
    now < session.confirmed_at + PASSWORD_CONFIRMED_FOR
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes)
    }

    fn used(minutes: i64, network: &str) -> LastUse {
        LastUse {
            at: at(minutes),
            network: network.to_owned(),
            user_agent: String::new(),
        }
    }

    fn session(last_use: LastUse) -> Session {
        Session {
            org: OrganizationId::from_uuid(uuid::Uuid::nil()),
            user: StaffUserId::from_uuid(uuid::Uuid::nil()),
            created_at: at(0),
            expires_at: (last_use.at + STAFF_SESSION_UNUSED).min(at(0) + STAFF_SESSION_LONGEST),
            stage: SessionStage::Full,
            confirmed_at: at(0),
            last_use,
        }
    }

    #[test]
    fn a_session_in_use_is_extended_but_not_at_every_page_nor_for_ever() {
        let begun = session(used(0, "home"));
        assert_eq!(noted(&begun, &used(4, "home")), None);
        assert_eq!(
            noted(&begun, &used(6, "home")),
            Some(at(6) + STAFF_SESSION_UNUSED)
        );
        let last_day = 7 * 24 * 60 - 60;
        let old = session(used(last_day - 60, "home"));
        assert_eq!(
            noted(&old, &used(last_day, "home")),
            Some(at(0) + STAFF_SESSION_LONGEST)
        );
    }

    #[test]
    fn another_place_is_noted_at_once() {
        let begun = session(used(0, "home"));
        assert_eq!(
            noted(&begun, &used(1, "office")),
            Some(at(1) + STAFF_SESSION_UNUSED)
        );
    }

    #[test]
    fn a_password_counts_for_an_hour() {
        let begun = session(used(0, "home"));
        assert!(is_confirmed(&begun, at(59)));
        assert!(!is_confirmed(&begun, at(60)));
    }
}

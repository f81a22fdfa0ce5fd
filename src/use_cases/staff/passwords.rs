//! New passwords: behind an emailed link, and of one's own in the dashboard.

use std::time::Duration;

use clock::Ambient;
use crypto::{new_token, token_hash};
use domain::audit::{Action, Changes};
use domain::email::EmailAddress;
use domain::ids::StaffUserId;
use domain::organizations::Organization;
use domain::staff::StaffUser;
use jiff::Timestamp;
use secrecy::{ExposeSecret as _, SecretString};
use store::{Db, StoreError, Tx};
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::limits::{
    RESET_LINK, RESETS_PER_ADDRESS, RESETS_PER_NETWORK, RESETS_PER_PERSON,
};
use crate::use_cases::rate_limits::{self, Counter, waiting};
use crate::use_cases::staff::password::{self, PasswordError};
use crate::use_cases::staff::security_email::{self, Changed};
use crate::use_cases::staff::{Manager, PersonError, checked_name};

/// Why a password stays as it is.
#[derive(Debug, thiserror::Error)]
pub enum NewPasswordError {
    #[error("Too many attempts. Wait {}, then try again.", waiting(*.0))]
    TooMany(Duration),
    #[error("Your current password is wrong.")]
    Wrong,
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Person(#[from] PersonError),
}

impl From<NotificationError> for NewPasswordError {
    fn from(error: NotificationError) -> Self {
        Self::Person(error.into())
    }
}

impl From<StoreError> for NewPasswordError {
    fn from(error: StoreError) -> Self {
        Self::Person(error.into())
    }
}

/// What “Forgot your password?” does: emails a link where the address is of someone who
/// can sign in, and nothing where it isn't. The answer is the same either way.
///
/// # Errors
/// Too many were asked for.
#[instrument(name = "staff.passwords.forgot", skip_all)]
pub async fn forgot(
    db: &Db,
    ambient: &Ambient,
    public_url: &Url,
    network: &str,
    email: &str,
) -> Result<(), NewPasswordError> {
    let email = EmailAddress::parse(email).ok();
    let mut counters = vec![Counter::new(
        format!("reset-from:{network}"),
        RESETS_PER_NETWORK,
    )];
    if let Some(email) = &email {
        counters.push(Counter::new(
            format!("reset:{email}:{network}"),
            RESETS_PER_PERSON,
        ));
        counters.push(Counter::new(format!("reset:{email}"), RESETS_PER_ADDRESS));
    }
    let mut tx = db.begin().await?;
    if let Some(wait) = rate_limits::count(&mut tx, &counters, ambient.now()).await? {
        tx.commit().await?;
        return Err(NewPasswordError::TooMany(wait));
    }
    let known = match &email {
        Some(email) => store::staff::users::by_email_across_tenants(&mut tx, email).await?,
        None => None,
    };
    if let Some((org, user, _)) = known.filter(|(_, user, _)| user.is_active)
        && let Some(org) = store::organizations::by_id(&mut tx, org).await?
    {
        let text = format!(
            "Choose a new password for {}’s trust center. The link works once, for an hour. \
             You’re then signed out everywhere.",
            org.name
        );
        let why = "You receive this because someone, probably you, asked for it on the sign-in \
                   page. If it wasn’t you, ignore it: your password stays as it is.";
        send(&mut tx, ambient, &org, public_url, &user, text, why).await?;
    }
    Ok(tx.commit().await?)
}

/// Emails a colleague a link to choose a new password. Until then the old one works.
///
/// # Errors
/// There is no such person, or they left.
#[instrument(
    name = "staff.passwords.send_reset",
    skip_all,
    fields(org = %manager.org().id, user = %id)
)]
pub async fn send_reset(
    tx: &mut Tx,
    manager: Manager<'_>,
    id: StaffUserId,
) -> Result<StaffUser, PersonError> {
    let user = manager.find(tx, id).await?;
    if !user.is_active {
        return Err(PersonError::Inactive(user.name));
    }
    let by = manager.name();
    let text = format!(
        "{by} asks you to choose a new password for {}’s trust center. The link works once, for \
         an hour. You’re then signed out everywhere.",
        manager.org().name
    );
    let why = "You receive this because you work on this trust center. After an hour, use \
               “Forgot your password?” on the sign-in page.";
    let (ambient, url) = (manager.ambient(), manager.public_url());
    send(tx, ambient, manager.org(), url, &user, text, why).await?;
    let action = Action::SentPasswordLink;
    manager.audit(tx, action, &user.actor()).await?;
    Ok(user)
}

async fn send(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    user: &StaffUser,
    text: String,
    why: &str,
) -> Result<(), PersonError> {
    let token = new_token(&ambient.random);
    let hash = token_hash(token.expose_secret());
    let now = ambient.now();
    store::staff::password_links::insert(tx, org.id, user.id, &hash, now, now + RESET_LINK).await?;
    let mut link = public_url.join("/login/reset")?;
    link.query_pairs_mut()
        .append_pair("token", token.expose_secret());
    let notice = Notification {
        org,
        subject: "Choose a new password".to_owned(),
        heading: "Choose a new password",
        text,
        quote: "",
        button: "Choose a new password",
        link,
        why,
    };
    Ok(notice.send(tx, ambient, org, &user.email).await?)
}

/// Whose link it is, if it still works.
#[instrument(name = "staff.passwords.whose_reset", skip_all)]
pub async fn whose_reset(
    tx: &mut Tx,
    now: Timestamp,
    token: &str,
) -> store::Result<Option<StaffUser>> {
    let hash = token_hash(token);
    match store::staff::password_links::open_across_tenants(tx, &hash, now).await? {
        Some((org, id)) => store::staff::users::active_by_id(tx, org, id).await,
        None => Ok(None),
    }
}

/// Uses the link up: the password is another, and every session and other link of the
/// person ends. Answers false where the link no longer works.
///
/// # Errors
/// The email that tells them can't be written.
#[instrument(name = "staff.passwords.reset", skip_all)]
pub async fn reset(
    tx: &mut Tx,
    ambient: &Ambient,
    public_url: &Url,
    token: &str,
    password_hash: &str,
) -> Result<bool, PersonError> {
    let (hash, now) = (token_hash(token), ambient.now());
    let taken = store::staff::password_links::take_across_tenants(tx, &hash, now).await?;
    let Some((org, id)) = taken else {
        return Ok(false);
    };
    let user = store::staff::users::active_by_id(tx, org, id).await?;
    let place = store::organizations::by_id(tx, org).await?;
    let Some((user, place)) = user.zip(place) else {
        return Ok(false);
    };
    store::staff::users::set_password(tx, org, id, password_hash).await?;
    store::staff::password_links::delete_of_user(tx, org, id).await?;
    store::staff::sessions::delete_of_user(tx, org, id, "").await?;
    let action = Action::ResetPassword;
    store::audit_log::insert(
        tx,
        ambient,
        org,
        &user.actor(),
        action,
        "By an emailed link",
    )
    .await?;
    let place = (&place, public_url);
    security_email::send(tx, ambient, place, &user, Changed::PasswordByLink).await?;
    Ok(true)
}

/// Gives someone another password, chosen by the operator: every session and link of the
/// person ends. The hash comes from [`password::hash`].
///
/// # Errors
/// There is no such person, or they left.
#[instrument(
    name = "staff.passwords.set_password",
    skip_all,
    fields(org = %manager.org().id, user = %id)
)]
pub async fn set_password(
    tx: &mut Tx,
    manager: Manager<'_>,
    id: StaffUserId,
    password_hash: &str,
) -> Result<(), PersonError> {
    let user = manager.find(tx, id).await?;
    if !user.is_active {
        return Err(PersonError::Inactive(user.name));
    }
    store::staff::users::set_password(tx, manager.org().id, id, password_hash).await?;
    store::staff::password_links::delete_of_user(tx, manager.org().id, id).await?;
    manager.end_sessions(tx, id).await?;
    let action = Action::SetPassword;
    manager.audit(tx, action, &user.actor()).await?;
    manager.tell(tx, &user, Changed::PasswordByOperator).await
}

/// Whether this is the password of whoever acts, if they didn't try too often.
///
/// # Errors
/// It is wrong, or too many were.
#[instrument(
    name = "staff.passwords.check_present",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn check_present(
    db: &Db,
    act: StaffAction<'_>,
    present: SecretString,
) -> Result<String, NewPasswordError> {
    let counters = Counter::of_secret(&format!("present-password:{}", act.by.id));
    let mut tx = db.begin().await?;
    let wait = rate_limits::count(&mut tx, &counters, act.ambient.now()).await?;
    let hash = store::staff::users::lock_password(&mut tx, act.org.id, act.by.id).await?;
    tx.commit().await?;
    if let Some(wait) = wait {
        return Err(NewPasswordError::TooMany(wait));
    }
    let checked = hash.clone().unwrap_or_default();
    if !password::verify(hash, present).await {
        return Err(NewPasswordError::Wrong);
    }
    let mut tx = db.begin().await?;
    rate_limits::forget(&mut tx, &counters).await?;
    tx.commit().await?;
    Ok(checked)
}

/// Changes one's own password: the other sessions end. Takes the database itself,
/// because no transaction may be open while hashing.
///
/// # Errors
/// The present one is wrong, or the new one can't be.
#[instrument(
    name = "staff.passwords.change_password",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn change_password(
    db: &Db,
    act: StaffAction<'_>,
    present: SecretString,
    new: SecretString,
) -> Result<(), NewPasswordError> {
    let checked = check_present(db, act, present).await?;
    let hash = password::hash(&act.ambient.random, &act.by.email, new).await?;
    let mut tx = db.begin().await?;
    let org = act.org.id;
    // Another one may have been chosen meanwhile.
    if store::staff::users::lock_password(&mut tx, org, act.by.id).await? != Some(checked) {
        return Err(NewPasswordError::Wrong);
    }
    store::staff::users::set_password(&mut tx, org, act.by.id, &hash).await?;
    store::staff::password_links::delete_of_user(&mut tx, org, act.by.id).await?;
    store::staff::sessions::delete_of_user(&mut tx, org, act.by.id, act.session).await?;
    act.audit(&mut tx, Action::ChangedOwnPassword, "").await?;
    security_email::send_own(&mut tx, act, Changed::OwnPassword).await?;
    Ok(tx.commit().await?)
}

/// Changes one's own name.
///
/// # Errors
/// The name can't be.
#[instrument(
    name = "staff.passwords.rename",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn rename(tx: &mut Tx, act: StaffAction<'_>, name: &str) -> Result<(), PersonError> {
    let name = checked_name(name)?;
    if name != act.by.name {
        store::staff::users::set_name(tx, act.org.id, act.by.id, &name).await?;
        let mut changes = Changes::new("");
        changes.note("Name", &act.by.name, &name);
        act.audit(tx, Action::ChangedOwnName, &changes.to_string())
            .await?;
    }
    Ok(())
}

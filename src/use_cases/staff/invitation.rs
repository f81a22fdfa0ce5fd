//! Inviting colleagues by email: a link that works once, for a week.

use clock::Ambient;
use crypto::{new_token, token_hash};
use domain::audit::Action;
use domain::email::EmailAddress;
use domain::ids::{InvitationId, StaffUserId};
use domain::organizations::{Organization, Role};
use domain::staff::{Invitation, StaffUser};
use jiff::Timestamp;
use secrecy::ExposeSecret as _;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::email::notification::Notification;
use crate::use_cases::limits::STAFF_INVITATION;
use crate::use_cases::staff::{Manager, PersonError, checked_name};

/// Emails an invitation. An address that signs in to another organization is invited like
/// any other, so that nobody learns of it here.
///
/// # Errors
/// The person works here or is invited already, or the name can't be.
#[instrument(name = "staff.invitation.invite", skip_all, fields(org = %manager.org().id))]
pub async fn invite(
    tx: &mut Tx,
    manager: Manager<'_>,
    email: EmailAddress,
    name: &str,
    role: Role,
) -> Result<Invitation, PersonError> {
    let name = checked_name(name)?;
    let (org, now) = (manager.org(), manager.ambient().now());
    let known = store::staff::users::by_email_across_tenants(tx, &email).await?;
    if let Some((_, user, _)) = known.filter(|(theirs, ..)| *theirs == org.id) {
        return Err(PersonError::WorksHere(user.name));
    }
    if store::staff::invitations::by_email(tx, org.id, &email)
        .await?
        .is_some()
    {
        return Err(PersonError::Invited(email));
    }
    let invitation = Invitation {
        id: manager.ambient().id(InvitationId::from_uuid),
        email,
        name,
        role,
        invited_by: match manager {
            Manager::Operator { .. } => format!("The administrator of {}", org.name),
            Manager::Admin(act) => act.by.name.clone(),
        },
        expires_at: now + STAFF_INVITATION,
    };
    let token = new_token(&manager.ambient().random);
    let hash = token_hash(token.expose_secret());
    store::staff::invitations::insert(tx, org.id, &invitation, &hash, now).await?;
    send(tx, manager, &invitation, token.expose_secret()).await?;
    let detail = in_words(&invitation);
    manager.audit(tx, Action::InvitedColleague, &detail).await?;
    Ok(invitation)
}

/// Emails it again, with another link; the old one is dead.
///
/// # Errors
/// There is no such invitation.
#[instrument(
    name = "staff.invitation.resend",
    skip_all,
    fields(org = %manager.org().id, invitation = %id)
)]
pub async fn resend(
    tx: &mut Tx,
    manager: Manager<'_>,
    id: InvitationId,
) -> Result<Invitation, PersonError> {
    let token = new_token(&manager.ambient().random);
    let hash = token_hash(token.expose_secret());
    let until = manager.ambient().now() + STAFF_INVITATION;
    let renewed = store::staff::invitations::renew(tx, manager.org().id, id, &hash, until).await?;
    let invitation = renewed.ok_or(PersonError::NotFound)?;
    send(tx, manager, &invitation, token.expose_secret()).await?;
    let detail = in_words(&invitation);
    manager
        .audit(tx, Action::SentInvitationAgain, &detail)
        .await?;
    Ok(invitation)
}

/// Takes it back: its link is dead.
///
/// # Errors
/// There is no such invitation.
#[instrument(
    name = "staff.invitation.withdraw",
    skip_all,
    fields(org = %manager.org().id, invitation = %id)
)]
pub async fn withdraw(
    tx: &mut Tx,
    manager: Manager<'_>,
    id: InvitationId,
) -> Result<Invitation, PersonError> {
    let deleted = store::staff::invitations::delete(tx, manager.org().id, id).await?;
    let invitation = deleted.ok_or(PersonError::NotFound)?;
    let detail = in_words(&invitation);
    manager
        .audit(tx, Action::WithdrewInvitation, &detail)
        .await?;
    Ok(invitation)
}

/// What a link invites to, if it still works.
#[instrument(name = "staff.invitation", skip_all)]
pub async fn invitation(
    tx: &mut Tx,
    now: Timestamp,
    token: &str,
) -> store::Result<Option<(Organization, Invitation)>> {
    let hash = token_hash(token);
    let found = store::staff::invitations::open_across_tenants(tx, &hash, now).await?;
    let Some((org, invitation)) = found else {
        return Ok(None);
    };
    let org = store::organizations::by_id(tx, org).await?;
    Ok(org.map(|org| (org, invitation)))
}

/// Uses the link up: the person works here from now on. `None` where it no longer works.
/// The hash comes from [`crate::use_cases::staff::password::hash`].
///
/// # Errors
/// The name can't be, or the address signs in somewhere already.
#[instrument(name = "staff.invitation.accept", skip_all)]
pub async fn accept(
    tx: &mut Tx,
    ambient: &Ambient,
    token: &str,
    name: &str,
    password_hash: &str,
) -> Result<Option<StaffUser>, PersonError> {
    let name = checked_name(name)?;
    let now = ambient.now();
    let taken = store::staff::invitations::take_across_tenants(tx, &token_hash(token), now).await?;
    let Some((org, invitation)) = taken else {
        return Ok(None);
    };
    let known = store::staff::users::by_email_across_tenants(tx, &invitation.email).await?;
    if known.is_some() {
        return Err(PersonError::AddressTaken(invitation.email));
    }
    let user = StaffUser {
        id: ambient.id(StaffUserId::from_uuid),
        email: invitation.email,
        name,
        role: invitation.role,
        is_active: true,
    };
    match store::staff::users::insert(tx, org, &user, password_hash, now).await {
        // Invited by two organizations, and accepted in the same moment.
        Err(StoreError::Duplicate(_)) => return Err(PersonError::AddressTaken(user.email)),
        other => other?,
    }
    let detail = format!("As {}, of {}", user.role.title(), invitation.invited_by);
    let action = Action::AcceptedInvitation;
    store::audit_log::insert(tx, ambient, org, &user.actor(), action, &detail).await?;
    Ok(Some(user))
}

fn in_words(invitation: &Invitation) -> String {
    let Invitation { name, email, .. } = invitation;
    format!("{name} <{email}> as {}", invitation.role.title())
}

async fn send(
    tx: &mut Tx,
    manager: Manager<'_>,
    invitation: &Invitation,
    token: &str,
) -> Result<(), PersonError> {
    let org = manager.org();
    let mut link = manager.public_url().join("/login/invitation")?;
    link.query_pairs_mut().append_pair("token", token);
    let by = &invitation.invited_by;
    let notice = Notification {
        org,
        subject: format!("{by} invited you to {}’s trust center", org.name),
        heading: "You’re invited",
        text: format!(
            "{by} invited you to work on {}’s trust center as {}. Choose a password to get \
             started. The link works once, for 7 days.",
            org.name,
            invitation.role.with_article()
        ),
        quote: "",
        button: "Accept the invitation",
        link,
        why: "You receive this because someone invited you by this address. If you don’t expect \
              it, ignore it and nothing happens.",
    };
    Ok(notice
        .send(tx, manager.ambient(), org, &invitation.email)
        .await?)
}

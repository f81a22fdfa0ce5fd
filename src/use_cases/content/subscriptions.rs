//! Getting updates by email: asked for on the page, confirmed by an emailed link, and
//! ended by a link in each email. Nothing tells whether an address is subscribed.

use clock::Ambient;
use crypto::{new_token, token_hash};
use domain::audit::Action;
use domain::content::update::UnwantedTopics;
use domain::email::EmailAddress;
use domain::ids::{OrganizationId, SubscriberId};
use domain::organizations::Organization;
use secrecy::ExposeSecret;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::content::ContentError;
use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::limits::SUBSCRIPTION_LINK;
use crate::use_cases::organizations::address::StatusAddress;

/// Mails a link that confirms the address. Whoever is subscribed already gets one
/// too: the answer is the same, and the link leads to their choice of topics.
///
/// # Errors
/// The email can't be written.
#[instrument(name = "content.subscriptions.ask", skip_all, fields(org = %org.id))]
pub async fn ask(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    email: &EmailAddress,
) -> Result<(), NotificationError> {
    let token = new_token(&ambient.random);
    let leave = new_token(&ambient.random);
    let hash = token_hash(token.expose_secret());
    let until = ambient.now() + SUBSCRIPTION_LINK;
    let leave = leave.expose_secret();
    store::content::subscribers::ask(tx, ambient, org.id, email, leave, (&hash, until)).await?;
    let address = StatusAddress::for_organization(tx, org, public_url).await?;
    let notice = Notification {
        org,
        subject: format!("Confirm: updates from {} by email", org.name),
        heading: "One click to subscribe",
        text: format!(
            "Confirm that you want to get updates of the trust center of {} by email. The link works \
             for 48 hours.",
            org.name
        ),
        quote: "",
        button: "Subscribe",
        link: address.page_with_token("/subscribe/confirm", token.expose_secret()),
        why: "You receive this because someone entered this address on the trust center. If it \
              wasn’t you, do nothing: you will get no other email.",
    };
    notice.send(tx, ambient, org, email).await
}

/// The subscriber whom the link in an email names chooses other topics. Answers false where
/// the link names nobody.
///
/// # Errors
/// Those of the database.
#[instrument(name = "content.subscriptions.choose", skip_all, fields(%org))]
pub async fn choose(
    tx: &mut Tx,
    org: OrganizationId,
    leave_token: &str,
    unwanted: &UnwantedTopics,
) -> store::Result<bool> {
    store::content::subscribers::choose(tx, org, leave_token, unwanted).await
}

/// Staff take someone off the list.
///
/// # Errors
/// They are gone already.
#[instrument(
    name = "content.subscriptions.remove",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, subscriber = %id)
)]
pub async fn remove(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: SubscriberId,
) -> Result<(), ContentError> {
    let email = store::content::subscribers::remove(tx, act.org.id, id).await?;
    let email = email.ok_or(ContentError::NotFound)?;
    act.audit(tx, Action::RemovedSubscriber, email.as_str())
        .await?;
    Ok(())
}

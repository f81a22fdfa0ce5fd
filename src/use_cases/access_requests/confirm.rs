//! A request for access that counts only once its address was confirmed by an emailed
//! link, where the organization wants that. Until then nobody is told of it: no activity,
//! no Task and no Lead comes of an address that someone made up.

use clock::Ambient;
use crypto::{new_token, token_hash};
use domain::access_requests::form::NewRequest;
use domain::organizations::Organization;
use secrecy::ExposeSecret as _;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::limits::REQUEST_LINK;
use crate::use_cases::organizations::address::StatusAddress;

/// Keeps the request and emails the link that sends it.
///
/// # Errors
/// The email can't be written.
#[instrument(name = "access_requests.confirm.ask", skip_all, fields(org = %org.id))]
pub async fn ask(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    new: &NewRequest,
) -> Result<(), NotificationError> {
    let token = new_token(&ambient.random);
    let hash = token_hash(token.expose_secret());
    let now = ambient.now();
    store::access_requests::unconfirmed::insert(tx, org.id, new, &hash, (now, now + REQUEST_LINK))
        .await?;
    let nda = if new.nda.is_some() {
        " You can read and sign the NDA there."
    } else {
        ""
    };
    let address = StatusAddress::for_organization(tx, org, public_url).await?;
    let item = new.item.as_ref().map(|item| item.id);
    let token = token.expose_secret();
    let notice = Notification {
        org,
        subject: format!("Confirm your request to {}", org.name),
        heading: "Confirm your request",
        text: format!(
            "Confirm that you request access to the trust center of {}. The link works once, for \
             48 hours; your request is sent when you follow it.{nda}",
            org.name
        ),
        quote: "",
        button: "Confirm your request",
        link: address.page_to_item_with_token("/request-access/confirm", item, token),
        why: "You receive this because someone entered this address on the trust center. If it \
              wasn’t you, do nothing: no request is sent.",
    };
    notice.send(tx, ambient, org, &new.person.email).await
}

/// What the link would send, if it still works.
#[instrument(name = "access_requests.confirm.find", skip_all, fields(org = %org.id))]
pub async fn find(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    token: &str,
) -> store::Result<Option<NewRequest>> {
    let hash = token_hash(token);
    store::access_requests::unconfirmed::find(tx, org.id, &hash, ambient.now()).await
}

/// Uses the link up: the address is its owner's, and the request is theirs.
#[instrument(name = "access_requests.confirm.take", skip_all, fields(org = %org.id))]
pub async fn take(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    token: &str,
) -> store::Result<Option<NewRequest>> {
    let hash = token_hash(token);
    store::access_requests::unconfirmed::take(tx, org.id, &hash, ambient.now()).await
}

//! Signing in by an emailed link: single use, short-lived, and never telling
//! whether an address is known.

use std::time::Duration;

use clock::Ambient;
use crypto::{new_token, token_hash};
use domain::access_requests::RequestedItem;
use domain::audit::Action;
use domain::email::EmailAddress;
use domain::ids::ItemId;
use domain::organizations::Organization;
use domain::visitors::Visitor;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use store::request_origin;
use store::visitors::magic_links::{self, Link};
use store::{StoreError, Tx};
use tracing::instrument;
use url::Url;

use crate::use_cases::email::notification::NotificationError;
use crate::use_cases::email::visitor_emails::{LinkEmail, Occasion};
use crate::use_cases::limits::VISITOR_SESSION;
use crate::use_cases::organizations::address::StatusAddress;

#[derive(Debug, thiserror::Error)]
pub enum MagicLinkError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the email could not be written: {0}")]
    Email(#[from] askama::Error),
    #[error("the public address can't carry a path: {0}")]
    Address(#[from] url::ParseError),
}

impl From<NotificationError> for MagicLinkError {
    fn from(error: NotificationError) -> Self {
        match error {
            NotificationError::Store(error) => Self::Store(error),
            NotificationError::Email(error) => Self::Email(error),
            NotificationError::Address(error) => Self::Address(error),
        }
    }
}

impl Occasion {
    /// A link that was asked for is used at once. An approval or an invitation
    /// comes when nobody is waiting for it, so its link lasts until the next day.
    const fn lasts(self) -> (Duration, &'static str) {
        match self {
            Self::SignIn => (Duration::from_mins(15), "15 minutes"),
            Self::Approved | Self::Invited => (Duration::from_hours(24), "24 hours"),
        }
    }
}

/// What a link is for, and where it leads.
#[derive(Clone, Copy)]
pub struct Purpose<'a> {
    pub occasion: Occasion,
    /// The item that it leads to; `None` for the trust center's first page.
    pub item: Option<&'a RequestedItem>,
}

impl From<Occasion> for Purpose<'_> {
    fn from(occasion: Occasion) -> Self {
        Self {
            occasion,
            item: None,
        }
    }
}

/// Makes a link for the visitor and queues the email that carries it.
#[instrument(
    name = "visitors.magic_link.send_link",
    skip_all,
    fields(org = %org.id, visitor = %visitor.id)
)]
pub async fn send_link(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    visitor: &Visitor,
    purpose: Purpose<'_>,
) -> Result<(), MagicLinkError> {
    let Purpose { occasion, item } = purpose;
    let token = new_token(&ambient.random);
    let (lasts, in_words) = occasion.lasts();
    let now = ambient.now();
    let hash = token_hash(token.expose_secret());
    let link = Link {
        visitor: visitor.id,
        item: item.map(|item| item.id),
    };
    magic_links::insert(tx, org.id, link, &hash, (now, now + lasts)).await?;
    let address = StatusAddress::for_organization(tx, org, public_url).await?;
    let token = token.expose_secret();
    let email = LinkEmail {
        occasion,
        item: item.map_or("", |item| item.title.as_str()),
        org,
        first_name: &visitor.first_name,
        link: &address.page_to_item_with_token("/enter", link.item, token),
        lasts: in_words,
        sign_in: &address.page_to_item("/sign-in", link.item),
    };
    store::email::insert(tx, ambient, org.id, &email.to(visitor.email.clone())?).await?;
    Ok(())
}

/// What the sign-in form does: mails a link where the address is known, and
/// nothing where it isn't. The caller answers the same either way.
#[instrument(name = "visitors.magic_link.request_link", skip_all, fields(org = %org.id))]
pub async fn request_link(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    email: &EmailAddress,
    item: Option<&RequestedItem>,
) -> Result<(), MagicLinkError> {
    let purpose = Purpose {
        occasion: Occasion::SignIn,
        item,
    };
    match store::visitors::by_email(tx, org.id, email).await? {
        Some(visitor) => send_link(tx, ambient, org, public_url, &visitor, purpose).await,
        None => Ok(()),
    }
}

/// A session that has begun: the cookie's value.
pub struct Entered {
    pub token: SecretString,
    pub expires_at: Timestamp,
    /// The item to which the link leads, if it still exists.
    pub item: Option<ItemId>,
}

/// Uses the link up, and every other of the visitor, and begins a session; `None` where it was used, has expired,
/// or never existed, which are not told apart.
#[instrument(name = "visitors.magic_link.enter", skip_all, fields(org = %org.id))]
pub async fn enter(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    link_token: &str,
) -> store::Result<Option<Entered>> {
    let now = ambient.now();
    let hash = token_hash(link_token);
    let Some(link) = magic_links::consume(tx, org.id, &hash, now).await? else {
        return Ok(None);
    };
    let visitor = link.visitor;
    store::visitors::confirm(tx, org.id, visitor, now).await?;
    let token = new_token(&ambient.random);
    let expires_at = now + VISITOR_SESSION;
    let hash = token_hash(token.expose_secret());
    store::visitors::sessions::insert(tx, org.id, visitor, &hash, now, expires_at).await?;
    magic_links::delete_of_visitor(tx, org.id, visitor).await?;
    request_origin::belongs_to(&hash);
    if let Some(visitor) = store::visitors::by_id(tx, org.id, visitor).await? {
        let action = Action::SignedInToTrustCenter;
        store::audit_log::insert(tx, ambient, org.id, &visitor.actor(), action, "").await?;
    }
    let item = match link.item {
        Some(item) => store::content::items::by_id(tx, org.id, item).await?,
        None => None,
    };
    Ok(Some(Entered {
        token,
        expires_at,
        item: item.map(|item| item.id),
    }))
}

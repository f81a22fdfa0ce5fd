//! Who is looking at which trust center.

use axum::extract::{FromRequestParts, RawPathParams};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method};
use crypto::token_hash;
use domain::accounts::profile::DocumentScope;
use domain::content::Item;
use domain::content::logo::Logos;
use domain::organizations::Organization;
use secrecy::ExposeSecret;
use store::Tx;

use crate::app::App;
use crate::config::Config;
use crate::use_cases::limits::VISITOR_SESSION;
use crate::use_cases::visitors::MemberOf;
use crate::use_cases::visitors::access::{Access, ItemAccess, KnownVisitor};
use crate::use_cases::visitors::account_view::{self, AccountView};
use crate::use_cases::visitors::magic_link::Entered;
use crate::web::http::cookie;
use crate::web::http::error::WebError;
use crate::web::http::staff_session;

/// Each trust center has a session of its own, also where several are on one host.
fn cookie_of(org: &Organization) -> String {
    format!("gh_visitor_{}", org.slug)
}

/// The organization that the address names, and the visitor if signed in there.
#[derive(Clone, Debug)]
pub struct StatusPage {
    pub org: Organization,
    pub visitor: Option<KnownVisitor>,
    /// Staff who look with an account's eyes: `visitor` is theirs then.
    pub view: Option<AccountView>,
    pub logos: Logos,
}

impl StatusPage {
    /// How the visitor stands to what is locked. Whether a certain item is open is
    /// [`Self::opens`], which every address that shows or gives one asks.
    pub fn access(&self) -> Access<'_> {
        Access::for_visitor(self.visitor.as_ref())
    }

    /// How this item stands to the visitor.
    pub fn item_access(&self, item: &Item) -> ItemAccess {
        match &self.visitor {
            Some(known) => self.access().item_access(&known.scope, item),
            None => self.access().item_access(&DocumentScope::Everything, item),
        }
    }

    /// Whether the visitor may read this item, its document, and what was said about it.
    pub fn opens(&self, item: &Item) -> bool {
        self.item_access(item) == ItemAccess::Open
    }

    /// Whoever has a shared trust center. Only what these do is told to Salesforce:
    /// before its NDA an account has no shared trust center to look at.
    pub fn member(&self) -> Option<MemberOf<'_>> {
        match self.access() {
            Access::Open(member) => Some(member),
            Access::Anonymous | Access::NoAccount | Access::Expired(_) | Access::NdaFirst(_) => {
                None
            }
        }
    }

    /// An address below this trust center: `path` is empty or begins with `/`.
    pub fn path(&self, path: &str) -> String {
        format!("/trust/{}{path}", self.org.slug)
    }
}

impl FromRequestParts<App> for StatusPage {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let params = RawPathParams::from_request_parts(parts, app)
            .await
            .map_err(|_| WebError::NotFound)?;
        let slug = params.iter().find(|(name, _)| *name == "slug");
        let (_, slug) = slug.ok_or(WebError::NotFound)?;
        let page = Self::load(app, &parts.headers, slug).await?;
        match &page.view {
            Some(view) if !is_read_only(&parts.method) => {
                let account = &view.account.name;
                Err(WebError::Forbidden(format!(
                    "You’re viewing the trust center as {account}. This view is read-only: \
                     nothing was sent or changed. Leave the view at the top of the page first."
                )))
            }
            _ => Ok(page),
        }
    }
}

impl StatusPage {
    /// The trust center of that name, and the visitor whose session the headers have.
    ///
    /// # Errors
    /// There is no such organization, or the database fails.
    pub(in crate::web) async fn load(
        app: &App,
        headers: &HeaderMap,
        slug: &str,
    ) -> Result<Self, WebError> {
        let mut tx = app.db.read().await?;
        let org = store::organizations::by_slug(&mut tx, slug).await?;
        let org = org.ok_or(WebError::NotFound)?;
        let (view, visitor) = match account_view(&mut tx, app, headers, &org).await? {
            Some((view, eyes)) => (Some(view), Some(eyes)),
            None => match session_hash(&app.config, headers, &org) {
                Some(hash) => (None, signed_in(&mut tx, app, &org, &hash).await?),
                None => (None, None),
            },
        };
        let logos = store::content::logos::of(&mut tx, org.id).await?;
        Ok(Self {
            org,
            visitor,
            view,
            logos,
        })
    }
}

/// Whether a request by this method changes nothing.
fn is_read_only(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD)
}

/// The view of an account that goes on in the session of the dashboard in the same browser.
async fn account_view(
    tx: &mut Tx,
    app: &App,
    headers: &HeaderMap,
    org: &Organization,
) -> store::Result<Option<(AccountView, KnownVisitor)>> {
    let Some(token) = cookie::read(&app.config, headers, staff_session::COOKIE) else {
        return Ok(None);
    };
    account_view::current(tx, &app.ambient, org.id, &token_hash(token)).await
}

async fn signed_in(
    tx: &mut Tx,
    app: &App,
    org: &Organization,
    hash: &str,
) -> store::Result<Option<KnownVisitor>> {
    let now = app.ambient.now();
    let Some(id) = store::visitors::sessions::find(tx, org.id, hash, now).await? else {
        return Ok(None);
    };
    let Some(visitor) = store::visitors::by_id(tx, org.id, id).await? else {
        return Ok(None);
    };
    let today = app.ambient.today();
    KnownVisitor::load(tx, org.id, visitor, today)
        .await
        .map(Some)
}

/// The hash of the session's token that the browser sent.
pub(in crate::web) fn session_hash(
    config: &Config,
    headers: &HeaderMap,
    org: &Organization,
) -> Option<String> {
    cookie::read(config, headers, &cookie_of(org)).map(token_hash)
}

/// Signs the browser in, to this trust center only.
pub(in crate::web) fn session_cookie(
    config: &Config,
    page: &StatusPage,
    entered: &Entered,
) -> HeaderValue {
    let seconds = u32::try_from(VISITOR_SESSION.as_secs()).ok();
    let token = entered.token.expose_secret();
    cookie::set(config, &cookie_of(&page.org), token, seconds)
}

pub(in crate::web) fn no_session_cookie(config: &Config, page: &StatusPage) -> HeaderValue {
    cookie::clear(config, &cookie_of(&page.org))
}

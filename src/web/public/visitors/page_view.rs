//! Who looks through this request. A page counts where a person looks at it: not for a
//! HEAD, a browser that fetches ahead of its person, or a robot. A document counts for
//! whoever is signed in and gets bytes of it. The organization's own staff never count.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::Response;
use crypto::token_hash;
use domain::analytics::usage::is_robot;
use domain::content::Item;
use domain::ids::OrganizationId;
use domain::staff::SessionStage;
use store::Tx;

use crate::app::App;
use crate::use_cases::views::Viewed;
use crate::use_cases::visitors::SignedIn;
use crate::use_cases::visitors::access::Access;
use crate::web::http::client_ip::ClientIp;
use crate::web::http::cookie;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::staff_session;
use crate::web::http::visitor::StatusPage;

/// What the request tells of whoever is behind it.
#[derive(Clone, Debug)]
pub(crate) struct PageView {
    is_get: bool,
    /// A browser fetches ahead of its person.
    is_ahead: bool,
    ip: String,
    user_agent: String,
    /// Of a session of the dashboard in the same browser.
    staff_session: Option<String>,
}

impl FromRequestParts<App> for PageView {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let Ok(ClientIp(ip)) = ClientIp::from_request_parts(parts, app).await;
        let headers = &parts.headers;
        let user_agent = headers.get(header::USER_AGENT);
        Ok(Self {
            is_get: parts.method == Method::GET,
            is_ahead: is_fetched_ahead(headers),
            ip,
            user_agent: user_agent.map_or_else(String::new, |value| {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            }),
            staff_session: cookie::read(&app.config, headers, staff_session::COOKIE)
                .map(token_hash),
        })
    }
}

fn is_fetched_ahead(headers: &HeaderMap) -> bool {
    let purpose = headers
        .get("sec-purpose")
        .or_else(|| headers.get("purpose"));
    purpose.is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"))
}

/// How much of a document an answer hands out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::web::public) enum Given {
    None,
    All,
    /// A part, and whether it is the first.
    Part(bool),
}

impl Given {
    pub(crate) fn from_response(response: &Response) -> Self {
        let range = response.headers().get(header::CONTENT_RANGE);
        match (response.status(), range) {
            (StatusCode::OK, _) => Self::All,
            (StatusCode::PARTIAL_CONTENT, Some(range)) => {
                Self::Part(range.as_bytes().starts_with(b"bytes 0-"))
            }
            _ => Self::None,
        }
    }
}

impl PageView {
    /// Counts a page, if a person of someone else's looks at it. Whoever is signed in is
    /// a person, whatever their program says of itself: a robot has no session.
    pub(crate) async fn note(
        &self,
        app: &App,
        page: &StatusPage,
        what: Viewed<'_>,
    ) -> WebResult<()> {
        if !self.is_get || self.is_ahead || page.view.is_some() {
            return Ok(());
        }
        match who(page) {
            Some(who) => self.note_known(app, page, who, what, false).await,
            None if is_robot(&self.user_agent) => Ok(()),
            None => self.note_anonymous(app, page, what).await,
        }
    }

    /// Counts what was handed out of a document. Whoever is signed in has it counted
    /// whatever their program says of itself; the parts of one download count once.
    pub(crate) async fn note_document(
        &self,
        app: &App,
        page: &StatusPage,
        what: Viewed<'_>,
        given: Given,
    ) -> WebResult<()> {
        if !self.is_get || given == Given::None || page.view.is_some() {
            return Ok(());
        }
        if let Some(who) = who(page) {
            let is_part = given != Given::All;
            return self.note_known(app, page, who, what, is_part).await;
        }
        match given {
            Given::All | Given::Part(true) => self.note(app, page, what).await,
            Given::Part(false) | Given::None => Ok(()),
        }
    }

    /// Of strangers, what can't be counted is not worth refusing the page; nor does it
    /// wait for the database.
    async fn note_anonymous(
        &self,
        app: &App,
        page: &StatusPage,
        what: Viewed<'_>,
    ) -> WebResult<()> {
        if self.staff_session.is_some() {
            let mut tx = app.db.read().await?;
            if self.is_of_staff(&mut tx, app, page).await? {
                return Ok(());
            }
        }
        self.add_anonymous(app, page.org.id, what);
        Ok(())
    }

    /// The same as [`Self::note`] of a request that holds no cookie at all, so that it is
    /// neither a visitor's nor a staff member's.
    pub(crate) fn note_stranger(&self, app: &App, org: OrganizationId, what: Viewed<'_>) {
        if self.is_get && !self.is_ahead && !is_robot(&self.user_agent) {
            self.add_anonymous(app, org, what);
        }
    }

    fn add_anonymous(&self, app: &App, org: OrganizationId, what: Viewed<'_>) {
        let view = what.by_anonymous(org, app.ambient.now(), &self.ip, &self.user_agent);
        if !app.anonymous_views.add(view) {
            tracing::debug!("a view was not counted: there are too many");
        }
    }

    async fn note_known(
        &self,
        app: &App,
        page: &StatusPage,
        who: SignedIn<'_>,
        what: Viewed<'_>,
        is_part: bool,
    ) -> WebResult<()> {
        match self.count(app, page, who, what, is_part).await {
            Err(error) if !matches!(who, SignedIn::Member(_)) => {
                tracing::warn!(%error, "a view was not counted");
                Ok(())
            }
            done => Ok(done?),
        }
    }

    async fn count(
        &self,
        app: &App,
        page: &StatusPage,
        who: SignedIn<'_>,
        what: Viewed<'_>,
        is_part: bool,
    ) -> store::Result<()> {
        let mut tx = app.db.begin().await?;
        if self.is_of_staff(&mut tx, app, page).await? {
            return Ok(());
        }
        let (org, ambient) = (page.org.id, &app.ambient);
        what.by_signed_in(&mut tx, ambient, org, who, is_part)
            .await?;
        tx.commit().await
    }

    /// Whether this browser is signed in to the organization's dashboard, or the
    /// visitor's address is one of its staff's.
    pub(in crate::web::public) async fn is_of_staff(
        &self,
        tx: &mut Tx,
        app: &App,
        page: &StatusPage,
    ) -> store::Result<bool> {
        if let Some(hash) = &self.staff_session {
            let now = app.ambient.now();
            let session = store::staff::sessions::find_across_tenants(tx, hash, now).await?;
            if session.is_some_and(|session| {
                session.org == page.org.id && session.stage == SessionStage::Full
            }) {
                return Ok(true);
            }
        }
        let Some(known) = &page.visitor else {
            return Ok(false);
        };
        let email = &known.visitor.email;
        let user = store::staff::users::by_email_across_tenants(tx, email).await?;
        Ok(user.is_some_and(|(org, user, _)| org == page.org.id && user.is_active))
    }
}

/// Whoever is signed in.
fn who(page: &StatusPage) -> Option<SignedIn<'_>> {
    match page.access() {
        Access::Open(member) => Some(SignedIn::Member(member)),
        Access::NdaFirst(member) => {
            Some(SignedIn::Other(member.visitor.id, Some(member.account.id)))
        }
        Access::Anonymous | Access::NoAccount | Access::Expired(_) => {
            let known = page.visitor.as_ref()?;
            Some(SignedIn::Other(known.visitor.id, None))
        }
    }
}

/// An item's page in the words of an activity.
pub(in crate::web::public) fn words_of(page: &StatusPage, item: &Item) -> String {
    let path = page.path(&format!("/items/{}", item.id));
    format!("{path} · {}", item.title)
}

//! Who is signed in to the dashboard, and what that person may do. A handler
//! that takes one of these can't be reached by anyone else.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, Uri, header};
use crypto::token_hash;
use domain::audit::Action;
use domain::organizations::{Organization, Role};
use domain::staff::{SessionStage, StaffUser};
use jiff::Timestamp;
use store::request_origin;
use store::staff::sessions::{LastUse, Session};

use crate::app::App;
use crate::use_cases::StaffAction;
use crate::use_cases::staff::sign_in;
use crate::web::http::cookie;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::theme::Theme;
use crate::web::http::upload::Sender;
use crate::web::limits::USER_AGENT;

/// The cookie of a session.
pub const COOKIE: &str = "gh_staff";
/// Where a second factor is set up.
pub const SETUP: &str = "/login/second-factor";
/// Where the password is asked for again.
pub const CONFIRM: &str = "/login/confirm";

/// A person who is signed in, with the organization: else a redirect to the
/// sign-in page.
#[derive(Clone, Debug)]
pub struct Staff {
    pub org: Organization,
    pub user: StaffUser,
    /// What the database has of the session's token.
    pub session_hash: String,
    /// When the request came.
    pub now: Timestamp,
    /// In which colours they like the dashboard.
    pub theme: Theme,
}

/// Someone whose password was right, and who may have to do more before they are signed
/// in: only the pages of signing in take it.
pub struct SigningIn {
    pub staff: Staff,
    pub session: Session,
}

/// Staff who may decide requests and edit content: else a page that says why not.
pub struct Editor(pub Staff);

/// Staff who may change settings: else a page that says why not.
pub struct Admin(pub Staff);

/// Someone who entered their password within the last hour: else a page that asks for it
/// and leads back. For what can't be undone.
pub struct Reauthenticated<T>(pub T);

impl Staff {
    /// Whose storage what they upload takes.
    pub fn sender(&self) -> Sender {
        Sender {
            org: self.org.id,
            account: None,
        }
    }

    /// Writes into the audit log what they did, where it is nothing but that.
    pub async fn audit(&self, app: &App, action: Action, detail: &str) -> store::Result<()> {
        let mut tx = app.db.begin().await?;
        self.action(app).audit(&mut tx, action, detail).await?;
        tx.commit().await
    }

    /// What they do, as the use cases take it.
    pub fn action<'a>(&'a self, app: &'a App) -> StaffAction<'a> {
        StaffAction {
            ambient: &app.ambient,
            org: &self.org,
            by: &self.user,
            session: &self.session_hash,
            public_url: &app.config.public_url,
        }
    }

    pub fn is_editor(&self) -> bool {
        self.user.role >= Role::Editor
    }

    pub fn is_admin(&self) -> bool {
        self.user.role >= Role::Admin
    }

    fn at_least(self, role: Role) -> WebResult<Self> {
        if self.user.role >= role {
            return Ok(self);
        }
        Err(WebError::Forbidden(format!(
            "This needs the {} role; you are signed in as {} with the {} role. An Admin of {} can \
             do it for you or change your role.",
            role.title(),
            self.user.name,
            self.user.role.title(),
            self.org.name
        )))
    }
}

impl FromRequestParts<App> for Staff {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let SigningIn { staff, session } = SigningIn::from_request_parts(parts, app).await?;
        match session.stage {
            SessionStage::Full => {}
            SessionStage::Code => {
                let to = code_page(&way_back(parts));
                return Err(WebError::SigningIn { to });
            }
            SessionStage::Setup => {
                let to = SETUP.to_owned();
                return Err(WebError::SigningIn { to });
            }
        }
        note_use(app, &parts.headers, &staff, &session).await?;
        Ok(staff)
    }
}

async fn note_use(
    app: &App,
    headers: &HeaderMap,
    staff: &Staff,
    session: &Session,
) -> Result<(), WebError> {
    let user_agent = headers.get(header::USER_AGENT).map(HeaderValue::as_bytes);
    let user_agent = String::from_utf8_lossy(user_agent.unwrap_or_default());
    let used = LastUse {
        at: app.ambient.now(),
        network: request_origin::network(),
        user_agent: user_agent.chars().take(USER_AGENT).collect(),
    };
    if let Some(expires_at) = sign_in::noted(session, &used) {
        let (org, hash) = (staff.org.id, &staff.session_hash);
        let mut tx = app.db.begin().await?;
        store::staff::sessions::note_use(&mut tx, org, hash, &used, expires_at).await?;
        tx.commit().await?;
    }
    Ok(())
}

impl FromRequestParts<App> for SigningIn {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let sign_in = || WebError::SignIn {
            next: way_back(parts),
        };
        let token = cookie::read(&app.config, &parts.headers, COOKIE).ok_or_else(sign_in)?;
        let session_hash = token_hash(token);
        let now = app.ambient.now();
        let mut tx = app.db.read().await?;
        let session = store::staff::sessions::find_across_tenants(&mut tx, &session_hash, now)
            .await?
            .ok_or_else(sign_in)?;
        let org = store::organizations::by_id(&mut tx, session.org).await?;
        let user = store::staff::users::active_by_id(&mut tx, session.org, session.user).await?;
        drop(tx);
        let (Some(org), Some(user)) = (org, user) else {
            return Err(sign_in());
        };
        request_origin::belongs_to(&session_hash);
        let staff = Staff {
            org,
            user,
            session_hash,
            now,
            theme: Theme::read(&app.config, &parts.headers),
        };
        Ok(Self { staff, session })
    }
}

/// Where the code after the password is entered, and `next` comes after it.
pub fn code_page(next: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next)
        .finish();
    format!("/login/code?{query}")
}

impl FromRequestParts<App> for Editor {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let staff = Staff::from_request_parts(parts, app).await?;
        staff.at_least(Role::Editor).map(Self)
    }
}

impl FromRequestParts<App> for Admin {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let staff = Staff::from_request_parts(parts, app).await?;
        staff.at_least(Role::Admin).map(Self)
    }
}

impl<T> FromRequestParts<App> for Reauthenticated<T>
where
    T: FromRequestParts<App, Rejection = WebError> + Send,
{
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let found = T::from_request_parts(parts, app).await?;
        let SigningIn { session, .. } = SigningIn::from_request_parts(parts, app).await?;
        if sign_in::is_confirmed(&session, app.ambient.now()) {
            return Ok(Self(found));
        }
        let to = confirm_page(&page_before(&parts.headers));
        Err(WebError::SigningIn { to })
    }
}

/// Where the password is asked for again, and `next` comes after it.
fn confirm_page(next: &str) -> String {
    let query: String = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("next", next)
        .finish();
    format!("{CONFIRM}?{query}")
}

/// The page that the form was on.
fn page_before(headers: &HeaderMap) -> String {
    let referer = headers.get(header::REFERER);
    let uri = referer.and_then(|text| text.to_str().ok()?.parse::<Uri>().ok());
    let page = uri.as_ref().and_then(Uri::path_and_query);
    page.map_or_else(|| "/dashboard".to_owned(), ToString::to_string)
}

/// The page that was asked for; a form can't be sent again after signing in.
fn way_back(parts: &Parts) -> String {
    match parts.method {
        Method::GET => parts
            .uri
            .path_and_query()
            .map_or_else(|| "/dashboard".to_owned(), ToString::to_string),
        _ => "/dashboard".to_owned(),
    }
}

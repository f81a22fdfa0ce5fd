//! Who is signed in to the dashboard, and what that person may do. A handler
//! that takes one of these can't be reached by anybody else.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;

use super::cookie;
use super::error::{WebError, WebResult};
use super::upload::Sender;
use crate::app::App;
use crate::clock::Ambient;
use crate::crypto::token_hash;
use crate::domain::organization::{Organization, Role};
use crate::domain::staff::{SessionStage, StaffUser};
use crate::store;
use crate::store::staff_session::Session;
use crate::trust_center::people::{Acting, By};
use crate::trust_center::second_factor::Me;
use crate::trust_center::sign_in;

/// The cookie of a session.
pub const COOKIE: &str = "gh_staff";
/// Where a second factor is set up.
pub const SETUP: &str = "/login/second-factor";

/// A person who is signed in, with the organization: else a redirect to the
/// sign-in page.
#[derive(Clone, Debug)]
pub struct Staff {
    pub org: Organization,
    pub user: StaffUser,
    /// What the database has of the session's token.
    pub session_hash: String,
}

/// Somebody whose password was right, and who may have to do more before they are signed
/// in: only the pages of signing in take it.
pub struct SigningIn {
    pub staff: Staff,
    pub session: Session,
}

/// Staff who may decide requests and edit content: else a page that says why not.
pub struct Editor(pub Staff);

/// Staff who may change settings: else a page that says why not.
pub struct Admin(pub Staff);

impl Staff {
    /// Whose storage what they upload takes.
    pub fn sender(&self) -> Sender {
        Sender {
            org: self.org.id,
            account: None,
        }
    }

    /// As whom they manage their second factor.
    pub fn me<'a>(&'a self, app: &'a App) -> Me<'a> {
        Me {
            ambient: &app.ambient,
            keyring: &app.config.keyring,
            org: &self.org,
            user: &self.user,
            session: &self.session_hash,
        }
    }

    /// As whom they manage people.
    pub fn acting<'a>(&'a self, ambient: &'a Ambient) -> Acting<'a> {
        Acting {
            ambient,
            org: &self.org,
            by: By::Staff {
                user: &self.user,
                session: &self.session_hash,
            },
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
        if let Some(expires_at) = sign_in::extended(&session, app.ambient.now()) {
            let mut tx = app.db.begin().await?;
            let org = staff.org.id;
            store::staff_session::extend(&mut tx, org, &staff.session_hash, expires_at).await?;
            tx.commit().await?;
        }
        Ok(staff)
    }
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
        let session = store::staff_session::find_across_tenants(&mut tx, &session_hash, now)
            .await?
            .ok_or_else(sign_in)?;
        let org = store::organization::by_id(&mut tx, session.org).await?;
        let user = store::staff_user::active_by_id(&mut tx, session.org, session.user).await?;
        drop(tx);
        let (Some(org), Some(user)) = (org, user) else {
            return Err(sign_in());
        };
        let staff = Staff {
            org,
            user,
            session_hash,
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

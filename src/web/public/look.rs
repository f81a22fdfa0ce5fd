//! Who looks through this request: nobody at all for a HEAD, a browser that fetches
//! ahead of its person, or a robot; nobody who counts for the organization's own staff.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, header};

use crate::app::App;
use crate::crypto::token_hash;
use crate::domain::usage::is_robot;
use crate::store::{self, Tx};
use crate::trust_center::access::Access;
use crate::trust_center::usage::{self, What, Who};
use crate::web::client_ip::ClientIp;
use crate::web::error::{WebError, WebResult};
use crate::web::visitor::StatusPage;
use crate::web::{cookie, staff};

/// What the request tells of whoever is behind it.
#[derive(Clone, Debug)]
pub struct Look {
    is_look: bool,
    ip: String,
    user_agent: String,
    /// Of a session of the dashboard in the same browser.
    staff_session: Option<String>,
}

impl FromRequestParts<App> for Look {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, WebError> {
        let Ok(ClientIp(ip)) = ClientIp::from_request_parts(parts, app).await;
        let headers = &parts.headers;
        let user_agent = headers.get(header::USER_AGENT);
        Ok(Self {
            is_look: parts.method == Method::GET && !is_fetched_ahead(headers),
            ip,
            user_agent: user_agent.map_or_else(String::new, |value| {
                String::from_utf8_lossy(value.as_bytes()).into_owned()
            }),
            staff_session: cookie::read(headers, staff::COOKIE).map(token_hash),
        })
    }
}

fn is_fetched_ahead(headers: &HeaderMap) -> bool {
    let purpose = headers
        .get("sec-purpose")
        .or_else(|| headers.get("purpose"));
    purpose.is_some_and(|purpose| purpose.as_bytes().starts_with(b"prefetch"))
}

impl Look {
    /// Counts what is looked at, if a person of somebody else's looks. What a member
    /// downloads counts whatever their program calls itself: the file has left the
    /// house. Of strangers, what can't be counted is not worth refusing the page.
    pub async fn note(&self, app: &App, page: &StatusPage, what: What<'_>) -> WebResult<()> {
        let who = match page.access() {
            Access::Open(member) => Who::Member(member),
            Access::NdaFirst(member) => Who::Guest(member.visitor.id, Some(member.account.id)),
            Access::Anonymous | Access::NoAccount | Access::Expired(_) => match &page.visitor {
                Some(known) => Who::Guest(known.visitor.id, None),
                None => Who::Anonymous {
                    ip: &self.ip,
                    user_agent: &self.user_agent,
                },
            },
        };
        let taken = matches!((who, what), (Who::Member(_), What::Download { .. }));
        if !self.is_look || (is_robot(&self.user_agent) && !taken) {
            return Ok(());
        }
        match self.count(app, page, who, what).await {
            Err(error) if !matches!(who, Who::Member(_)) => {
                tracing::warn!(%error, "a look was not counted");
                Ok(())
            }
            done => Ok(done?),
        }
    }

    async fn count(
        &self,
        app: &App,
        page: &StatusPage,
        who: Who<'_>,
        what: What<'_>,
    ) -> store::Result<()> {
        let mut tx = app.db.begin().await?;
        if self.is_staff(&mut tx, app, page).await? {
            return Ok(());
        }
        usage::note(&mut tx, &app.ambient, page.org.id, who, what).await?;
        tx.commit().await
    }

    /// Whether this browser is signed in to the organization's dashboard, or the
    /// visitor's address is one of its staff's.
    async fn is_staff(&self, tx: &mut Tx, app: &App, page: &StatusPage) -> store::Result<bool> {
        if let Some(hash) = &self.staff_session {
            let now = app.ambient.now();
            let session = store::staff_session::find_across_tenants(tx, hash, now).await?;
            if session.is_some_and(|session| session.org == page.org.id) {
                return Ok(true);
            }
        }
        let Some(known) = &page.visitor else {
            return Ok(false);
        };
        let email = &known.visitor.email;
        let user = store::staff_user::by_email_across_tenants(tx, email).await?;
        Ok(user.is_some_and(|(org, _, _)| org == page.org.id))
    }
}

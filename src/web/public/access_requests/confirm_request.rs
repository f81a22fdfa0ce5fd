//! Confirming the address of a request for access, where the organization wants that.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use domain::access_requests::form::NewRequest;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::access_requests::confirm;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::access_requests::request_access;
use crate::web::public::frame::Frame;

/// Where someone stands, in one page each.
enum Step {
    /// A link is on its way.
    Sent,
    Confirm {
        token: String,
        request: NewRequest,
    },
    Stale,
}

#[derive(Template)]
#[template(path = "public/access_requests/confirm_request.html")]
struct Page {
    frame: Frame,
    step: Step,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    token: String,
}

/// Where someone is led who has asked.
pub(super) const SENT: &str = "/request-access/check-email";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/request-access/check-email", get(sent))
        .route("/request-access/confirm", get(show).post(confirm))
}

fn shown(page: &StatusPage, step: Step) -> WebResult {
    let status = match step {
        Step::Stale => StatusCode::GONE,
        Step::Sent | Step::Confirm { .. } => StatusCode::OK,
    };
    let frame = Frame::new(page, None);
    page::html_with(status, &Page { frame, step })
}

async fn sent(page: StatusPage) -> WebResult {
    shown(&page, Step::Sent)
}

/// Where the emailed link leads. Mail scanners follow links, so looking does not use it
/// up; the button does.
async fn show(State(app): State<App>, Query(query): Query<Token>, page: StatusPage) -> WebResult {
    let mut tx = app.db.read().await?;
    let found = confirm::find(&mut tx, &app.ambient, &page.org, &query.token).await?;
    let token = query.token;
    let step = found.map_or(Step::Stale, |request| Step::Confirm { token, request });
    shown(&page, step)
}

async fn confirm(State(app): State<App>, page: StatusPage, Form(form): Form<Token>) -> WebResult {
    let mut tx = app.db.begin().await?;
    let taken = confirm::take(&mut tx, &app.ambient, &page.org, &form.token).await?;
    let Some(request) = taken else {
        return shown(&page, Step::Stale);
    };
    // The organization may have refused the domain since the link was sent.
    let (policy, _) = store::access_requests::policy::of(&mut tx, page.org.id).await?;
    if let Some(why) = policy.refusal(&request.person.email) {
        return Err(WebError::Forbidden(why));
    }
    request_access::send(&app, tx, &page, &request).await
}

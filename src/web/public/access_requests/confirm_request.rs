//! Confirming the address of a request for access, where the organization wants that.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use domain::access_requests::RequestedItem;
use domain::access_requests::form::NewRequest;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::access_requests::confirm;
use crate::web::http::client_ip::ClientAddress;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::access_requests::nda_part::{NdaPart, Sender};
use crate::web::public::access_requests::send;
use crate::web::public::frame::Frame;
use crate::web::public::nda::certificate_file;
use crate::web::public::requested_item;

/// Where someone stands, in one page each.
enum Step {
    /// A link is on its way.
    Sent,
    Confirm {
        token: String,
        request: Box<NewRequest>,
        /// Where it was to be signed with the request: whoever has the link reads it here, and
        /// signs now, because anyone may have filled in the form.
        nda: Option<NdaPart>,
    },
    /// With what the request was for, where the link says so.
    Stale(Option<RequestedItem>),
}

#[derive(Template)]
#[template(path = "public/access_requests/confirm_request.html")]
struct Page {
    frame: Frame,
    step: Step,
}

#[derive(Deserialize)]
struct Sent {
    #[serde(default)]
    token: String,
    #[serde(default)]
    item: String,
    /// Of the text that was read.
    #[serde(default)]
    nda_version: i64,
    #[serde(default)]
    full_name: String,
    #[serde(default)]
    agree: String,
}

/// Where someone is led who has asked.
pub(super) const SENT: &str = "/request-access/check-email";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/request-access/check-email", get(sent))
        .route("/request-access/confirm", get(show).post(confirm))
}

fn shown(page: &StatusPage, step: Step) -> WebResult {
    let status = match &step {
        Step::Stale(_) => StatusCode::GONE,
        Step::Confirm { nda: Some(nda), .. } if nda.mistakes() > 0 => {
            StatusCode::UNPROCESSABLE_ENTITY
        }
        Step::Sent | Step::Confirm { .. } => StatusCode::OK,
    };
    let frame = Frame::new(page, None);
    page::html_with(status, &Page { frame, step })
}

async fn stale(app: &App, page: &StatusPage, item: &str) -> WebResult {
    let item = requested_item::find(app, page, item).await?;
    shown(page, Step::Stale(item))
}

async fn sent(page: StatusPage) -> WebResult {
    shown(&page, Step::Sent)
}

/// Where the emailed link leads. Mail scanners follow links, so looking does not use it
/// up; the button does.
async fn show(State(app): State<App>, Query(query): Query<Sent>, page: StatusPage) -> WebResult {
    let mut tx = app.db.read().await?;
    let found = confirm::find(&mut tx, &app.ambient, &page.org, &query.token).await?;
    drop(tx);
    let token = query.token;
    match found {
        Some(request) => {
            let nda = nda_part(&app, &page, &request).await?;
            let request = Box::new(request);
            shown(
                &page,
                Step::Confirm {
                    token,
                    request,
                    nda,
                },
            )
        }
        None => stale(&app, &page, &query.item).await,
    }
}

/// The text as it is offered now, with the name that was typed; `None` where nothing was to be
/// signed.
async fn nda_part(
    app: &App,
    page: &StatusPage,
    request: &NewRequest,
) -> WebResult<Option<NdaPart>> {
    let Some(wanted) = &request.nda else {
        return Ok(None);
    };
    let mut offered = NdaPart::offered(app, page).await?;
    if let Some(nda) = &mut offered {
        wanted.full_name.as_str().clone_into(&mut nda.full_name);
        nda.changed = nda.version != wanted.version;
    }
    Ok(offered)
}

async fn confirm(
    State(app): State<App>,
    address: ClientAddress,
    headers: HeaderMap,
    page: StatusPage,
    Form(form): Form<Sent>,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let found = confirm::find(&mut tx, &app.ambient, &page.org, &form.token).await?;
    let Some(mut request) = found else {
        drop(tx);
        return stale(&app, &page, &form.item).await;
    };
    // The organization may have refused the domain since the link was sent.
    let (policy, _) = store::access_requests::policy::of(&mut tx, page.org.id).await?;
    drop(tx);
    if let Some(why) = policy.refusal(&request.person.email) {
        return Err(WebError::Forbidden(why));
    }
    if let Some(mut nda) = nda_part(&app, &page, &request).await? {
        let sender = Sender::new(&app, &address, &headers);
        nda.changed = false;
        let (version, agrees) = (form.nda_version, form.agree == "yes");
        let signed = nda.read(version, &form.full_name, agrees, sender);
        if nda.is_refused() {
            let (token, request) = (form.token, Box::new(request));
            return shown(
                &page,
                Step::Confirm {
                    token,
                    request,
                    nda: Some(nda),
                },
            );
        }
        request.nda = signed;
    } else {
        request.nda = None;
    }
    let nda = send::accept(&app, &page, &request).await?;
    let mut tx = app.db.begin().await?;
    let taken = confirm::take(&mut tx, &app.ambient, &page.org, &form.token).await?;
    if let Some(request) = taken {
        return send::send(&app, tx, &page, &request, nda).await;
    }
    drop(tx);
    if let Some(nda) = nda {
        certificate_file::discard(&app, nda.storage_key()).await;
    }
    stale(&app, &page, &form.item).await
}

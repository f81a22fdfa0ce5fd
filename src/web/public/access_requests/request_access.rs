//! The form by which a visitor asks for access.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use domain::access_requests::form::{Mistakes, NewRequest, RequestForm};
use domain::email::EmailAddress;
use domain::limits::REASON;
use serde::Deserialize;
use store::Tx;

use crate::app::App;
use crate::use_cases::access_requests::confirm;
use crate::use_cases::access_requests::request::request_access;
use crate::use_cases::visitors::access::Access;
use crate::web::http::client_ip::ClientIp;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::{
    REQUEST_LINKS_PER_EMAIL, REQUESTS_PER_DOMAIN, REQUESTS_PER_EMAIL, REQUESTS_PER_IP,
    REQUESTS_PER_ORGANIZATION, WINDOW,
};
use crate::web::public::access_requests::confirm_request as confirm_request_page;
use crate::web::public::frame::Frame;
use crate::web::public::requested_item::{self, ItemQuery};

#[derive(Template)]
#[template(path = "public/access_requests/request_access.html")]
struct RequestPage {
    frame: Frame,
    form: RequestForm,
    mistakes: Mistakes,
    most_reason: usize,
}

#[derive(Template)]
#[template(path = "public/access_requests/request_received.html")]
struct Received {
    frame: Frame,
}

/// As the browser sends it: what is missing counts as empty.
#[derive(Deserialize)]
pub(super) struct Fields {
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    company: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    item: String,
}

/// The form, with what is known of the visitor and of their wish filled in.
pub(super) async fn form(
    State(app): State<App>,
    Query(wish): Query<ItemQuery>,
    page: StatusPage,
) -> WebResult {
    let item = requested_item::find(&app, &page, &wish.item).await?;
    if matches!(page.access(), Access::Open(_) | Access::NdaFirst(_)) {
        return Ok(page::see_other(&requested_item::path_to(
            &page,
            item.map(|item| item.id),
        )));
    }
    let mut form = page
        .visitor
        .as_ref()
        .map_or_else(RequestForm::default, |known| RequestForm {
            first_name: known.visitor.first_name.clone(),
            last_name: known.visitor.last_name.clone(),
            email: known.visitor.email.to_string(),
            company: known.visitor.company.clone(),
            reason: String::new(),
            item: None,
        });
    form.item = item;
    page::html(&RequestPage {
        frame: Frame::new(&page, None),
        form,
        mistakes: Mistakes::default(),
        most_reason: REASON,
    })
}

pub(super) async fn submit(
    State(app): State<App>,
    ClientIp(ip): ClientIp,
    page: StatusPage,
    Form(fields): Form<Fields>,
) -> WebResult {
    let form = RequestForm {
        first_name: fields.first_name,
        last_name: fields.last_name,
        email: fields.email,
        company: fields.company,
        reason: fields.reason,
        item: requested_item::find(&app, &page, &fields.item).await?,
    };
    let new = match accepted(&app, &page, &form).await? {
        Ok(new) => new,
        Err(mistakes) => {
            let again = RequestPage {
                frame: Frame::new(&page, None),
                form,
                mistakes,
                most_reason: REASON,
            };
            return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &again);
        }
    };
    let (org, email) = (page.org.id, &new.person.email);
    let keys = [
        (format!("request-ip:{org}:{ip}"), REQUESTS_PER_IP),
        (
            format!("request-email:{org}:{}", email.mailbox()),
            REQUESTS_PER_EMAIL,
        ),
        (
            format!("request-domain:{org}:{}", email.domain()),
            REQUESTS_PER_DOMAIN,
        ),
        (format!("request-org:{org}"), REQUESTS_PER_ORGANIZATION),
    ];
    limit(&app, &keys).await?;
    let mut tx = app.db.begin().await?;
    if !must_confirm(&mut tx, &page, email).await? {
        return send(&app, tx, &page, &new).await;
    }
    let confirming = [(
        format!("confirm-email:{org}:{}", email.mailbox()),
        REQUEST_LINKS_PER_EMAIL,
    )];
    drop(tx);
    limit(&app, &confirming).await?;
    let mut tx = app.db.begin().await?;
    let public_url = &app.config.public_url;
    confirm::ask(&mut tx, &app.ambient, &page.org, public_url, &new).await?;
    tx.commit().await?;
    Ok(page::see_other(&page.path(confirm_request_page::SENT)))
}

/// Whether the address is to be confirmed first: whoever is signed in with it has done so.
async fn must_confirm(tx: &mut Tx, page: &StatusPage, email: &EmailAddress) -> WebResult<bool> {
    let (policy, _) = store::access_requests::policy::of(tx, page.org.id).await?;
    let known = page.visitor.as_ref().map(|known| &known.visitor.email);
    Ok(policy.confirms_address && known != Some(email))
}

/// Records the request.
pub(super) async fn send(app: &App, mut tx: Tx, page: &StatusPage, new: &NewRequest) -> WebResult {
    let words = format!("{} · Request access", page.path("/request-access"));
    let public_url = &app.config.public_url;
    request_access(&mut tx, &app.ambient, &page.org, public_url, new, &words).await?;
    tx.commit().await?;
    Ok(page::see_other(&page.path("/request-access/received")))
}

/// The form as it can be recorded, or what to correct: also where the organization
/// takes no requests from this address.
async fn accepted(
    app: &App,
    page: &StatusPage,
    form: &RequestForm,
) -> WebResult<Result<NewRequest, Mistakes>> {
    let new = match form.parse() {
        Ok(new) => new,
        Err(mistakes) => return Ok(Err(mistakes)),
    };
    let mut tx = app.db.read().await?;
    let (policy, _) = store::access_requests::policy::of(&mut tx, page.org.id).await?;
    Ok(match policy.refusal(&new.person.email) {
        None => Ok(new),
        Some(email) => Err(Mistakes {
            email,
            ..Mistakes::default()
        }),
    })
}

/// Counts in a transaction of its own, so that a refused attempt counts too.
pub(in crate::web::public) async fn limit(app: &App, keys: &[(String, i64)]) -> WebResult<()> {
    let mut tx = app.db.begin().await?;
    let mut allowed = true;
    for (key, most) in keys {
        allowed &=
            store::rate_limits::allow(&mut tx, key, *most, WINDOW, app.ambient.now()).await?;
    }
    tx.commit().await?;
    if allowed {
        return Ok(());
    }
    Err(WebError::TooMany(
        "There were many attempts from here in the last hour. Nothing was sent. Wait an hour and \
         try again, or write to the security contact on the trust center."
            .to_owned(),
    ))
}

pub(super) async fn received(page: StatusPage) -> WebResult {
    page::html(&Received {
        frame: Frame::new(&page, None),
    })
}

//! Signing in by an emailed link, and out.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use crypto::token_hash;
use domain::access_requests::RequestedItem;
use domain::email::EmailAddress;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::visitors::access::Access;
use crate::use_cases::visitors::magic_link;
use crate::web::http::client_ip::ClientIp;
use crate::web::http::error::WebResult;
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::visitor::{StatusPage, no_session_cookie, session_cookie, session_hash};
use crate::web::limits::{SIGN_IN_LINKS_PER_EMAIL, SIGN_IN_LINKS_PER_IP};
use crate::web::public::access_requests::request_access::limit;
use crate::web::public::frame::Frame;
use crate::web::public::requested_item::{self, ItemQuery};

#[derive(Template)]
#[template(path = "public/visitors/sign_in.html")]
struct SignIn {
    frame: Frame,
    email: String,
    mistake: String,
    /// What the link is to lead to.
    item: Option<RequestedItem>,
}

#[derive(Template)]
#[template(path = "public/visitors/sign_in_sent.html")]
struct Sent {
    frame: Frame,
}

#[derive(Template)]
#[template(path = "public/visitors/enter.html")]
struct Enter {
    frame: Frame,
    email: String,
    token: String,
    /// As the link has it: what counts is kept with the link, this is for one that works
    /// no longer when the button is pressed.
    item: String,
}

#[derive(Template)]
#[template(path = "public/visitors/enter_stale.html")]
struct Stale {
    frame: Frame,
    /// What the link was to lead to: a new one leads there too.
    item: Option<RequestedItem>,
}

#[derive(Deserialize)]
pub(super) struct Address {
    #[serde(default)]
    email: String,
    #[serde(default)]
    item: String,
}

#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    token: String,
    #[serde(default)]
    item: String,
}

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
    page::html(&SignIn {
        frame: Frame::new(&page, None),
        email: String::new(),
        mistake: String::new(),
        item,
    })
}

/// Answers the same, known or not.
pub(super) async fn submit(
    State(app): State<App>,
    ClientIp(ip): ClientIp,
    page: StatusPage,
    Form(form): Form<Address>,
) -> WebResult {
    let item = requested_item::find(&app, &page, &form.item).await?;
    let email = match EmailAddress::parse(&form.email) {
        Ok(email) => email,
        Err(mistake) => {
            let again = SignIn {
                frame: Frame::new(&page, None),
                email: form.email,
                mistake: format!("{mistake}."),
                item,
            };
            return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &again);
        }
    };
    let keys = [
        (
            format!("link-email:{}:{email}", page.org.id),
            SIGN_IN_LINKS_PER_EMAIL,
        ),
        (
            format!("link-ip:{}:{ip}", page.org.id),
            SIGN_IN_LINKS_PER_IP,
        ),
    ];
    limit(&app, &keys).await?;
    let mut tx = app.db.begin().await?;
    let public_url = &app.config.public_url;
    let item = item.as_ref();
    magic_link::request_link(&mut tx, &app.ambient, &page.org, public_url, &email, item).await?;
    tx.commit().await?;
    Ok(page::see_other(&page.path("/sign-in/sent")))
}

pub(super) async fn sent(page: StatusPage) -> WebResult {
    page::html(&Sent {
        frame: Frame::new(&page, None),
    })
}

/// Where the emailed link leads. Mail scanners follow links, so looking does not
/// use it up; the button does.
pub(super) async fn confirm(
    State(app): State<App>,
    Query(query): Query<Token>,
    page: StatusPage,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let hash = token_hash(&query.token);
    let now = app.ambient.now();
    let visitor = store::visitors::magic_links::whose(&mut tx, page.org.id, &hash, now).await?;
    let visitor = match visitor {
        Some(id) => store::visitors::by_id(&mut tx, page.org.id, id).await?,
        None => None,
    };
    let Some(visitor) = visitor else {
        return stale(&app, &page, &query.item).await;
    };
    page::html(&Enter {
        email: visitor.email.to_string(),
        frame: Frame::new(&page, None),
        token: query.token,
        item: query.item,
    })
}

pub(super) async fn enter(
    State(app): State<App>,
    page: StatusPage,
    Form(form): Form<Token>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    let entered = magic_link::enter(&mut tx, &app.ambient, &page.org, &form.token).await?;
    tx.commit().await?;
    let Some(entered) = entered else {
        return stale(&app, &page, &form.item).await;
    };
    let mut response = page::see_other(&requested_item::path_to(&page, entered.item));
    let cookie = session_cookie(&app.config, &page, &entered);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// 410, and the way to a new link, which leads to the same item. Who is signed in already
/// has no need of a link.
async fn stale(app: &App, page: &StatusPage, item: &str) -> WebResult {
    let stale = Stale {
        frame: Frame::new(page, None),
        item: requested_item::find(app, page, item).await?,
    };
    page::html_with(StatusCode::GONE, &stale)
}

pub(super) async fn sign_out(
    State(app): State<App>,
    headers: HeaderMap,
    page: StatusPage,
) -> WebResult {
    if let Some(hash) = session_hash(&app.config, &headers, &page.org) {
        let mut tx = app.db.begin().await?;
        store::visitors::sessions::delete(&mut tx, page.org.id, &hash).await?;
        tx.commit().await?;
    }
    let mut response = see_other_saying(&page.path(""), "You have signed out.");
    let cookie = no_session_cookie(&app.config, &page);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

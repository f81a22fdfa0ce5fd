//! Subscribing to updates by email, and leaving again.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use crypto::token_hash;
use domain::email::EmailAddress;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::content::subscriptions;
use crate::web::http::client_ip::ClientIp;
use crate::web::http::error::WebResult;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::{SUBSCRIPTION_LINKS_PER_EMAIL, SUBSCRIPTION_LINKS_PER_IP};
use crate::web::public::access_requests::request_access::limit;
use crate::web::public::frame::Frame;

/// Where someone stands, in one page each.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    Form,
    /// An email is on its way, or not: that isn't told.
    Asked,
    Confirm,
    Confirmed,
    Stale,
    Leave,
    Left,
}

#[derive(Template)]
#[template(path = "public/email/subscribe.html")]
struct Page {
    frame: Frame,
    step: Step,
    token: String,
    email: String,
    mistake: String,
}

impl Page {
    fn new(page: &StatusPage, step: Step) -> Self {
        Self {
            frame: Frame::new(page, None),
            step,
            token: String::new(),
            email: String::new(),
            mistake: String::new(),
        }
    }
}

#[derive(Deserialize)]
struct Address {
    #[serde(default)]
    email: String,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    token: String,
}

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/subscribe", get(form).post(ask))
        .route("/subscribe/sent", get(sent))
        .route("/subscribe/confirm", get(look).post(confirm))
        .route("/unsubscribe", get(leaving).post(leave))
}

async fn form(page: StatusPage) -> WebResult {
    page::html(&Page::new(&page, Step::Form))
}

/// Answers the same, subscribed or not.
async fn ask(
    State(app): State<App>,
    ClientIp(ip): ClientIp,
    page: StatusPage,
    Form(form): Form<Address>,
) -> WebResult {
    let email = match EmailAddress::parse(&form.email) {
        Ok(email) => email,
        Err(mistake) => {
            let again = Page {
                email: form.email,
                mistake: format!("{mistake}."),
                ..Page::new(&page, Step::Form)
            };
            return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &again);
        }
    };
    let keys = [
        (
            format!("subscribe-email:{}:{email}", page.org.id),
            SUBSCRIPTION_LINKS_PER_EMAIL,
        ),
        (
            format!("subscribe-ip:{}:{ip}", page.org.id),
            SUBSCRIPTION_LINKS_PER_IP,
        ),
    ];
    limit(&app, &keys).await?;
    let mut tx = app.db.begin().await?;
    let public_url = &app.config.public_url;
    subscriptions::ask(&mut tx, &app.ambient, &page.org, public_url, &email).await?;
    tx.commit().await?;
    Ok(page::see_other(&page.path("/subscribe/sent")))
}

async fn sent(page: StatusPage) -> WebResult {
    page::html(&Page::new(&page, Step::Asked))
}

/// Where the emailed link leads. Mail scanners follow links, so looking does not
/// use it up; the button does.
async fn look(State(app): State<App>, Query(query): Query<Token>, page: StatusPage) -> WebResult {
    let mut tx = app.db.read().await?;
    let (hash, now) = (token_hash(&query.token), app.ambient.now());
    if !store::content::subscribers::is_open(&mut tx, page.org.id, &hash, now).await? {
        return page::html_with(StatusCode::GONE, &Page::new(&page, Step::Stale));
    }
    page::html(&Page {
        token: query.token,
        ..Page::new(&page, Step::Confirm)
    })
}

async fn confirm(State(app): State<App>, page: StatusPage, Form(form): Form<Token>) -> WebResult {
    let mut tx = app.db.begin().await?;
    let (hash, now) = (token_hash(&form.token), app.ambient.now());
    let confirmed = store::content::subscribers::confirm(&mut tx, page.org.id, &hash, now).await?;
    tx.commit().await?;
    if confirmed {
        return page::html(&Page::new(&page, Step::Confirmed));
    }
    page::html_with(StatusCode::GONE, &Page::new(&page, Step::Stale))
}

async fn leaving(Query(query): Query<Token>, page: StatusPage) -> WebResult {
    page::html(&Page {
        token: query.token,
        ..Page::new(&page, Step::Leave)
    })
}

/// The page's button and mail programs' own (RFC 8058) both post to the address of
/// the link. A token that names nobody gets the same answer.
async fn leave(State(app): State<App>, Query(query): Query<Token>, page: StatusPage) -> WebResult {
    let mut tx = app.db.begin().await?;
    store::content::subscribers::leave(&mut tx, page.org.id, &query.token).await?;
    tx.commit().await?;
    page::html(&Page::new(&page, Step::Left))
}

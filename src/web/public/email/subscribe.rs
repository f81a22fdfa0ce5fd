//! Subscribing to updates by email, and leaving again.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::{get, post};
use crypto::token_hash;
use domain::content::update::{UnwantedTopics, UpdateTopic};
use domain::email::EmailAddress;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::content::subscriptions;
use crate::web::http::client_ip::ClientIp;
use crate::web::http::error::WebResult;
use crate::web::http::flash::{Flash, see_other_saying};
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
    /// The link names no subscriber.
    Nobody,
}

#[derive(Template)]
#[template(path = "public/email/subscribe.html")]
struct Page {
    frame: Frame,
    step: Step,
    token: String,
    email: String,
    mistake: String,
    /// The topics that aren't ticked.
    unwanted: UnwantedTopics,
    /// Whether topics can be chosen where the step is to leave.
    can_choose: bool,
}

impl Page {
    fn new(page: &StatusPage, step: Step) -> Self {
        Self {
            frame: Frame::new(page, None),
            step,
            token: String::new(),
            email: String::new(),
            mistake: String::new(),
            unwanted: UnwantedTopics::default(),
            can_choose: false,
        }
    }
}

/// What is said where no topic is ticked.
const NO_TOPIC: &str = "Choose at least one topic.";

/// The topics that are ticked in a form.
fn chosen(form: &BTreeMap<String, String>) -> UnwantedTopics {
    let wanted = UpdateTopic::ALL.into_iter();
    let wanted = wanted.filter(|topic| form.contains_key(topic.key()));
    UnwantedTopics::all_but(&wanted.collect::<Vec<_>>())
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
        .route("/subscribe/topics", post(choose))
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
    let found = store::content::subscribers::is_open(&mut tx, page.org.id, &hash, now).await?;
    let Some(unwanted) = found else {
        return page::html_with(StatusCode::GONE, &Page::new(&page, Step::Stale));
    };
    page::html(&Page {
        token: query.token,
        unwanted,
        ..Page::new(&page, Step::Confirm)
    })
}

async fn confirm(
    State(app): State<App>,
    page: StatusPage,
    Form(form): Form<BTreeMap<String, String>>,
) -> WebResult {
    let token = form.get("token").cloned().unwrap_or_default();
    let unwanted = chosen(&form);
    let mut tx = app.db.begin().await?;
    let (org, hash, now) = (page.org.id, token_hash(&token), app.ambient.now());
    let found = store::content::subscribers::is_open(&mut tx, org, &hash, now).await?;
    if found.is_some() && unwanted.is_everything() {
        let again = Page {
            token,
            unwanted,
            mistake: NO_TOPIC.to_owned(),
            ..Page::new(&page, Step::Confirm)
        };
        return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &again);
    }
    let confirmed =
        store::content::subscribers::confirm(&mut tx, org, &hash, now, &unwanted).await?;
    tx.commit().await?;
    if confirmed {
        return page::html(&Page::new(&page, Step::Confirmed));
    }
    page::html_with(StatusCode::GONE, &Page::new(&page, Step::Stale))
}

/// Where the link in each email leads: other topics, or no updates anymore.
async fn leaving(
    State(app): State<App>,
    Query(query): Query<Token>,
    Flash { message: flash, .. }: Flash,
    page: StatusPage,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let found =
        store::content::subscribers::by_leave_token(&mut tx, page.org.id, &query.token).await?;
    page::html(&Page {
        frame: Frame::new(&page, flash),
        token: query.token,
        can_choose: found.is_some(),
        unwanted: found.map(|found| found.unwanted).unwrap_or_default(),
        ..Page::new(&page, Step::Leave)
    })
}

/// Another choice of topics.
async fn choose(
    State(app): State<App>,
    Query(query): Query<Token>,
    page: StatusPage,
    Form(form): Form<BTreeMap<String, String>>,
) -> WebResult {
    let unwanted = chosen(&form);
    if unwanted.is_everything() {
        let again = Page {
            token: query.token,
            unwanted,
            can_choose: true,
            mistake: NO_TOPIC.to_owned(),
            ..Page::new(&page, Step::Leave)
        };
        return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &again);
    }
    let mut tx = app.db.begin().await?;
    let (org, token) = (page.org.id, &query.token);
    let is_known = subscriptions::choose(&mut tx, org, token, &unwanted).await?;
    tx.commit().await?;
    if !is_known {
        return page::html_with(StatusCode::GONE, &Page::new(&page, Step::Nobody));
    }
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let query = query.append_pair("token", token).finish();
    let to = page.path(&format!("/unsubscribe?{query}"));
    Ok(see_other_saying(&to, "Saved."))
}

/// The page's button and mail programs' own (RFC 8058) both post to the address of
/// the link. A token that names nobody gets the same answer.
async fn leave(State(app): State<App>, Query(query): Query<Token>, page: StatusPage) -> WebResult {
    let mut tx = app.db.begin().await?;
    store::content::subscribers::leave(&mut tx, page.org.id, &query.token).await?;
    tx.commit().await?;
    page::html(&Page::new(&page, Step::Left))
}

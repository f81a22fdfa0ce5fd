//! What a visitor is told of by email: from an email's link, or signed in.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use domain::email::visitor_preference::VisitorEmail;
use domain::ids::VisitorId;
use serde::Deserialize;
use store::Tx;

use crate::app::App;
use crate::use_cases::email::visitor_preferences;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::frame::Frame;

/// What mail programs post to the address of the link (RFC 8058), and the page's button.
const ONE_CLICK: &str = "List-Unsubscribe";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/email-preferences", get(form).post(save))
        // Where links in emails led until November 2026. Mail programs post there, too.
        .route("/letters", get(form).post(save))
}

#[derive(Template)]
#[template(path = "public/email/email_preferences.html")]
struct Emails {
    frame: Frame,
    /// The link's; empty for someone who is signed in.
    token: String,
    /// What the link stops, while it isn't stopped.
    to_stop: Option<VisitorEmail>,
    /// What was stopped by this click.
    stopped_now: Option<VisitorEmail>,
    stopped: BTreeSet<VisitorEmail>,
}

impl Emails {
    fn is_wanted(&self, kind: &VisitorEmail) -> bool {
        !self.stopped.contains(kind)
    }

    /// Where its forms are sent.
    fn action(&self) -> String {
        let token: String = url::form_urlencoded::byte_serialize(self.token.as_bytes()).collect();
        let query = if token.is_empty() {
            String::new()
        } else {
            format!("?token={token}")
        };
        format!("{}/email-preferences{query}", self.frame.home)
    }
}

#[derive(Template)]
#[template(path = "public/email/email_preferences_stale.html")]
struct Stale {
    frame: Frame,
}

#[derive(Deserialize)]
struct Token {
    #[serde(default)]
    token: String,
}

/// Whose emails they are, and which ones the token stops.
async fn whose(
    tx: &mut Tx,
    page: &StatusPage,
    token: &str,
) -> store::Result<Option<(VisitorId, Option<VisitorEmail>)>> {
    if token.is_empty() {
        let known = page.visitor.as_ref();
        return Ok(known.map(|known| (known.visitor.id, None)));
    }
    let found = store::email::visitor_preferences::by_token(tx, page.org.id, token).await?;
    Ok(found.map(|(visitor, kind)| (visitor, Some(kind))))
}

/// Nobody is signed in, or the link is of nobody.
fn unknown(page: &StatusPage, token: &str) -> WebResult {
    if token.is_empty() {
        return Ok(page::see_other(&page.path("/sign-in")));
    }
    let frame = Frame::new(page, None);
    page::html_with(StatusCode::NOT_FOUND, &Stale { frame })
}

/// Mail scanners follow links, so looking stops nothing; the button does.
async fn form(
    State(app): State<App>,
    Query(query): Query<Token>,
    Flash { message: flash, .. }: Flash,
    page: StatusPage,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let Some((visitor, kind)) = whose(&mut tx, &page, &query.token).await? else {
        return unknown(&page, &query.token);
    };
    let stopped = store::email::visitor_preferences::stopped(&mut tx, page.org.id, visitor).await?;
    page::html(&Emails {
        frame: Frame::new(&page, flash),
        token: query.token,
        to_stop: kind.filter(|kind| !stopped.contains(kind)),
        stopped_now: None,
        stopped,
    })
}

async fn save(
    State(app): State<App>,
    Query(query): Query<Token>,
    page: StatusPage,
    form: Result<Form<BTreeMap<String, String>>, WebError>,
) -> WebResult {
    // Mail programs may send a multipart body, which the page's own forms never do.
    let is_one_click = match &form {
        Ok(Form(choices)) => choices.contains_key(ONE_CLICK),
        Err(WebError::Unsupported(_)) => true,
        Err(_) => false,
    };
    let org = page.org.id;
    let mut tx = app.db.begin().await?;
    let Some((visitor, kind)) = whose(&mut tx, &page, &query.token).await? else {
        return unknown(&page, &query.token);
    };
    if is_one_click && kind.is_some() {
        visitor_preferences::stop(&mut tx, &app.ambient, org, &query.token).await?;
        let stopped = store::email::visitor_preferences::stopped(&mut tx, org, visitor).await?;
        tx.commit().await?;
        return page::html(&Emails {
            frame: Frame::new(&page, None),
            token: query.token,
            to_stop: None,
            stopped_now: kind,
            stopped,
        });
    }
    let Form(choices) = form?;
    let wanted = VisitorEmail::ALL.into_iter();
    let wanted = wanted.filter(|kind| choices.contains_key(kind.key()));
    let wanted: BTreeSet<_> = wanted.collect();
    visitor_preferences::choose(&mut tx, &app.ambient, org, visitor, &wanted).await?;
    tx.commit().await?;
    let mut to = page.path("/email-preferences");
    if !query.token.is_empty() {
        let mut pairs = url::form_urlencoded::Serializer::new(String::new());
        let pairs = pairs.append_pair("token", &query.token);
        to = format!("{to}?{}", pairs.finish());
    }
    Ok(see_other_saying(&to, "Saved."))
}

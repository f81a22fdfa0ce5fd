//! Updates for visitors: all of them, one of them, and as a feed.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::get;
use domain::content::update::{Update, UpdateTopic};
use domain::ids::UpdateId;
use serde::Deserialize;
use store::Tx;

use crate::app::App;
use crate::use_cases::organizations::address::StatusAddress;
use crate::web::components::markdown;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::{FEED_UPDATES, UPDATES};
use crate::web::public::frame::Frame;

/// An update with its text as safe HTML.
pub(super) struct UpdateView {
    pub update: Update,
    pub html: String,
}

impl UpdateView {
    fn from_update(update: Update) -> Self {
        Self {
            html: markdown::to_html(&update.body),
            update,
        }
    }
}

#[derive(Template)]
#[template(path = "public/content/updates.html")]
struct Updates {
    frame: Frame,
    /// The topic that is looked at.
    topic: Option<UpdateTopic>,
    views: Vec<UpdateView>,
}

impl Updates {
    fn is_chosen(&self, topic: &UpdateTopic) -> bool {
        self.topic == Some(*topic)
    }

    /// The end of the feed's address.
    fn feed_query(&self) -> String {
        query(self.topic)
    }
}

/// Which updates are asked for.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    topic: String,
}

impl Asked {
    /// A topic that isn't known leaves nothing out.
    fn topic(&self) -> Option<UpdateTopic> {
        self.topic.parse().ok()
    }
}

fn query(topic: Option<UpdateTopic>) -> String {
    topic.map_or_else(String::new, |topic| format!("?topic={topic}"))
}

#[derive(Template)]
#[template(path = "public/content/update.html")]
struct One {
    frame: Frame,
    view: UpdateView,
}

#[derive(Template)]
#[template(path = "public/content/updates.xml")]
struct Feed {
    /// Stays when the address changes.
    id: String,
    name: String,
    /// The address of the trust center, without a slash at the end.
    home: String,
    /// What its address ends with.
    query: String,
    /// When the newest of them was changed, as RFC 3339 has it.
    changed: String,
    updates: Vec<UpdateView>,
}

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/updates", get(list))
        .route("/updates/feed.xml", get(feed))
        .route("/updates/{id}", get(one))
}

/// The newest ones, for the trust center.
pub(super) async fn newest(
    tx: &mut Tx,
    page: &StatusPage,
    limit: i64,
) -> store::Result<Vec<UpdateView>> {
    let updates = store::content::updates::published(tx, page.org.id, limit).await?;
    Ok(updates.into_iter().map(UpdateView::from_update).collect())
}

/// The newest ones of a topic, or of all.
pub(super) async fn newest_about(
    tx: &mut Tx,
    page: &StatusPage,
    topic: Option<UpdateTopic>,
    limit: i64,
) -> store::Result<Vec<UpdateView>> {
    let Some(topic) = topic else {
        return newest(tx, page, limit).await;
    };
    let updates = store::content::updates::published_about(tx, page.org.id, topic, limit).await?;
    Ok(updates.into_iter().map(UpdateView::from_update).collect())
}

async fn list(
    State(app): State<App>,
    Query(asked): Query<Asked>,
    Flash { message: flash, .. }: Flash,
    page: StatusPage,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let topic = asked.topic();
    page::html(&Updates {
        views: newest_about(&mut tx, &page, topic, UPDATES).await?,
        topic,
        frame: Frame::new(&page, flash),
    })
}

async fn one(
    State(app): State<App>,
    Path((_, id)): Path<(String, String)>,
    Flash { message: flash, .. }: Flash,
    page: StatusPage,
) -> WebResult {
    let id: UpdateId = page::id(&id)?;
    let mut tx = app.db.read().await?;
    let update = store::content::updates::by_id(&mut tx, page.org.id, id).await?;
    let update = update.filter(|update| update.published_at.is_some());
    page::html(&One {
        frame: Frame::new(&page, flash),
        view: UpdateView::from_update(update.ok_or(WebError::NotFound)?),
    })
}

/// Whether XML can hold it at all (XML 1.0, 2.2): a reader refuses the whole feed otherwise.
fn is_of_xml(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | '\u{20}'..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Atom (RFC 4287).
async fn feed(State(app): State<App>, Query(asked): Query<Asked>, page: StatusPage) -> WebResult {
    let mut tx = app.db.read().await?;
    let topic = asked.topic();
    let updates = newest_about(&mut tx, &page, topic, FEED_UPDATES).await?;
    let changed = updates.iter().map(|view| view.update.updated_at).max();
    let changed = changed.unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    let address =
        StatusAddress::for_organization(&mut tx, &page.org, &app.config.public_url).await?;
    let feed = Feed {
        name: page.org.name.clone(),
        id: page.org.id.to_string(),
        query: query(topic),
        home: address.page("").to_string(),
        changed: changed.to_string(),
        updates,
    };
    let text = feed
        .render()
        .map_err(|error| WebError::Internal(error.into()))?;
    let text: String = text.chars().filter(|c| is_of_xml(*c)).collect();
    let headers = [
        (header::CONTENT_TYPE, "application/atom+xml; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, text).into_response())
}

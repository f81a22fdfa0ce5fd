//! Search over what the trust center publishes. What was looked for is not recorded: a
//! search is no activity, and its page doesn't count as a view.

mod found;
mod published;

use askama::Template;
use axum::extract::{Query as Asked, State};
use domain::content::search::Query;
use serde::Deserialize;

use crate::app::App;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::SEARCH_RESULTS;
use crate::web::public::content::search::found::Found;
use crate::web::public::content::search::published::Published;
use crate::web::public::frame::Frame;

#[derive(Deserialize)]
pub(super) struct Search {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "public/content/search.html")]
struct Results {
    frame: Frame,
    query: Query,
    /// The best ones.
    found: Vec<Found>,
    /// How many there are in all.
    total: usize,
    /// Whether something is locked for this visitor.
    locked: bool,
}

pub(super) async fn page(
    State(app): State<App>,
    Asked(asked): Asked<Search>,
    Flash { message: flash, .. }: Flash,
    page: StatusPage,
) -> WebResult {
    let query = Query::parse(&asked.q);
    let published = if query.is_empty() {
        Vec::new()
    } else {
        let mut tx = app.db.read().await?;
        published::load(&mut tx, &page).await?
    };
    let locked = published.iter().any(|one| one.locked);
    // Other requests go on meanwhile, however much is published.
    let searching = move || {
        let published = published
            .into_iter()
            .map(Published::with_plain_text)
            .collect();
        let found = query.find(published, Published::texts);
        (query, found)
    };
    let (query, found) = tokio::task::spawn_blocking(searching)
        .await
        .map_err(|error| WebError::Internal(error.into()))?;
    page::html(&Results {
        frame: Frame::new(&page, flash),
        total: found.len(),
        found: found
            .into_iter()
            .take(SEARCH_RESULTS)
            .map(|one| Found::new(&query, one))
            .collect(),
        query,
        locked,
    })
}

//! Editing the trust center: sections, what is in them, its order, its documents.

mod document;
mod entry;
mod import;
mod item;
mod overview;
mod section;
mod subscribers;
mod updates;

use axum::Router;
use axum::routing::{get, post};
use domain::documents::Document;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::content::reorder::Direction;
use crate::web::http::error::WebError;

const HERE: &str = "/dashboard/content";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/content", get(overview::page))
        .route("/dashboard/content/sections/new", get(section::new))
        .route("/dashboard/content/sections", post(section::add))
        .route(
            "/dashboard/content/sections/{id}",
            get(section::form).post(section::save),
        )
        .route(
            "/dashboard/content/sections/{id}/move",
            post(section::shift),
        )
        .route(
            "/dashboard/content/sections/{id}/delete",
            post(section::delete),
        )
        .route("/dashboard/content/items/new", get(item::new))
        .route("/dashboard/content/items", post(item::add))
        .route(
            "/dashboard/content/items/{id}",
            get(item::form).post(item::save),
        )
        .route("/dashboard/content/items/{id}/move", post(item::shift))
        .route("/dashboard/content/items/{id}/delete", post(item::delete))
        .merge(entry::router())
        .merge(import::router())
        .merge(updates::router())
        .merge(subscribers::router())
        .merge(document::router())
}

#[derive(Deserialize)]
pub(super) struct Shift {
    direction: String,
}

impl Shift {
    fn direction(&self) -> Result<Direction, WebError> {
        match self.direction.as_str() {
            "up" => Ok(Direction::Up),
            "down" => Ok(Direction::Down),
            _ => Err(WebError::BadRequest(
                "The direction should be up or down.".to_owned(),
            )),
        }
    }
}

/// Deletes contents whose rows are gone. What can't be deleted now is named in
/// the log: it takes room but is reachable by nobody.
async fn forget(app: &App, documents: impl IntoIterator<Item = Document>) {
    for document in documents {
        if let Err(error) = app.files.delete(&document.storage_key).await {
            let key = document.storage_key;
            tracing::warn!(key, %error, "a deleted document's content is left behind");
        }
    }
}

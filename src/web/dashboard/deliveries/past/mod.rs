//! Past activity: a dry run of what it would become in Salesforce, and sending it after all.

mod actions;
mod asked;
mod export;
mod page;

use axum::Router;
use axum::routing::{get, post};

use crate::app::App;

/// The page's address.
const HOME: &str = "/dashboard/salesforce/past";

pub(super) fn router() -> Router<App> {
    let own = Router::new()
        .route("/", get(page::show))
        .route("/dry-run", post(actions::start))
        .route("/send", post(actions::send))
        .route("/stop", post(actions::stop))
        .route("/dry-run.csv", get(export::csv));
    Router::new().nest(HOME, own)
}

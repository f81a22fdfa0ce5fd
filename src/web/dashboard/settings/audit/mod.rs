//! The audit log: who did what in the dashboard.

mod asked;
mod export;
mod page;

use axum::Router;
use axum::routing::get;

use crate::app::App;

/// The address of the log.
const HERE: &str = "/dashboard/settings/audit";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/settings/audit", get(page::page))
        .route("/dashboard/settings/audit/export.csv", get(export::csv))
        .route(
            "/dashboard/settings/audit/export.ndjson",
            get(export::ndjson),
        )
}

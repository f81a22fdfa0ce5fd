//! The Settings tab: the organization, its people, and the audit log.

mod audit;
mod general;

pub use general::page_behind;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub fn router() -> Router<App> {
    Router::new()
        .route(
            "/dashboard/settings",
            get(general::page).post(general::save),
        )
        .route("/dashboard/settings/audit", get(audit::page))
}

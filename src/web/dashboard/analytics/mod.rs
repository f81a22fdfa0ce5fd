//! Analytics: what was looked at, by whom, over time, drawn and as tables.

mod csv;
mod export;
mod page;
mod plot;

use axum::Router;
use axum::routing::get;

use crate::app::App;

pub fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/analytics", get(page::overview))
        .route("/dashboard/analytics/days.csv", get(export::days))
        .route("/dashboard/analytics/accounts.csv", get(export::accounts))
        .route("/dashboard/analytics/items.csv", get(export::items))
        .route("/dashboard/analytics/accounts/{id}", get(page::account))
        .route(
            "/dashboard/analytics/accounts/{id}/days.csv",
            get(export::days),
        )
        .route(
            "/dashboard/analytics/accounts/{id}/people.csv",
            get(export::people),
        )
        .route(
            "/dashboard/analytics/accounts/{id}/items.csv",
            get(export::items),
        )
}

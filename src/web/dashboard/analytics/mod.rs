//! Analytics: what was looked at, by whom, over time, drawn and as tables.

mod document;
mod export;
mod page;
mod period;

use axum::Router;
use axum::routing::get;

use crate::app::App;
use crate::use_cases::analytics;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/analytics", get(page::overview))
        .route("/dashboard/analytics/days.csv", get(export::days))
        .route("/dashboard/analytics/accounts.csv", get(export::accounts))
        .route("/dashboard/analytics/items.csv", get(export::items))
        .route("/dashboard/analytics/accounts/{id}", get(page::account))
        .route("/dashboard/analytics/documents/{id}", get(document::page))
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

/// Writes down what anonymous visitors looked at a moment ago, so that the page has it.
/// Where that can't be done now the page shows what there is.
async fn fresh(app: &App) {
    if let Err(error) =
        analytics::write_anonymous_views(&app.db, &app.ambient, &app.anonymous_views).await
    {
        tracing::warn!(%error, "analytics lack the last seconds");
    }
}

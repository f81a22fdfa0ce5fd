//! Whether this process can serve: asked by load balancers and `doctor`.

use axum::extract::State;
use axum::http::StatusCode;

use crate::app::App;

/// 200 `ok` and the process's role while the database answers, else 503 with the reason.
pub async fn check(State(app): State<App>) -> (StatusCode, String) {
    match app.db.check().await {
        Ok(()) => (StatusCode::OK, format!("ok\nrole: {}\n", app.config.role)),
        Err(error) => {
            tracing::warn!(%error, "not healthy");
            (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n"))
        }
    }
}

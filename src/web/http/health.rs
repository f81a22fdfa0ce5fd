//! Whether this process runs, and whether it can serve. Neither answer says why not:
//! anyone may ask, and the causes are in the log.

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::get;

use crate::app::App;

/// `/healthz` is asked by what knows one address only.
pub(crate) fn router() -> Router<App> {
    Router::new()
        .route("/healthz", get(ready))
        .route("/healthz/live", get(live))
        .route("/healthz/ready", get(ready))
}

/// 200 as long as the process answers at all: to be restarted when it doesn't.
async fn live() -> &'static str {
    "ok\n"
}

/// 200 while the database and the storage of files can be used and every background
/// job runs, else 503 with what can't: to get no requests meanwhile.
async fn ready(State(app): State<App>) -> (StatusCode, String) {
    let mut lacks = Vec::new();
    if let Err(error) = app.db.check().await {
        tracing::warn!(%error, "not ready: the database");
        lacks.push("database".to_owned());
    }
    if let Err(error) = app.files.check_writable().await {
        tracing::warn!(%error, "not ready: the storage of files");
        lacks.push("storage".to_owned());
    }
    let down = app.jobs.down();
    lacks.extend(down.iter().map(|name| format!("job `{name}`")));
    if lacks.is_empty() {
        return (StatusCode::OK, format!("ok\nrole: {}\n", app.config.role));
    }
    let text = format!("not ready: {}\n", lacks.join(", "));
    (StatusCode::SERVICE_UNAVAILABLE, text)
}

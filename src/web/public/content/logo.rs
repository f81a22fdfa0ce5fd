//! The logo as bytes. Its address holds its hash, so that browsers may keep it.

use axum::extract::{Path, State};
use axum::http::header;
use axum::response::IntoResponse;

use crate::app::App;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::visitor::StatusPage;

pub(super) async fn picture(
    State(app): State<App>,
    Path((_, hash)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let logo = store::content::logos::by_hash(&mut tx, page.org.id, &hash).await?;
    let logo = logo.ok_or(WebError::NotFound)?;
    let headers = [
        (header::CONTENT_TYPE, logo.content_type),
        (
            header::CACHE_CONTROL,
            "public, max-age=31536000, immutable".to_owned(),
        ),
    ];
    Ok((headers, logo.bytes).into_response())
}

//! A stored PDF of our own making, as a download.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;

use super::error::{WebError, WebResult};
use crate::app::App;
use crate::domain::ids::{DocumentId, OrganizationId};
use crate::store;

/// The document of that id, to be saved as `name` (ASCII).
pub(super) async fn download(
    app: &App,
    org: OrganizationId,
    id: DocumentId,
    name: &'static str,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let found = store::document::by_id(&mut tx, org, id).await?;
    drop(tx);
    let document = found.ok_or(WebError::NotFound)?;
    let content = app.files.get(&document.storage_key, None).await;
    let content = content.map_err(|error| WebError::Internal(error.into()))?;
    let mut response = Response::new(Body::from_stream(content));
    let headers = response.headers_mut();
    for (header, value) in [
        (header::CONTENT_TYPE, document.content_type),
        (header::CONTENT_LENGTH, document.size.to_string()),
        (
            header::CONTENT_DISPOSITION,
            format!("attachment; filename=\"{name}\""),
        ),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
    ] {
        let value = HeaderValue::from_str(&value).map_err(|e| WebError::Internal(e.into()))?;
        headers.insert(header, value);
    }
    Ok(response)
}

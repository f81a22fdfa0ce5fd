//! The file of a certificate, which is written in no transaction and removed again where
//! nothing was signed.

use axum::http::{HeaderMap, header};
use bytes::Bytes;
use domain::documents::Document;

use crate::app::App;
use crate::files::UPLOAD_LIMIT;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::visitor::StatusPage;
use crate::web::limits::USER_AGENT;

pub(in crate::web::public) async fn put(
    app: &App,
    page: &StatusPage,
    (name, bytes): (String, Vec<u8>),
) -> WebResult<Document> {
    let pieces = futures::stream::iter([Ok::<_, std::io::Error>(Bytes::from(bytes))]);
    let stored = app
        .files
        .put(&app.ambient, page.org.id, &name, pieces, UPLOAD_LIMIT)
        .await;
    stored.map_err(|error| WebError::Internal(error.into()))
}

pub(in crate::web::public) async fn discard(app: &App, key: &str) {
    if let Err(error) = app.files.delete(key).await {
        tracing::warn!(key, %error, "a certificate nobody needs is left");
    }
}

/// What the browser calls itself, for the record.
pub(in crate::web::public) fn user_agent(headers: &HeaderMap) -> String {
    let told = headers.get(header::USER_AGENT);
    let told = told.map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned());
    told.map_or_else(
        || "not told".to_owned(),
        |told| told.chars().take(USER_AGENT).collect(),
    )
}

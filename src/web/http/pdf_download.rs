//! A stored PDF of our own making, as a download.

use axum::body::Body;
use axum::http::{HeaderValue, header};
use axum::response::Response;
use domain::ids::{DocumentId, OrganizationId};
use domain::nda::docusign::Envelope;

use crate::app::App;
use crate::web::http::error::{WebError, WebResult};

/// The document of that id, to be saved as `name` (ASCII).
pub(in crate::web) async fn download(
    app: &App,
    org: OrganizationId,
    id: DocumentId,
    name: &'static str,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let found = store::documents::by_id(&mut tx, org, id).await?;
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

/// What was signed in an envelope (`signed`) or DocuSign's `certificate`, and a name
/// to save it as.
pub(in crate::web) fn of_envelope(
    envelope: Option<&Envelope>,
    file: &str,
) -> WebResult<(DocumentId, &'static str)> {
    let envelope = envelope.ok_or(WebError::NotFound)?;
    let (document, name) = match file {
        "signed" => (envelope.signed, "nda-signed.pdf"),
        "certificate" => (envelope.certificate, "nda-docusign-certificate.pdf"),
        _ => return Err(WebError::NotFound),
    };
    Ok((document.ok_or(WebError::NotFound)?, name))
}

//! Fetching what was signed, to be kept here.

use bytes::Bytes;
use domain::documents::Document;
use domain::ids::OrganizationId;
use domain::nda::docusign::Envelope;
use futures::stream;
use tracing::instrument;

use super::error::SigningError;
use super::settings::Setup;
use crate::app::App;
use crate::files::UPLOAD_LIMIT;

/// Fetches and keeps the signed PDF and the certificate of a completed envelope.
#[instrument(name = "signing.documents.keep", skip_all, fields(%org, envelope = %envelope.id))]
pub(super) async fn keep(
    app: &App,
    org: OrganizationId,
    setup: &Setup,
    envelope: &Envelope,
) -> Result<(), SigningError> {
    let sender = setup.sender(app);
    let signed = sender.signed(&envelope.envelope).await?;
    let certificate = sender.certificate(&envelope.envelope).await?;
    let signed = put(app, org, "NDA, signed.pdf", signed).await?;
    let certificate = match put(app, org, "NDA, DocuSign certificate.pdf", certificate).await {
        Ok(certificate) => certificate,
        Err(error) => {
            forget(app, &signed).await;
            return Err(error);
        }
    };
    let kept = note(app, org, envelope, &signed, &certificate).await;
    if !matches!(kept, Ok(true)) {
        forget(app, &signed).await;
        forget(app, &certificate).await;
    }
    kept.map(drop)
}

/// Answers false where another worker was faster.
async fn note(
    app: &App,
    org: OrganizationId,
    envelope: &Envelope,
    signed: &Document,
    certificate: &Document,
) -> Result<bool, SigningError> {
    let mut tx = app.db.begin().await?;
    store::documents::insert(&mut tx, org, signed).await?;
    store::documents::insert(&mut tx, org, certificate).await?;
    let (signed, certificate) = (signed.id, certificate.id);
    let first =
        store::nda::envelopes::set_documents(&mut tx, org, envelope.id, signed, certificate)
            .await?;
    if first {
        tx.commit().await?;
    }
    Ok(first)
}

#[instrument(name = "signing.documents.put", skip_all, fields(%org))]
async fn put(
    app: &App,
    org: OrganizationId,
    name: &str,
    content: Vec<u8>,
) -> Result<Document, SigningError> {
    let pieces = stream::iter([Ok::<_, std::io::Error>(Bytes::from(content))]);
    let stored = app
        .files
        .put(&app.ambient, org, name, pieces, UPLOAD_LIMIT)
        .await?;
    Ok(stored)
}

#[instrument(name = "signing.documents.forget", skip_all, fields(document = %document.id))]
async fn forget(app: &App, document: &Document) {
    let key = &document.storage_key;
    if let Err(error) = app.files.delete(key).await {
        tracing::warn!(key, %error, "a file that nobody needs could not be deleted");
    }
}

//! Recording a request for access whose address needs no confirmation, or has it.

use domain::access_requests::form::NewRequest;
use store::Tx;

use crate::app::App;
use crate::use_cases::access_requests::request::request_access;
use crate::use_cases::nda::with_request::{self, Accepted};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::public::nda::certificate_file;

/// Makes and stores the certificate of the NDA that was signed in the form: before the
/// request is recorded, because a file is written in no transaction.
pub(super) async fn accept(
    app: &App,
    page: &StatusPage,
    new: &NewRequest,
) -> WebResult<Option<Accepted>> {
    let mut tx = app.db.read().await?;
    let draft = with_request::prepare(&mut tx, &app.ambient, &page.org, new).await?;
    drop(tx);
    let Some(draft) = draft else {
        return Ok(None);
    };
    let drawn = draft.certificate(&page.org, &app.config.fonts).await;
    let drawn = drawn.map_err(|error| WebError::Internal(error.into()))?;
    let document = certificate_file::put(app, page, drawn).await?;
    Ok(Some(draft.with_certificate(document)))
}

/// Records the request, with the NDA that was signed in its form.
pub(super) async fn send(
    app: &App,
    tx: Tx,
    page: &StatusPage,
    new: &NewRequest,
    nda: Option<Accepted>,
) -> WebResult {
    let kept = record(app, tx, page, new, nda.as_ref()).await;
    if let Some(nda) = nda
        && !matches!(kept, Ok(true))
    {
        certificate_file::discard(app, nda.storage_key()).await;
    }
    kept?;
    Ok(page::see_other(&page.path("/request-access/received")))
}

/// Answers whether there is a request now.
async fn record(
    app: &App,
    mut tx: Tx,
    page: &StatusPage,
    new: &NewRequest,
    nda: Option<&Accepted>,
) -> WebResult<bool> {
    let words = format!("{} · Request access", page.path("/request-access"));
    let (ambient, url) = (&app.ambient, &app.config.public_url);
    let kept = request_access(&mut tx, ambient, &page.org, url, new, nda, &words).await?;
    tx.commit().await?;
    Ok(kept)
}

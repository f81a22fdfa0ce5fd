//! The trust center's page for anonymous visitors, who all get the same one: it is
//! rendered and compressed again only after something in it has changed.

use axum::http::{HeaderMap, header};
use axum::response::Response;
use domain::ids::OrganizationId;

use crate::app::App;
use crate::precompressed::Precompressed;
use crate::rendered_pages::RenderedPage;
use crate::web::http::compressed;
use crate::web::http::error::{WebError, WebResult};

/// Whether the browser tells nothing of who it is: no session, and no message that waits
/// to be shown.
pub(super) fn is_anonymous(headers: &HeaderMap) -> bool {
    !headers.contains_key(header::COOKIE)
}

/// What is known of an organization's page.
pub(super) struct Known {
    pub org: OrganizationId,
    /// Of what the page is made of now.
    revision: String,
    /// As it was rendered, if nothing has changed since.
    pub page: Option<RenderedPage>,
}

pub(super) async fn look_up(app: &App, slug: &str) -> WebResult<Known> {
    let mut tx = app.db.read().await?;
    let found = store::content::revision::by_slug(&mut tx, slug).await?;
    let (org, revision) = found.ok_or(WebError::NotFound)?;
    Ok(Known {
        org,
        page: app.rendered_pages.of_revision(org, &revision),
        revision,
    })
}

/// Keeps a page whose content was read after the revision was: it may be newer than that,
/// never older, and is rendered once more then.
pub(super) fn keep(app: &App, known: Known, html: String) -> WebResult<RenderedPage> {
    let html = Precompressed::new(html.into()).map_err(|error| WebError::Internal(error.into()))?;
    let page = RenderedPage {
        revision: known.revision,
        html,
    };
    app.rendered_pages.keep(known.org, page.clone());
    Ok(page)
}

pub(super) fn answer(page: RenderedPage, headers: &HeaderMap) -> Response {
    compressed::answer(headers, "text/html; charset=utf-8", page.html)
}

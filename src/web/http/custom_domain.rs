//! Requests that come by an organization's own domain: they reach its trust center
//! and nothing else of this server.

use axum::extract::{Request, State};
use axum::http::{HeaderMap, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::organizations::Organization;
use domain::organizations::hostname::Hostname;

use crate::app::App;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::page;

/// Where RFC 9116 has it, on every host.
pub(in crate::web) const SECURITY_TXT: &str = "/.well-known/security.txt";

/// Where RFC 9309 has it, on every host.
pub(in crate::web) const ROBOTS_TXT: &str = "/robots.txt";

/// The host that was asked, unless it is the server's public one.
fn asked_host(app: &App, uri: &Uri, headers: &HeaderMap) -> Option<Hostname> {
    let named = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let authority = uri.host().or(named)?;
    let host = authority.split(':').next().unwrap_or_default();
    // What isn't a domain name, such as an IP address, is nobody's own domain.
    let host = Hostname::parse(host).ok()?;
    (app.config.public_url.host_str() != Some(host.as_str())).then_some(host)
}

/// The organization whose own domain was asked. The first request by it is noted.
pub(in crate::web) async fn organization(
    app: &App,
    uri: &Uri,
    headers: &HeaderMap,
) -> WebResult<Option<Organization>> {
    let Some(host) = asked_host(app, uri, headers) else {
        return Ok(None);
    };
    let mut tx = app.db.read().await?;
    let found =
        store::organizations::custom_domains::by_host_across_tenants(&mut tx, &host).await?;
    let Some((id, domain)) = found else {
        return Ok(None);
    };
    let org = store::organizations::by_id(&mut tx, id).await?;
    drop(tx);
    if domain.seen_at.is_none() {
        let mut tx = app.db.begin().await?;
        store::organizations::custom_domains::seen(&mut tx, id, &host, app.ambient.now()).await?;
        tx.commit().await?;
    }
    Ok(org)
}

/// The organization whose own domain was asked, or the only one that there is.
///
/// # Errors
/// Not found where the host doesn't say which of several is meant.
pub(in crate::web) async fn organization_of_host(
    app: &App,
    uri: &Uri,
    headers: &HeaderMap,
) -> WebResult<Organization> {
    if let Some(org) = organization(app, uri, headers).await? {
        return Ok(org);
    }
    let mut tx = app.db.read().await?;
    let mut all = store::organizations::list_across_tenants(&mut tx).await?;
    match (all.pop(), all.is_empty()) {
        (Some(only), true) => Ok(only),
        _ => Err(WebError::NotFound),
    }
}

/// Keeps everything but the organization's own pages away from its domain.
pub(in crate::web) async fn guard(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let org = match organization(&app, request.uri(), request.headers()).await {
        Ok(Some(org)) => org,
        Ok(None) => return next.run(request).await,
        Err(error) => return error.into_response(),
    };
    let home = format!("/trust/{}", org.slug);
    let path = request.uri().path();
    if path == "/" {
        return page::see_other(&home);
    }
    let is_own = path
        .strip_prefix(&home)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    let is_shared = path.starts_with("/static/")
        || path.starts_with("/healthz")
        || path == SECURITY_TXT
        || path == ROBOTS_TXT;
    if is_own || is_shared {
        return next.run(request).await;
    }
    WebError::NotFound.into_response()
}

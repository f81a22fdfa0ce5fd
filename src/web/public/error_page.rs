//! An error on a trust center, as a page of that trust center.

use askama::Template;
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::Response;

use super::frame::Frame;
use crate::app::App;
use crate::web::http::custom_domain;
use crate::web::http::error::{WebResult, Words};
use crate::web::http::page;
use crate::web::http::request;
use crate::web::http::visitor::StatusPage;

#[derive(Template)]
#[template(path = "public/error.html")]
struct PublicErrorPage {
    frame: Frame,
    words: Words,
    request_id: String,
}

/// Gives an error of the visitor's making (4xx) the organization's name, logo and colour, where
/// the address names an organization. A fault of ours keeps its plain page, which asks
/// nothing of a database that may be the cause.
pub(in crate::web) async fn brand(
    State(app): State<App>,
    request: Request,
    next: Next,
) -> Response {
    let (uri, headers) = (request.uri().clone(), request.headers().clone());
    let response = next.run(request).await;
    let words = response.extensions().get::<Words>();
    let is_ours = |words: &&Words| {
        // A request that was refused for its number is worth no more of the database.
        words.status.is_client_error() && words.status != StatusCode::TOO_MANY_REQUESTS
    };
    let Some(words) = words.filter(is_ours) else {
        return response;
    };
    match branded(&app, &uri, &headers, words.clone()).await {
        Ok(Some(mut page)) => {
            *page.status_mut() = response.status();
            for (name, value) in response.headers() {
                if *name != CONTENT_LENGTH && *name != CONTENT_TYPE {
                    page.headers_mut().append(name, value.clone());
                }
            }
            page
        }
        Ok(None) | Err(_) => response,
    }
}

async fn branded(
    app: &App,
    uri: &Uri,
    headers: &HeaderMap,
    words: Words,
) -> WebResult<Option<Response>> {
    // An organization's own domain shows no other organization, whatever the path says.
    let slug = match custom_domain::organization(app, uri, headers).await? {
        Some(org) => org.slug.to_string(),
        None => match named(uri) {
            Some(slug) => slug.to_owned(),
            None => return Ok(None),
        },
    };
    let status = StatusPage::load(app, headers, &slug).await?;
    let page = PublicErrorPage {
        frame: Frame::new(&status, None),
        words,
        request_id: request::id(),
    };
    page::html(&page).map(Some)
}

/// The trust center that the path names.
fn named(uri: &Uri) -> Option<&str> {
    let rest = uri.path().strip_prefix("/trust/")?;
    rest.split('/').next().filter(|slug| !slug.is_empty())
}

//! Documents as bytes: shown inside a page, or downloaded.

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::status::{is_look, note_view};
use crate::app::App;
use crate::domain::content::Item;
use crate::domain::document::Document;
use crate::domain::ids::DocumentId;
use crate::files::{ByteRange, FilesError};
use crate::store;
use crate::trust_center::access::Access;
use crate::trust_center::visits;
use crate::web::error::{WebError, WebResult};
use crate::web::page;
use crate::web::visitor::StatusPage;

/// Nothing in a document may run or fetch; only our own pages may frame it.
const DOCUMENT_POLICY: &str = "default-src 'none'; img-src 'self'; object-src 'self'; \
     style-src 'unsafe-inline'; frame-ancestors 'self'";

pub(super) async fn view(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    let (item, document) = match open_to(&app, &page, &id).await? {
        Gate::Open(item, document) => (item, document),
        Gate::Closed(answer) => return Ok(answer),
    };
    if !document.is_viewable() {
        return Ok(page::see_other(
            &page.path(&format!("/documents/{id}/download")),
        ));
    }
    let response = send(&app, &method, &headers, &document, "inline").await?;
    if is_look(&method, &headers) {
        note_view(&app, &page, &format!("/items/{}", item.id), &item.title).await?;
    }
    Ok(response)
}

pub(super) async fn download(
    State(app): State<App>,
    method: Method,
    headers: HeaderMap,
    Path((_, id)): Path<(String, String)>,
    page: StatusPage,
) -> WebResult {
    let (item, document) = match open_to(&app, &page, &id).await? {
        Gate::Open(item, document) => (item, document),
        Gate::Closed(answer) => return Ok(answer),
    };
    // The content is at hand before anything is recorded: a file that is missing
    // was not downloaded.
    let response = send(&app, &method, &headers, &document, "attachment").await?;
    if let Some(member) = page.member()
        && is_look(&method, &headers)
        && begins_at_the_start(&response)
    {
        let mut tx = app.db.begin().await?;
        let (title, name) = (&item.title, &document.file_name);
        visits::download(&mut tx, &app.ambient, page.org.id, member, title, name).await?;
        tx.commit().await?;
    }
    Ok(response)
}

enum Gate {
    Open(Item, Document),
    Closed(Response),
}

/// A document is open to whoever may read an item that offers it. Who isn't
/// signed in is asked to, whose account has to sign the NDA is led to it; who has
/// no access is told how to get it.
async fn open_to(app: &App, page: &StatusPage, id: &str) -> WebResult<Gate> {
    let id: DocumentId = page::id(id)?;
    let mut tx = app.db.read().await?;
    let items = store::item::of_document(&mut tx, page.org.id, id).await?;
    let item = items.into_iter().next().ok_or(WebError::NotFound)?;
    if item.visibility.is_locked() {
        match page.access() {
            Access::Open(_) => {}
            Access::Anonymous => {
                return Ok(Gate::Closed(page::see_other(&page.path("/sign-in"))));
            }
            Access::NdaFirst(_) => {
                let to = page.path(&format!("/nda?item={}", item.id));
                return Ok(Gate::Closed(page::see_other(&to)));
            }
            Access::NoAccount => return Err(no_access(page)),
        }
    }
    let document = store::document::by_id(&mut tx, page.org.id, id).await?;
    Ok(Gate::Open(item, document.ok_or(WebError::NotFound)?))
}

/// For whoever is signed in and was given no access.
pub(super) fn no_access(page: &StatusPage) -> WebError {
    WebError::Forbidden(format!(
        "This is shared with customers and prospects of {}. Request access on its trust center, \
         and you will get a mail when it is granted.",
        page.org.name
    ))
}

/// A part that begins later belongs to a download that was counted already.
fn begins_at_the_start(response: &Response) -> bool {
    let range = response.headers().get(header::CONTENT_RANGE);
    match range.map(HeaderValue::as_bytes) {
        None => response.status() == StatusCode::OK,
        Some(range) => range.starts_with(b"bytes 0-"),
    }
}

async fn send(
    app: &App,
    method: &Method,
    headers: &HeaderMap,
    document: &Document,
    disposition: &str,
) -> WebResult {
    let asked = headers
        .get(header::RANGE)
        .and_then(|range| range.to_str().ok());
    let range = match ByteRange::parse(asked.unwrap_or_default(), document.size) {
        Ok(range) => range,
        Err(_) => return Ok(beyond_the_end(document.size)),
    };
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let content = app.files.get(&document.storage_key, range).await;
        Body::from_stream(content.map_err(|error| unreadable(error, document))?)
    };
    let length = range.map_or(document.size, ByteRange::length);
    let mut response = Response::new(body);
    let head = [
        (header::CONTENT_TYPE, content_type(document)),
        (header::CONTENT_LENGTH, length.to_string()),
        (
            header::CONTENT_DISPOSITION,
            content_disposition(disposition, &document.file_name),
        ),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, format!("\"{}\"", document.sha256)),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_SECURITY_POLICY, DOCUMENT_POLICY.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            HeaderName::from_static("x-robots-tag"),
            "noindex".to_owned(),
        ),
    ];
    for (name, value) in head {
        let value = HeaderValue::from_str(&value).map_err(|e| WebError::Internal(e.into()))?;
        response.headers_mut().insert(name, value);
    }
    if let Some(range) = range {
        let part = format!("bytes {}-{}/{}", range.first, range.last, document.size);
        let part = HeaderValue::from_str(&part).map_err(|e| WebError::Internal(e.into()))?;
        response.headers_mut().insert(header::CONTENT_RANGE, part);
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    Ok(response)
}

fn beyond_the_end(size: u64) -> Response {
    let all = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
    (StatusCode::RANGE_NOT_SATISFIABLE, all).into_response()
}

fn unreadable(error: FilesError, document: &Document) -> WebError {
    let what = format!("document {} can't be read", document.id);
    WebError::Internal(anyhow::Error::new(error).context(what))
}

fn content_type(document: &Document) -> String {
    let charset = match document.content_type.starts_with("text/") {
        true => "; charset=utf-8",
        false => "",
    };
    format!("{}{charset}", document.content_type)
}

/// A plain name for old programs, and the real one (RFC 6266, RFC 8187).
fn content_disposition(disposition: &str, file_name: &str) -> String {
    let plain: String = file_name
        .chars()
        .map(|c| match c {
            '"' | '\\' | '%' => '_',
            ' '..='~' => c,
            _ => '_',
        })
        .collect();
    let encoded: String = file_name.bytes().map(encoded).collect();
    format!("{disposition}; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

fn encoded(byte: u8) -> String {
    match byte {
        b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => char::from(byte).to_string(),
        b'!' | b'#' | b'$' | b'&' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_any_script_survives_and_a_quote_breaks_nothing() {
        for (name, header) in [
            (
                "SOC 2.pdf",
                "attachment; filename=\"SOC 2.pdf\"; filename*=UTF-8''SOC%202.pdf",
            ),
            (
                "Bericht – Müller.pdf",
                "attachment; filename=\"Bericht _ M_ller.pdf\"; \
                 filename*=UTF-8''Bericht%20%E2%80%93%20M%C3%BCller.pdf",
            ),
            (
                "a\"b\\c%22.pdf",
                "attachment; filename=\"a_b_c_22.pdf\"; filename*=UTF-8''a%22b%5Cc%2522.pdf",
            ),
        ] {
            assert_eq!(content_disposition("attachment", name), header);
        }
    }
}

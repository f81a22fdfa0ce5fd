//! A stored file as an answer: streamed, in parts where a browser asks for parts.

use axum::body::Body;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::documents::Document;

use crate::app::App;
use crate::files::{ByteRange, FilesError, MarkedCopy};
use crate::web::http::error::{WebError, WebResult};

/// Nothing in a document may run or fetch; only our own pages may frame it.
const DOCUMENT_POLICY: &str = "default-src 'none'; img-src 'self'; object-src 'self'; \
     style-src 'unsafe-inline'; frame-ancestors 'self'";

/// Answers with the content or the part of it that was asked for. `disposition`
/// is `inline` or `attachment`.
pub async fn send(
    app: &App,
    method: &Method,
    headers: &HeaderMap,
    document: &Document,
    disposition: &str,
) -> WebResult {
    let content = Content::Stored(app, document);
    answer(method, headers, document, disposition, content).await
}

/// The same with a PDF's copy that bears this line on every page.
pub async fn send_marked(
    app: &App,
    method: &Method,
    headers: &HeaderMap,
    document: &Document,
    disposition: &str,
    line: &str,
) -> WebResult {
    let copy = app.files.marked(&app.ambient, document, line).await;
    let content = Content::Marked(copy.map_err(|error| unreadable(error, document))?);
    answer(method, headers, document, disposition, content).await
}

/// Where the bytes come from.
enum Content<'a> {
    Stored(&'a App, &'a Document),
    Marked(MarkedCopy),
}

impl Content<'_> {
    fn size(&self) -> u64 {
        match self {
            Self::Stored(_, document) => document.size,
            Self::Marked(copy) => copy.size,
        }
    }

    fn etag(&self) -> String {
        let tag = match self {
            Self::Stored(_, document) => &document.sha256,
            Self::Marked(copy) => &copy.etag,
        };
        format!("\"{tag}\"")
    }

    async fn body(&self, range: Option<ByteRange>) -> Result<Body, FilesError> {
        let content = match self {
            Self::Stored(app, document) => app.files.get(&document.storage_key, range).await?,
            Self::Marked(copy) => copy.get(range).await?,
        };
        Ok(Body::from_stream(content))
    }
}

async fn answer(
    method: &Method,
    headers: &HeaderMap,
    document: &Document,
    disposition: &str,
    content: Content<'_>,
) -> WebResult {
    let size = content.size();
    let Ok(range) = ByteRange::parse(asked(headers, &content.etag()), size) else {
        return Ok(beyond_the_end(size));
    };
    let body = if method == Method::HEAD {
        Body::empty()
    } else {
        let body = content.body(range).await;
        body.map_err(|error| unreadable(error, document))?
    };
    let length = range.map_or(size, ByteRange::length);
    let mut response = Response::new(body);
    let mut head = vec![
        (header::CONTENT_TYPE, content_type(document)),
        (header::CONTENT_LENGTH, length.to_string()),
        (
            header::CONTENT_DISPOSITION,
            content_disposition(disposition, &document.file_name),
        ),
        (header::ACCEPT_RANGES, "bytes".to_owned()),
        (header::ETAG, content.etag()),
        (header::CACHE_CONTROL, "private, no-store".to_owned()),
        (header::CONTENT_SECURITY_POLICY, DOCUMENT_POLICY.to_owned()),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
        (
            HeaderName::from_static("x-robots-tag"),
            "noindex".to_owned(),
        ),
    ];
    if let Some(range) = range {
        let part = format!("bytes {}-{}/{size}", range.first, range.last);
        head.push((header::CONTENT_RANGE, part));
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
    }
    for (name, value) in head {
        let value = HeaderValue::from_str(&value).map_err(|e| WebError::Internal(e.into()))?;
        response.headers_mut().insert(name, value);
    }
    Ok(response)
}

/// The part that is asked for. Who resumes what has changed since gets all of it
/// (RFC 9110, If-Range).
fn asked<'a>(headers: &'a HeaderMap, etag: &str) -> &'a str {
    let text = |name| headers.get(name).and_then(|value| value.to_str().ok());
    match text(header::IF_RANGE) {
        Some(condition) if condition != etag => "",
        _ => text(header::RANGE).unwrap_or_default(),
    }
}

fn beyond_the_end(size: u64) -> Response {
    let all = [(header::CONTENT_RANGE, format!("bytes */{size}"))];
    (StatusCode::RANGE_NOT_SATISFIABLE, all).into_response()
}

fn unreadable(error: FilesError, document: &Document) -> WebError {
    if matches!(error, FilesError::NoRoom) {
        return WebError::NoRoom;
    }
    let what = format!("document {} can't be read", document.id);
    WebError::Internal(anyhow::Error::new(error).context(what))
}

fn content_type(document: &Document) -> String {
    let charset = if document.content_type.starts_with("text/") {
        "; charset=utf-8"
    } else {
        ""
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

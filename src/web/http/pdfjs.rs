//! The files of pdf.js, for the document viewer: below `/static/…/pdfjs/`.

use std::io::Read as _;
use std::sync::LazyLock;

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use flate2::read::GzDecoder;

use crate::web::http::compressed::takes_gzip;

/// What stands before their names.
pub(super) const FOLDER: &str = "pdfjs/";
/// Of the worker, in which pictures are decoded by WebAssembly. A worker has a policy of
/// its own, so that no page needs this.
const WORKER_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     connect-src 'self'; base-uri 'none'";

/// Where they are; nothing where this build is without the viewer.
pub(in crate::web) fn folder() -> Option<&'static str> {
    static HREF: LazyLock<String> = LazyLock::new(|| format!("/static/{}/{FOLDER}", pdfjs::HASH));
    pdfjs::IS_BUILT_IN.then_some(HREF.as_str())
}

/// Whether an address with this hash is of this version.
pub(super) fn is_current(hash: &str) -> bool {
    hash == pdfjs::HASH
}

/// The file of that name.
pub(super) fn serve(asked: &HeaderMap, name: &str) -> Response {
    let Some(file) = pdfjs::file(name) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    let always = [
        (
            header::CONTENT_TYPE,
            HeaderValue::from_static(file.content_type),
        ),
        (header::VARY, HeaderValue::from_static("accept-encoding")),
        (
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(WORKER_POLICY),
        ),
    ];
    if takes_gzip(asked) {
        return (always, [(header::CONTENT_ENCODING, "gzip")], file.gzip).into_response();
    }
    let mut plain = Vec::new();
    match GzDecoder::new(file.gzip).read_to_end(&mut plain) {
        Ok(_) => (always, plain).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

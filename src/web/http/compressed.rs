//! Answers that were compressed before, so that it isn't done for each request.

use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};

use crate::precompressed::Precompressed;

/// The body in the form that the browser takes.
pub(crate) fn answer(
    headers: &HeaderMap,
    content_type: &'static str,
    body: Precompressed,
) -> Response {
    let always = [
        (header::CONTENT_TYPE, content_type),
        (header::VARY, "accept-encoding"),
    ];
    if takes_gzip(headers) {
        (always, [(header::CONTENT_ENCODING, "gzip")], body.gzip).into_response()
    } else {
        (always, body.plain).into_response()
    }
}

/// Whether `Accept-Encoding` names gzip and doesn't refuse it (RFC 9110, 12.5.3). Where it
/// says nothing, the body goes as it is.
pub(super) fn takes_gzip(headers: &HeaderMap) -> bool {
    let values = headers.get_all(header::ACCEPT_ENCODING).into_iter();
    let mut codings = values
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','));
    codings.any(|coding| {
        let (name, weight) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = weight.trim().strip_prefix("q=").unwrap_or("1");
        name.trim().eq_ignore_ascii_case("gzip")
            && weight.parse::<f32>().is_ok_and(|weight| weight > 0.0)
    })
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn gzip_is_for_those_who_ask_for_it() {
        for (asked, takes) in [
            ("gzip", true),
            ("deflate, GZIP;q=0.5", true),
            ("br, gzip ; q=1.0", true),
            ("gzip;q=0", false),
            ("gzip;q=many", false),
            ("br", false),
            ("identity", false),
        ] {
            let headers =
                HeaderMap::from_iter([(header::ACCEPT_ENCODING, HeaderValue::from_static(asked))]);
            assert_eq!(takes_gzip(&headers), takes, "{asked}");
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }
}

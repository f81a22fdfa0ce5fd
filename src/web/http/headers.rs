//! Headers that every answer has, unless a handler set its own.

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue, header};
use axum::response::Response;

use crate::config::Config;

/// Built once from the configuration.
#[derive(Clone)]
pub(crate) struct SecurityHeaders(Vec<(HeaderName, HeaderValue)>);

impl SecurityHeaders {
    pub(crate) fn from_config(config: &Config) -> Self {
        let mut headers = vec![
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".to_owned()),
            (header::X_FRAME_OPTIONS, "SAMEORIGIN".to_owned()),
            // A magic link's address must not reach another site.
            (header::REFERRER_POLICY, "same-origin".to_owned()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (
                header::CONTENT_SECURITY_POLICY,
                content_security_policy(config),
            ),
            (
                HeaderName::from_static("cross-origin-opener-policy"),
                "same-origin".to_owned(),
            ),
            (
                HeaderName::from_static("cross-origin-resource-policy"),
                "same-origin".to_owned(),
            ),
            (
                HeaderName::from_static("permissions-policy"),
                "camera=(), geolocation=(), microphone=(), payment=(), usb=()".to_owned(),
            ),
        ];
        if config.public_url.scheme() == "https" {
            let year = "max-age=31536000".to_owned();
            headers.push((header::STRICT_TRANSPORT_SECURITY, year));
        }
        let headers = headers
            .into_iter()
            .filter_map(|(name, value)| Some((name, HeaderValue::from_str(&value).ok()?)))
            .collect();
        Self(headers)
    }
}

/// Adds what the handler has not set.
pub(crate) async fn add(
    State(security): State<SecurityHeaders>,
    mut response: Response,
) -> Response {
    for (name, value) in security.0 {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

/// Of the page with the document viewer, which may start the worker that reads PDFs.
pub(in crate::web) fn policy_of_viewer(config: &Config) -> String {
    format!("{}; worker-src 'self'", content_security_policy(config))
}

/// Nothing from elsewhere, nothing inline. Chromium applies `form-action` to the
/// redirects after a form, so it names Salesforce and DocuSign, where connecting and
/// signing lead.
fn content_security_policy(config: &Config) -> String {
    let salesforce = &config.salesforce;
    let mut hosts = vec![
        salesforce.production_url.origin().ascii_serialization(),
        salesforce.sandbox_url.origin().ascii_serialization(),
        "https://*.my.salesforce.com".to_owned(),
        "https://*.salesforce.com".to_owned(),
        "https://*.docusign.net".to_owned(),
        "https://*.docusign.com".to_owned(),
    ];
    if salesforce.allow_loopback || config.docusign.allow_loopback {
        hosts.push("http://127.0.0.1:* http://localhost:*".to_owned());
    }
    format!(
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
         font-src 'self'; connect-src 'self'; frame-src 'self'; frame-ancestors 'self'; \
         base-uri 'none'; form-action 'self' {}",
        hosts.join(" ")
    )
}

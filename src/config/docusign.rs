//! Where DocuSign is.

use url::Url;

use super::settings::Settings;

#[derive(Clone, Debug)]
pub struct DocusignConfig {
    /// Where tokens are asked for.
    pub demo_url: Url,
    pub production_url: Url,
    /// Lets DocuSign be a plain-http server on this machine: for the local one.
    pub allow_loopback: bool,
}

impl DocusignConfig {
    pub(super) fn read<E: Fn(&str) -> Option<String>>(s: &mut Settings<E>) -> Self {
        let allow_loopback = s.switch("allow_loopback_docusign");
        let mut host = |key, default| {
            let url = s.url(key, Some(default));
            let host = url.host_str().unwrap_or_default();
            let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
            let genuine = url.scheme() == "https" && host.ends_with(".docusign.com");
            if !(genuine || loopback && allow_loopback) {
                let should_be = "an https address of docusign.com, or loopback with \
                     GATEHOUSE_ALLOW_LOOPBACK_DOCUSIGN=1";
                s.wrong(key, should_be);
            }
            url
        };
        Self {
            demo_url: host("docusign_demo_url", "https://account-d.docusign.com"),
            production_url: host("docusign_production_url", "https://account.docusign.com"),
            allow_loopback,
        }
    }
}

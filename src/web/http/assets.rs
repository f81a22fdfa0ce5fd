//! The style sheets, the script and the icon, compiled into the program. Their
//! addresses hold a hash of their content, so that browsers may keep them forever.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::precompressed::Precompressed;
use crate::web::http::{compressed, pdfjs};

struct Asset {
    name: &'static str,
    content_type: &'static str,
    body: Precompressed,
    href: String,
}

macro_rules! assets {
    ($($name:literal => $type:literal),+ $(,)?) => {
        static ASSETS: LazyLock<Vec<Asset>> = LazyLock::new(|| vec![$(
            Asset::new($name, $type, include_bytes!(concat!("../../../static/", $name))),
        )+]);
    };
}

assets! {
    "components/app.js" => "text/javascript; charset=utf-8",
    "components/chart.css" => "text/css; charset=utf-8",
    "components/chart.js" => "text/javascript; charset=utf-8",
    "components/components.css" => "text/css; charset=utf-8",
    "components/conversations.css" => "text/css; charset=utf-8",
    "components/icon.svg" => "image/svg+xml",
    "components/tokens.css" => "text/css; charset=utf-8",
    "components/upload.css" => "text/css; charset=utf-8",
    "components/upload.js" => "text/javascript; charset=utf-8",
    "components/widgets.css" => "text/css; charset=utf-8",
    "dashboard/access_requests.css" => "text/css; charset=utf-8",
    "dashboard/access_requests.js" => "text/javascript; charset=utf-8",
    "dashboard/accounts/accounts.css" => "text/css; charset=utf-8",
    "dashboard/accounts/list.js" => "text/javascript; charset=utf-8",
    "dashboard/accounts/salesforce.css" => "text/css; charset=utf-8",
    "dashboard/accounts/salesforce.js" => "text/javascript; charset=utf-8",
    "dashboard/analytics.css" => "text/css; charset=utf-8",
    "dashboard/email.css" => "text/css; charset=utf-8",
    "dashboard/layout.css" => "text/css; charset=utf-8",
    "dashboard/parts.css" => "text/css; charset=utf-8",
    "dashboard/search.css" => "text/css; charset=utf-8",
    "dashboard/search.js" => "text/javascript; charset=utf-8",
    "dashboard/salesforce.css" => "text/css; charset=utf-8",
    "dashboard/salesforce.js" => "text/javascript; charset=utf-8",
    "dashboard/settings/appearance.css" => "text/css; charset=utf-8",
    "dashboard/settings/audit.css" => "text/css; charset=utf-8",
    "dashboard/settings/docusign.css" => "text/css; charset=utf-8",
    "public/document_viewer.css" => "text/css; charset=utf-8",
    "public/document_find.js" => "text/javascript; charset=utf-8",
    "public/document_viewer.js" => "text/javascript; charset=utf-8",
    "public/frame.css" => "text/css; charset=utf-8",
    "public/layout.css" => "text/css; charset=utf-8",
    "public/print.css" => "text/css; charset=utf-8",
    "public/reading.css" => "text/css; charset=utf-8",
    "public/reading_time.js" => "text/javascript; charset=utf-8",
    "public/search.css" => "text/css; charset=utf-8",
    "public/trust_center.css" => "text/css; charset=utf-8",
    "public/trust_center.js" => "text/javascript; charset=utf-8",
}

impl Asset {
    fn new(name: &'static str, content_type: &'static str, bytes: &'static [u8]) -> Self {
        let hash = Sha256::digest(bytes);
        let hash = u64::from_be_bytes(std::array::from_fn(|i| hash[i]));
        Self {
            name,
            content_type,
            body: Precompressed::new(Bytes::from_static(bytes)).expect("memory takes all bytes"),
            href: format!("/static/{hash:016x}/{name}"),
        }
    }
}

/// The address of a file of `static/`, for templates:
/// `{{ crate::web::http::assets::href("components/tokens.css") }}`. A test holds that each name exists.
pub fn href(name: &str) -> &'static str {
    ASSETS
        .iter()
        .find(|asset| asset.name == name)
        .map_or("/static/missing", |asset| asset.href.as_str())
}

/// Answers `/static/{hash}/{*name}`. An old hash is answered too, from a page
/// that was open during an upgrade, but is not to be kept.
pub async fn serve(Path((hash, name)): Path<(String, String)>, asked: HeaderMap) -> Response {
    let (is_current, body) = if let Some(name) = name.strip_prefix(pdfjs::FOLDER) {
        (pdfjs::is_current(&hash), pdfjs::serve(&asked, name))
    } else {
        let Some(asset) = ASSETS.iter().find(|asset| asset.name == name) else {
            return StatusCode::NOT_FOUND.into_response();
        };
        let is_current = asset.href == format!("/static/{hash}/{name}");
        let body = compressed::answer(&asked, asset.content_type, asset.body.clone());
        (is_current, body)
    };
    let keep = if is_current && body.status().is_success() {
        "public, max-age=31536000, immutable"
    } else {
        "no-store"
    };
    let headers = [
        (header::CACHE_CONTROL, keep),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, body).into_response()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::{Asset, href};

    #[test]
    fn an_address_changes_with_its_content() {
        let one = Asset::new("a.css", "text/css", b"a{}");
        let other = Asset::new("a.css", "text/css", b"b{}");
        assert_ne!(one.href, other.href);
        assert!(href("components/tokens.css").starts_with("/static/"));
    }

    #[test]
    fn every_file_that_a_template_names_exists() {
        let mut folders = vec![Path::new("templates").to_owned()];
        let mut named = 0;
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                    continue;
                }
                let template = fs::read_to_string(&path).unwrap();
                for part in template.split("href(\"").skip(1) {
                    let name = part.split('"').next().unwrap();
                    assert_ne!(
                        href(name),
                        "/static/missing",
                        "{name} in {}",
                        path.display()
                    );
                    named += 1;
                }
            }
        }
        assert!(named > 40, "{named}");
    }
}

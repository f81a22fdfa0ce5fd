//! As much of S3's REST API as keeping documents takes: put, parts, get with a
//! range, delete.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use tokio::net::TcpListener;

#[derive(Default)]
struct Content {
    objects: BTreeMap<String, Vec<u8>>,
    parts: BTreeMap<u32, Vec<u8>>,
    unsigned: usize,
}

pub struct Bucket {
    pub url: String,
    content: Arc<Mutex<Content>>,
}

type Asked = BTreeMap<String, String>;

impl Bucket {
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let content = Arc::<Mutex<Content>>::default();
        let router = Router::new()
            .fallback(answer)
            .layer(axum::extract::DefaultBodyLimit::disable())
            .with_state(content.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { url, content }
    }

    /// Bucket and key of each object.
    pub fn keys(&self) -> Vec<String> {
        self.content
            .lock()
            .expect("the content")
            .objects
            .keys()
            .cloned()
            .collect()
    }

    pub fn all_signed(&self) -> bool {
        self.content.lock().expect("the content").unsigned == 0
    }
}

async fn answer(
    State(content): State<Arc<Mutex<Content>>>,
    method: Method,
    uri: Uri,
    Query(asked): Query<Asked>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let mut content = content.lock().expect("the content");
    let signed = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok());
    if !signed.is_some_and(|value| value.starts_with("AWS4-HMAC-SHA256 Credential=the-key-id/")) {
        content.unsigned += 1;
    }
    let key = uri.path().trim_start_matches('/').to_owned();
    match (
        method,
        asked.get("partNumber"),
        asked.contains_key("uploads"),
    ) {
        (Method::POST, _, true) => xml("InitiateMultipartUploadResult", "<UploadId>one</UploadId>"),
        (Method::PUT, Some(part), _) => {
            content
                .parts
                .insert(part.parse().expect("a number"), body.to_vec());
            tagged(StatusCode::OK)
        }
        (Method::POST, _, _) if asked.contains_key("delete") => delete(&mut content, &key, &body),
        (Method::POST, _, _) => {
            let whole = std::mem::take(&mut content.parts)
                .into_values()
                .flatten()
                .collect();
            content.objects.insert(key, whole);
            xml("CompleteMultipartUploadResult", "<ETag>\"tag\"</ETag>")
        }
        (Method::PUT, None, _) => {
            content.objects.insert(key, body.to_vec());
            tagged(StatusCode::OK)
        }
        (Method::GET, _, _) => match content.objects.get(&key) {
            Some(object) => part_of(object, &headers),
            None => StatusCode::NOT_FOUND.into_response(),
        },
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    }
}

/// Many at once, named in the body.
fn delete(content: &mut Content, bucket: &str, body: &[u8]) -> Response {
    let body = String::from_utf8_lossy(body);
    let mut deleted = String::new();
    for named in body.split("<Key>").skip(1) {
        let key = named.split("</Key>").next().unwrap_or_default();
        content
            .objects
            .remove(&format!("{}/{key}", bucket.trim_end_matches('/')));
        deleted.push_str(&format!("<Deleted><Key>{key}</Key></Deleted>"));
    }
    xml("DeleteResult", &deleted)
}

fn tagged(status: StatusCode) -> Response {
    (status, [(header::ETAG, "\"tag\"")]).into_response()
}

fn xml(name: &str, inside: &str) -> Response {
    let body = format!("<?xml version=\"1.0\"?><{name}>{inside}</{name}>");
    ([(header::CONTENT_TYPE, "application/xml")], body).into_response()
}

fn part_of(object: &[u8], headers: &HeaderMap) -> Response {
    let modified = (
        header::LAST_MODIFIED,
        "Mon, 02 Feb 2026 15:00:00 GMT".to_owned(),
    );
    let tag = (header::ETAG, "\"tag\"".to_owned());
    let range = headers
        .get(header::RANGE)
        .and_then(|value| value.to_str().ok());
    let Some((first, last)) = range
        .and_then(|range| range.strip_prefix("bytes="))
        .and_then(|range| range.split_once('-'))
    else {
        return ([modified, tag], object.to_vec()).into_response();
    };
    let (first, last): (usize, usize) =
        (first.parse().expect("first"), last.parse().expect("last"));
    let last = last.min(object.len() - 1);
    let span = (
        header::CONTENT_RANGE,
        format!("bytes {first}-{last}/{}", object.len()),
    );
    (
        StatusCode::PARTIAL_CONTENT,
        [modified, tag, span],
        object[first..=last].to_vec(),
    )
        .into_response()
}

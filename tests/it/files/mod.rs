//! Documents in a bucket: the real S3 client, pointed at a small bucket here.

mod bucket;
mod local;

use bytes::Bytes;
use clock::{Ambient, Clock, Random};
use domain::ids::OrganizationId;
use futures::{StreamExt as _, stream};
use gatehouse::config::Config;
use gatehouse::files::{ByteRange, Files};

use bucket::Bucket;

/// Each test is a separate process, so nobody else reads these meanwhile.
#[allow(
    unsafe_code,
    reason = "the S3 client reads its settings from the environment"
)]
fn point_at(bucket: &Bucket) {
    for (name, value) in [
        ("AWS_ENDPOINT", bucket.url.as_str()),
        ("AWS_ALLOW_HTTP", "true"),
        ("AWS_REGION", "eu-central-1"),
        ("AWS_ACCESS_KEY_ID", "the-key-id"),
        ("AWS_SECRET_ACCESS_KEY", "the-secret"),
    ] {
        // SAFETY: no other thread of this process touches the environment.
        unsafe { std::env::set_var(name, value) };
    }
}

fn files(dir: &tempfile::TempDir) -> Files {
    open(dir, Some("s3://documents/gatehouse/eu"))
}

fn open(dir: &tempfile::TempDir, url: Option<&'static str>) -> Files {
    drop(rustls::crypto::ring::default_provider().install_default());
    let data = dir.path().display().to_string();
    let config = Config::from_sources(
        |name| match name {
            "GATEHOUSE_DATA_DIR" => Some(data.clone()),
            "GATEHOUSE_FILES_URL" => url.map(str::to_owned),
            "GATEHOUSE_SECRET_KEY" => {
                Some("AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned())
            }
            _ => None,
        },
        "",
    );
    let config = Config {
        inspector: env!("CARGO_BIN_EXE_gatehouse").into(),
        ..config.expect("a configuration")
    };
    Files::open(&config).expect("a place for files")
}

fn ambient() -> Ambient {
    Ambient {
        clock: Clock::manual("2026-02-02T15:00:00Z".parse().expect("a moment")),
        random: Random::seeded(7),
    }
}

/// A CSV of about that many bytes.
fn csv(size: usize) -> Vec<u8> {
    let rows = (0..).flat_map(|n| format!("control {n},in place\n").into_bytes());
    let mut content: Vec<u8> = b"control,state\n"
        .iter()
        .copied()
        .chain(rows)
        .take(size)
        .collect();
    content.push(b'\n');
    content
}

async fn read(files: &Files, key: &str, range: Option<ByteRange>) -> Vec<u8> {
    let mut pieces = files.get(key, range).await.expect("the document");
    let mut content = Vec::new();
    while let Some(piece) = pieces.next().await {
        content.extend_from_slice(&piece.expect("a piece"));
    }
    content
}

async fn comes_back_whole_and_in_parts(size: usize) {
    let bucket = Bucket::start().await;
    point_at(&bucket);
    let dir = tempfile::tempdir().expect("a temporary directory");
    let files = files(&dir);
    let ambient = ambient();
    let org = ambient.id(OrganizationId::from_uuid);
    let content = csv(size);
    let pieces: Vec<Result<Bytes, std::io::Error>> = content
        .chunks(64 * 1024)
        .map(|piece| Ok(Bytes::copy_from_slice(piece)))
        .collect();
    let document = files
        .put(
            &ambient,
            org,
            "controls.csv",
            stream::iter(pieces),
            50 * 1024 * 1024,
        )
        .await
        .expect("stored");
    let key = format!("documents/gatehouse/eu/{}", document.storage_key);
    assert_eq!(bucket.keys(), [key]);
    assert!(bucket.all_signed(), "every request carries a signature");
    assert_eq!(read(&files, &document.storage_key, None).await, content);
    let range = ByteRange {
        first: 10,
        last: 99,
    };
    assert_eq!(
        read(&files, &document.storage_key, Some(range)).await,
        content[10..=99]
    );
    files.delete(&document.storage_key).await.expect("deleted");
    assert!(bucket.keys().is_empty());
    files
        .delete(&document.storage_key)
        .await
        .expect("gone is no error");
}

#[tokio::test]
async fn a_small_document_is_kept_in_the_bucket() {
    comes_back_whole_and_in_parts(20_000).await;
}

#[tokio::test]
async fn a_large_document_is_uploaded_in_parts() {
    comes_back_whole_and_in_parts(13 * 1024 * 1024).await;
}

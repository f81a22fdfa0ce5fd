//! Files on this machine's disk.

use std::time::Duration;

use bytes::Bytes;
use domain::documents::Document;
use domain::ids::OrganizationId;
use futures::TryStreamExt as _;
use gatehouse::files::{ByteRange, Files, FilesError};
use tempfile::TempDir;

use super::{ambient, open};

fn files(dir: &TempDir) -> Files {
    open(dir, None)
}

async fn put(
    files: &Files,
    name: &str,
    content: &[u8],
    limit: u64,
) -> Result<Document, FilesError> {
    let pieces: Vec<_> = content
        .chunks(7)
        .map(|piece| Ok::<_, String>(Bytes::copy_from_slice(piece)))
        .collect();
    let org = OrganizationId::from_uuid(uuid::Uuid::from_u128(1));
    let content = futures::stream::iter(pieces);
    files.put(&ambient(), org, name, content, limit).await
}

async fn read(files: &Files, key: &str, range: Option<ByteRange>) -> Vec<u8> {
    let pieces = files.get(key, range).await.unwrap();
    let pieces: Vec<Bytes> = pieces.try_collect().await.unwrap();
    pieces.concat()
}

#[tokio::test]
async fn what_is_put_can_be_read_whole_and_in_part_until_deleted() {
    let dir = TempDir::new().unwrap();
    let files = files(&dir);
    let stored = put(&files, "answers.csv", b"question,answer\n", 100)
        .await
        .unwrap();
    assert_eq!(
        (stored.size, stored.content_type.as_str()),
        (16, "text/csv")
    );
    assert_eq!(
        stored.sha256,
        "2c089fa035470b949dd02836c176972ec0ca0c6120ee5db0bb213576fe00a5f6"
    );
    assert_eq!(
        read(&files, &stored.storage_key, None).await,
        b"question,answer\n"
    );
    let part = Some(ByteRange { first: 9, last: 14 });
    assert_eq!(read(&files, &stored.storage_key, part).await, b"answer");
    files.delete(&stored.storage_key).await.unwrap();
    files.delete(&stored.storage_key).await.unwrap();
    let gone = files.get(&stored.storage_key, None).await;
    assert!(matches!(gone, Err(FilesError::Missing)));
}

#[tokio::test]
async fn what_is_refused_leaves_nothing_behind() {
    let dir = TempDir::new().unwrap();
    let files = files(&dir);
    let too_large = put(&files, "a.csv", &[b'a'; 101], 100).await.unwrap_err();
    assert!(matches!(too_large, FilesError::TooLarge(100)));
    let empty = put(&files, "a.csv", b"", 100).await.unwrap_err();
    assert!(matches!(empty, FilesError::Empty));
    let no_pdf = put(&files, "a.pdf", b"not a PDF", 100).await.unwrap_err();
    assert!(no_pdf.is_the_uploads_fault(), "{no_pdf}");
    let left = std::fs::read_dir(dir.path().join("incoming"))
        .unwrap()
        .count();
    let kept = std::fs::read_dir(dir.path().join("files")).unwrap().count();
    assert_eq!((left, kept), (0, 0));
}

#[tokio::test]
async fn what_an_ended_process_left_on_its_way_in_is_deleted() {
    let dir = TempDir::new().unwrap();
    let files = files(&dir);
    let path = dir.path().join("incoming").join("left");
    std::fs::write(&path, b"half a report").unwrap();
    let written = std::fs::metadata(&path).unwrap().modified().unwrap();
    let written: jiff::Timestamp = written.try_into().unwrap();
    files.sweep(written + Duration::from_mins(1)).await.unwrap();
    assert!(path.exists(), "it may still be coming in");
    files
        .sweep(written + Duration::from_secs(3601))
        .await
        .unwrap();
    assert!(!path.exists());
}

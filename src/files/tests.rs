use futures::TryStreamExt as _;
use tempfile::TempDir;

use super::*;

fn files(dir: &TempDir) -> Files {
    open(dir, None).unwrap()
}

fn open(dir: &TempDir, url: Option<&'static str>) -> Result<Files, FilesError> {
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let data_dir = dir.path().display().to_string();
    let env = move |name: &str| match name {
        "GATEHOUSE_SECRET_KEY" => Some(key.to_owned()),
        "GATEHOUSE_DATA_DIR" => Some(data_dir.clone()),
        "GATEHOUSE_FILES_URL" => url.map(str::to_owned),
        _ => None,
    };
    Files::open(&Config::from_sources(env, "").unwrap())
}

fn org() -> OrganizationId {
    OrganizationId::from_uuid(uuid::Uuid::from_u128(1))
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
    let content = futures::stream::iter(pieces);
    files
        .put(&Ambient::system(), org(), name, content, limit)
        .await
}

async fn read(files: &Files, key: &str, range: Option<ByteRange>) -> Vec<u8> {
    let pieces: Vec<Bytes> = files
        .get(key, range)
        .await
        .unwrap()
        .try_collect()
        .await
        .unwrap();
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
async fn a_bucket_is_named_by_its_address_and_keys_go_below_its_prefix() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let dir = TempDir::new().unwrap();
    let files = open(&dir, Some("s3://documents/gatehouse/eu")).unwrap();
    assert_eq!(files.at("org/doc").as_ref(), "gatehouse/eu/org/doc");
    let error = open(&dir, Some("https://documents.example.com")).unwrap_err();
    assert!(error.to_string().contains("s3://BUCKET/PREFIX"), "{error}");
}

use tempfile::TempDir;

use super::*;

fn open(dir: &TempDir, url: &'static str) -> Result<Files, FilesError> {
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    let data_dir = dir.path().display().to_string();
    let env = move |name: &str| match name {
        "GATEHOUSE_SECRET_KEY" => Some(key.to_owned()),
        "GATEHOUSE_DATA_DIR" => Some(data_dir.clone()),
        "GATEHOUSE_FILES_URL" => Some(url.to_owned()),
        _ => None,
    };
    Files::open(&Config::from_sources(env, "").unwrap())
}

#[tokio::test]
async fn a_bucket_is_named_by_its_address_and_keys_go_below_its_prefix() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let dir = TempDir::new().unwrap();
    let files = open(&dir, "s3://documents/gatehouse/eu").unwrap();
    assert_eq!(files.at("org/doc").as_ref(), "gatehouse/eu/org/doc");
    let error = open(&dir, "https://documents.example.com").unwrap_err();
    assert!(error.to_string().contains("s3://BUCKET/PREFIX"), "{error}");
}

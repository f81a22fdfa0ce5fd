//! A program of its own with one organization, for benchmarks of its pages.

use anyhow::{Result, ensure};
use tempfile::TempDir;
use testkit::client::Client;
use tokio::net::TcpListener;
use url::Url;

use crate::process::{Settings, run};

const ADMIN: &str = "admin@benchmark.example";
const PASSWORD: &str = "a password for benchmarks";

/// Creates the organization `benchmark` and its Admin in an embedded database in `data`.
/// Answers the settings to start the program with, and its address.
pub async fn create(data: &TempDir) -> Result<(Settings, Url)> {
    let settings = settings(data).await?;
    let url = Url::parse(&settings["GATEHOUSE_PUBLIC_URL"])?;
    let org = ["org", "create", "benchmark", "--name", "Benchmark"];
    run(&settings, &org, "").await?;
    let user = ["user", "create", "--org", "benchmark", "--email", ADMIN];
    let user = [&user[..], &["--role", "admin"]].concat();
    run(&settings, &user, PASSWORD).await?;
    Ok((settings, url))
}

/// The Admin's browser.
pub async fn sign_in(url: &Url) -> Result<Client> {
    let admin = Client::new(url)?;
    let login = admin.open("/login").await?;
    let fields = [("email", ADMIN), ("password", PASSWORD)];
    let page = admin.submit(&login, "/login", &fields).await?;
    ensure!(page.url.path() == "/dashboard", "{}", page.summary());
    Ok(admin)
}

async fn settings(data: &TempDir) -> Result<Settings> {
    // Free now, and taken by the program in a moment.
    let listen = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let key = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
    Ok(Settings::from([
        ("GATEHOUSE_LISTEN", listen.to_string()),
        ("GATEHOUSE_PUBLIC_URL", format!("http://{listen}")),
        ("GATEHOUSE_DATA_DIR", data.path().display().to_string()),
        ("GATEHOUSE_SECRET_KEY", key.to_owned()),
        ("RUST_LOG", "warn".to_owned()),
    ]))
}

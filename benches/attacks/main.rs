//! What one request can do to the program: each attack runs against a process of its
//! own, which has to answer afterwards. Prints the memory before, at most and after.
//!
//! `make attack` runs it.

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

#[allow(dead_code, reason = "a test uses the rest")]
#[path = "../../tests/support/bombs.rs"]
mod bombs;
mod program;

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use futures::StreamExt as _;
use program::{Gatehouse, Settings, run};
use tempfile::TempDir;
use testkit::client::Client;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};
use url::Url;

const ADMIN: &str = "admin@attack.example";
const PASSWORD: &str = "a password for attacks";
/// How long the program may take to answer somebody else afterwards.
const ANSWERS: Duration = Duration::from_secs(10);

#[tokio::main]
async fn main() -> Result<()> {
    drop(rustls::crypto::ring::default_provider().install_default());
    println!("attack               seconds  MiB before  peak  after");
    attack("1,000 wrong passwords", wrong_passwords).await?;
    attack("500 slow clients", slow_clients).await?;
    attack("endless form fields", endless_fields).await?;
    attack("20 exploding PDFs", exploding_files).await?;
    attack("5,000 page views", page_views).await
}

/// A program with an organization and an Admin, and somebody's browser.
struct Scene {
    url: Url,
    data: TempDir,
}

async fn attack<F: Future<Output = Result<()>>>(name: &str, act: impl Fn(Url) -> F) -> Result<()> {
    let (scene, settings) = scene().await?;
    let program = Gatehouse::serve(&settings).await?;
    let before = program.resident_mib()?;
    let began = Instant::now();
    act(scene.url.clone())
        .await
        .with_context(|| name.to_owned())?;
    let seconds = began.elapsed().as_secs_f64();
    let somebody = reqwest::Client::builder().timeout(ANSWERS).build()?;
    let answer = somebody.get(scene.url.join("/login")?).send().await?;
    ensure!(
        answer.status() == 200,
        "{name}: {} afterwards",
        answer.status()
    );
    let (peak, after) = (program.peak_mib()?, program.resident_mib()?);
    println!("{name:<22} {seconds:>5.1} {before:>11.0} {peak:>5.0} {after:>6.0}");
    program.stop().await?;
    drop(scene.data);
    Ok(())
}

async fn scene() -> Result<(Scene, Settings)> {
    let data = tempfile::tempdir()?;
    let listen = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
    let settings = Settings::from([
        ("GATEHOUSE_LISTEN", listen.to_string()),
        ("GATEHOUSE_PUBLIC_URL", format!("http://{listen}")),
        ("GATEHOUSE_DATA_DIR", data.path().display().to_string()),
        (
            "GATEHOUSE_SECRET_KEY",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned(),
        ),
        // So that an attack comes from many networks.
        ("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1".to_owned()),
    ]);
    run(
        &settings,
        &["org", "create", "attack", "--name", "Attack"],
        "",
    )
    .await?;
    let user = [
        "user", "create", "--org", "attack", "--email", ADMIN, "--role", "admin",
    ];
    run(&settings, &user, PASSWORD).await?;
    let url = Url::parse(&settings["GATEHOUSE_PUBLIC_URL"])?;
    Ok((Scene { url, data }, settings))
}

fn network(n: usize) -> String {
    format!("198.51.{}.{}", n / 250, n % 250)
}

async fn wrong_passwords(url: Url) -> Result<()> {
    let client = reqwest::Client::new();
    let login = url.join("/login")?;
    let tries = (0..1_000).map(|n| {
        let form = [
            ("email", format!("nobody-{n}@attack.example")),
            ("password", "wrong".to_owned()),
        ];
        let request = client.post(login.clone()).form(&form);
        let request = request.header("X-Forwarded-For", network(n));
        request.header("Sec-Fetch-Site", "same-origin").send()
    });
    let mut tries = futures::stream::iter(tries).buffer_unordered(50);
    while let Some(answer) = tries.next().await {
        ensure!(answer?.status() == 401);
    }
    Ok(())
}

/// They stay until somebody else was answered.
async fn slow_clients(url: Url) -> Result<()> {
    let address = format!("127.0.0.1:{}", url.port().context("a port")?);
    let mut slow = Vec::new();
    for _ in 0..500 {
        let mut socket = TcpStream::connect(&address).await?;
        socket
            .write_all(b"GET /login HTTP/1.1\r\nHost: slow\r\n")
            .await?;
        slow.push(socket);
    }
    let somebody = reqwest::Client::builder().timeout(ANSWERS).build()?;
    ensure!(somebody.get(url.join("/login")?).send().await?.status() == 200);
    Ok(())
}

async fn signed_in(url: &Url) -> Result<Client> {
    let admin = Client::new(url)?;
    let login = admin.open("/login").await?;
    let fields = [("email", ADMIN), ("password", PASSWORD)];
    let page = admin.submit(&login, "/login", &fields).await?;
    ensure!(page.url.path() == "/dashboard", "{}", page.summary());
    Ok(admin)
}

/// The path of a new item's form.
async fn new_item(admin: &Client) -> Result<String> {
    let page = admin.open("/dashboard/content/sections/new").await?;
    let fields = [("kind", "items"), ("title", "Reports")];
    let page = admin.submit(&page, "/sections", &fields).await?;
    let new = page.link("Add an item").context("no section")?;
    let page = admin.open(new.as_str()).await?;
    let fields = [("title", "A report"), ("visibility", "public")];
    let page = admin.submit(&page, "/items", &fields).await?;
    Ok(page.url.path().to_owned())
}

/// Two gibibytes of fields that are no file. The connection is closed on the way.
async fn endless_fields(url: Url) -> Result<()> {
    let admin = signed_in(&url).await?;
    let item = new_item(&admin).await?;
    let text = "x".repeat(60 * 1024);
    let field = format!("--b\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\n{text}\r\n");
    let pieces = std::iter::repeat_n(Bytes::from(field), 35_000);
    let pieces = pieces.map(Ok::<_, std::io::Error>);
    let request = admin.http().post(admin.url(&format!("{item}/document"))?);
    let request = request.header("Content-Type", "multipart/form-data; boundary=b");
    let body = reqwest::Body::wrap_stream(futures::stream::iter(pieces));
    if let Ok(answer) = request.body(body).send().await {
        ensure!(answer.status() == 422, "{}", answer.status());
    }
    Ok(())
}

/// Four at a time.
async fn exploding_files(url: Url) -> Result<()> {
    let admin = signed_in(&url).await?;
    let path = format!("{}/document", new_item(&admin).await?);
    let files = [bombs::object_streams(), bombs::nested()];
    let uploads = files
        .iter()
        .cycle()
        .take(20)
        .map(|file| admin.upload(&path, &[], ("file", "report.pdf", file.as_slice())));
    let mut uploads = futures::stream::iter(uploads).buffer_unordered(4);
    while let Some(answer) = uploads.next().await {
        ensure!(!answer?.status.is_server_error());
    }
    Ok(())
}

async fn page_views(url: Url) -> Result<()> {
    let client = reqwest::Client::builder()
        .user_agent("Mozilla/5.0 (attack)")
        .build()?;
    let page = url.join("/trust/attack")?;
    let views = (0..5_000).map(|_| client.get(page.clone()).send());
    let mut views = futures::stream::iter(views).buffer_unordered(20);
    while let Some(answer) = views.next().await {
        ensure!(answer?.status() == 200);
    }
    Ok(())
}

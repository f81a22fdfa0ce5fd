//! A running Gatehouse: real HTTP on a loopback port, a clock that stands
//! still, randomness that repeats.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use clock::{Ambient, Clock, Random};
use domain::analytics::anonymous_views::AnonymousViews;
use gatehouse::app::{App, Parts, docusign_client, salesforce_client};
use gatehouse::config::Config;
use gatehouse::dns::Dns;
use gatehouse::files::{DiskUsage, Files};
use gatehouse::jobs::Jobs;
use gatehouse::web::connections::{self, Limits};
use store::Db;
use tempfile::TempDir;
use testkit::mail::MailServer;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use url::Url;

use super::browser::Browser;
use super::database::{Database, TestDatabase};
use super::dns::LocalDns;
use super::docusign::LocalDocusign;
use super::salesforce::{CLIENT_ID, CLIENT_SECRET, LocalOrg};
use super::statements::Statements;

/// When every test begins: a Monday afternoon, far from any change of clocks.
pub const START: &str = "2026-02-02T15:00:00Z";

const SECRET_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Everything stops and is removed when it is dropped.
pub struct TestApp {
    app: App,
    /// Where it is reached.
    pub url: Url,
    /// All mail that it sent.
    pub mail: MailServer,
    /// The local Salesforce orgs.
    pub production: LocalOrg,
    pub sandbox: LocalOrg,
    /// The local DocuSign.
    pub docusign: LocalDocusign,
    /// The name server that it asks.
    pub dns_server: LocalDns,
    pub kind: Database,
    /// What its database was asked.
    pub statements: Statements,
    /// How full its disk is, in percent, whatever this machine's is.
    pub disk_used: Arc<AtomicU64>,
    database: TestDatabase,
    data_dir: TempDir,
}

impl Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

/// What a server does beside answering: emails go out, and updates with them.
fn serve(listener: TcpListener, pages: axum::Router, app: &App) {
    let limits = Limits::of_process(app.config.trusted_proxies.clone());
    let never = CancellationToken::new;
    tokio::spawn(connections::serve(listener, pages, limits, never()));
    tokio::spawn(gatehouse::serve::update_emails(app.clone(), never()));
    tokio::spawn(gatehouse::email::worker::run(app.clone(), never()));
}

impl TestApp {
    pub async fn start(kind: Database) -> Self {
        Self::start_with(kind, &[]).await
    }

    /// With other settings, as in the environment.
    pub async fn start_with(kind: Database, settings: &[(&str, &str)]) -> Self {
        let data_dir = tempfile::tempdir().expect("a temporary directory");
        let database = TestDatabase::make(kind, &data_dir).await;
        let mail = MailServer::start().await.expect("a mail server");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let data = data_dir.path().display().to_string();
        let smtp = mail.url();
        let production = LocalOrg::start(false, &url).await;
        let sandbox = LocalOrg::start(true, &url).await;
        let docusign = LocalDocusign::start().await;
        let dns = LocalDns::start().await;
        let dns_address = dns.address.to_string();
        let mut env: BTreeMap<&str, &str> = BTreeMap::from([
            ("GATEHOUSE_PUBLIC_URL", url.as_str()),
            ("GATEHOUSE_DATA_DIR", &data),
            ("GATEHOUSE_DATABASE_URL", &database.url),
            ("GATEHOUSE_SECRET_KEY", SECRET_KEY),
            ("GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE", "1"),
            ("GATEHOUSE_SALESFORCE_CLIENT_ID", CLIENT_ID),
            ("GATEHOUSE_SALESFORCE_CLIENT_SECRET", CLIENT_SECRET),
            ("GATEHOUSE_SALESFORCE_PRODUCTION_URL", &production.url),
            ("GATEHOUSE_SALESFORCE_SANDBOX_URL", &sandbox.url),
            ("GATEHOUSE_ALLOW_LOOPBACK_DOCUSIGN", "1"),
            ("GATEHOUSE_DOCUSIGN_DEMO_URL", &docusign.url),
            ("GATEHOUSE_SMTP_URL", &smtp),
            ("GATEHOUSE_DNS_SERVER", &dns_address),
        ]);
        env.extend(settings.iter().copied());
        let config = Config::from_sources(|name| env.get(name).map(|v| (*v).to_owned()), "")
            .expect("the tests' configuration");
        let config = Config {
            inspector: env!("CARGO_BIN_EXE_gatehouse").into(),
            ..config
        };
        let statements = Statements::default();
        let disk_used = Arc::new(AtomicU64::new(40));
        let files = Files::open(&config).expect("a place for files");
        let files = files.on_disk(usage(disk_used.clone()));
        let app = app(config, &database.url, kind, statements.clone(), files).await;
        let pages = gatehouse::web::router(app.clone());
        serve(listener, pages, &app);
        Self {
            app,
            url: Url::parse(&url).expect("an address"),
            mail,
            production,
            sandbox,
            docusign,
            dns_server: dns,
            statements,
            disk_used,
            kind,
            database,
            data_dir,
        }
    }

    /// Moves the clock, and the orgs' with it; it never moves by itself.
    pub fn advance(&self, by: Duration) {
        self.ambient.clock.advance(by);
        let now = self.ambient.now().as_millisecond();
        self.production.sim.clock().set(now);
        self.sandbox.sim.clock().set(now);
        self.docusign.sim.clock().set(now);
    }

    /// A new person's browser, without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(&self.url)
    }

    /// The address of the database, for tests that open it a second time.
    pub fn database_url(&self) -> &str {
        &self.database.url
    }

    /// Where the embedded database and the files are.
    pub fn data_dir(&self) -> &std::path::Path {
        self.data_dir.path()
    }
}

fn usage(percent: Arc<AtomicU64>) -> DiskUsage {
    DiskUsage::read_by(move |_| Ok(percent.load(Ordering::SeqCst)))
}

async fn app(
    config: Config,
    database_url: &str,
    kind: Database,
    statements: Statements,
    files: Files,
) -> App {
    let db = Db::open(database_url).await.expect("the database opens");
    let db = db
        .with_keyring(config.keyring.clone())
        .with_probe(Arc::new(statements));
    if kind == Database::Sqlite {
        db.migrate().await.expect("the migrations apply");
    }
    // Fails only where one was installed before, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let salesforce = salesforce_client(&config).expect("a Salesforce client");
    let docusign = docusign_client(&config).expect("a DocuSign client");
    let dns = Dns::new(config.dns_server).expect("name servers");
    let start = START.parse().expect("a moment");
    let clock = Clock::manual(start);
    App::new(Parts {
        config,
        db,
        jobs: Jobs::new(clock.clone()),
        anonymous_views: AnonymousViews::default(),
        rendered_pages: gatehouse::rendered_pages::RenderedPages::default(),
        ambient: Ambient {
            clock,
            random: Random::seeded(42),
        },
        files,
        salesforce,
        docusign,
        dns,
    })
}

//! A running Gatehouse: real HTTP on a loopback port, a clock that stands
//! still, randomness that repeats.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::time::Duration;

use gatehouse::app::{App, Parts, salesforce_client};
use gatehouse::clock::{Ambient, Clock, Random};
use gatehouse::config::Config;
use gatehouse::files::Files;
use gatehouse::store::Db;
use rehearsal::mail::MailServer;
use tempfile::TempDir;
use tokio::net::TcpListener;
use url::Url;

use super::browser::Browser;
use super::database::{Database, TestDatabase};

/// When every test begins: a Monday afternoon, far from any change of clocks.
pub const START: &str = "2026-02-02T15:00:00Z";

/// The application that both local orgs know.
pub const CLIENT_ID: &str = "gatehouse-tests";
pub const CLIENT_SECRET: &str = "a-secret-of-the-tests";

const SECRET_KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

/// Everything stops and is removed when it is dropped.
pub struct TestApp {
    app: App,
    /// Where it is reached.
    pub url: Url,
    /// All mail that it sent.
    pub mail: MailServer,
    pub(super) orgs: Orgs,
    pub kind: Database,
    database: TestDatabase,
    data_dir: TempDir,
}

impl Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl TestApp {
    pub async fn start(kind: Database) -> Self {
        Self::start_with(kind, &[]).await
    }

    /// With settings of its own, as in the environment.
    pub async fn start_with(kind: Database, settings: &[(&str, &str)]) -> Self {
        let data_dir = tempfile::tempdir().expect("a temporary directory");
        let database = TestDatabase::make(kind, &data_dir).await;
        let mail = MailServer::start().await.expect("a mail server");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let data = data_dir.path().display().to_string();
        let smtp = mail.url();
        let orgs = Orgs::bind().await;
        let (production, sandbox) = orgs.urls();
        let mut env: BTreeMap<&str, &str> = BTreeMap::from([
            ("GATEHOUSE_PUBLIC_URL", url.as_str()),
            ("GATEHOUSE_DATA_DIR", &data),
            ("GATEHOUSE_DATABASE_URL", &database.url),
            ("GATEHOUSE_SECRET_KEY", SECRET_KEY),
            ("GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE", "1"),
            ("GATEHOUSE_SALESFORCE_CLIENT_ID", CLIENT_ID),
            ("GATEHOUSE_SALESFORCE_CLIENT_SECRET", CLIENT_SECRET),
            ("GATEHOUSE_SALESFORCE_PRODUCTION_URL", &production),
            ("GATEHOUSE_SALESFORCE_SANDBOX_URL", &sandbox),
            ("GATEHOUSE_SMTP_URL", &smtp),
        ]);
        env.extend(settings.iter().copied());
        let config = Config::from_sources(|name| env.get(name).map(|v| (*v).to_owned()), "")
            .expect("the tests' configuration");
        let app = app(config, &database.url, kind).await;
        let router = gatehouse::web::router(app.clone());
        tokio::spawn(async move {
            axum::serve(listener, router).await.expect("serving");
        });
        Self {
            app,
            url: Url::parse(&url).expect("an address"),
            mail,
            orgs,
            kind,
            database,
            data_dir,
        }
    }

    /// Moves the clock; it never moves by itself.
    pub fn advance(&self, by: Duration) {
        self.ambient.clock.advance(by);
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

/// The addresses of the two local orgs, held from the start because the
/// configuration names them.
pub(super) struct Orgs {
    pub production: TcpListener,
    pub sandbox: TcpListener,
}

impl Orgs {
    async fn bind() -> Self {
        Self {
            production: TcpListener::bind("127.0.0.1:0").await.expect("a free port"),
            sandbox: TcpListener::bind("127.0.0.1:0").await.expect("a free port"),
        }
    }

    fn urls(&self) -> (String, String) {
        let url = |listener: &TcpListener| {
            let address = listener.local_addr().expect("an address");
            format!("http://{address}")
        };
        (url(&self.production), url(&self.sandbox))
    }
}

async fn app(config: Config, database_url: &str, kind: Database) -> App {
    let db = Db::open(database_url).await.expect("the database opens");
    if kind == Database::Sqlite {
        db.migrate().await.expect("the migrations apply");
    }
    // Fails only where one was installed before, which is as good.
    drop(rustls::crypto::ring::default_provider().install_default());
    let salesforce = salesforce_client(&config).expect("a Salesforce client");
    let start = START.parse().expect("a moment");
    let files = Files::open(&config).expect("a place for files");
    App::new(Parts {
        config,
        db,
        ambient: Ambient {
            clock: Clock::manual(start),
            random: Random::seeded(42),
        },
        files,
        salesforce,
    })
}

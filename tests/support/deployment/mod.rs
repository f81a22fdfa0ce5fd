//! Gatehouse as it runs for real: processes of the built program and a database,
//! beside a local org. For what only real processes can show: crashes, restarts and
//! speed.
#![allow(dead_code, reason = "tests and benchmarks use a part each")]

pub mod activities;
pub mod process;

use std::net::TcpListener;
use std::sync::Arc;

use anyhow::{Result, ensure};
use clock::Ambient;
use domain::activities::ActivityKind;
use process::{Process, Settings, run};
use reqwest::header::{CONNECTION, ORIGIN};
use salesforce_sim::{ConnectedApp, OrgConfig, Sim, UserSeed};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use store::Db;
use tempfile::TempDir;
use testkit::client::Client;
use testkit::salesforce::{self, Login};
use url::Url;

/// The organization that everything happens in.
pub const SLUG: &str = "northgate";
const ADMIN: &str = "admin@northgate.example";
const PASSWORD: &str = "a password for real processes";
const SERVICE_USER: &str = "integration@northgate.example";

pub struct Deployment {
    pub settings: Settings,
    pub sandbox: Arc<Sim>,
    pub public_url: Url,
    /// Kept here, so that it outlives the processes that answer on it.
    pub socket: TcpListener,
    pub data: TempDir,
}

impl Deployment {
    /// An Enterprise organization with an Admin, and an empty org. `postgres` is a
    /// server, on which a fresh database is made; without it the database is embedded.
    pub async fn prepare(postgres: Option<&str>) -> Result<Self> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let data = tempfile::tempdir()?;
        let org = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
        let org_url = format!("http://{}", org.local_addr()?);
        let socket = TcpListener::bind("127.0.0.1:0")?;
        let public_url = Url::parse(&format!("http://{}", socket.local_addr()?))?;
        let database = match postgres {
            Some(server) => new_database(server).await?,
            None => format!("sqlite://{}", data.path().join("gatehouse.db").display()),
        };
        let settings = settings(&public_url, &data, database, &org_url);
        let sandbox = sandbox(&org_url, &public_url);
        tokio::spawn(salesforce_sim::serve(org, sandbox.clone()));
        let org = ["org", "create", SLUG, "--name", "Northgate Labs", "--plan"];
        run(&settings, &[&org[..], &["enterprise"]].concat(), "").await?;
        let admin = ["user", "create", "--org", SLUG, "--email", ADMIN, "--role"];
        run(&settings, &[&admin[..], &["admin"]].concat(), PASSWORD).await?;
        Ok(Self {
            settings,
            sandbox,
            public_url,
            socket,
            data,
        })
    }

    /// Starts a process that answers on the deployment's socket.
    pub async fn start(&self) -> Result<Process> {
        self.start_by(&[]).await
    }

    /// Starts a replica that does background work only.
    pub async fn start_sync(&self) -> Result<Process> {
        let mut settings = self.settings.clone();
        settings.insert("GATEHOUSE_ROLE", "sync".to_owned());
        settings.insert("GATEHOUSE_LISTEN", "127.0.0.1:0".to_owned());
        Process::start(&settings, &[], None).await
    }

    /// Starts a process through another program.
    pub async fn start_by(&self, by: &[&str]) -> Result<Process> {
        Process::start(&self.settings, by, Some(&self.socket)).await
    }

    /// Connects the sandbox, turns every switch on and these options, as an Admin does.
    /// A process has to run.
    pub async fn connect(&self, options: &[&str]) -> Result<()> {
        let admin = Client::new(&self.public_url)?;
        let login = admin.open("/login").await?;
        let credentials = [("email", ADMIN), ("password", PASSWORD)];
        admin.submit(&login, "/login", &credentials).await?;
        let login = Login {
            environment: "sandbox",
            username: SERVICE_USER,
            password: "sim-demo",
        };
        salesforce::connect(&admin, login).await?;
        for kind in ActivityKind::ALL {
            salesforce::switch(&admin, kind.key(), true).await?;
        }
        for option in options {
            salesforce::option(&admin, option, true).await?;
        }
        Ok(())
    }

    /// The database that the processes use, opened a second time.
    pub async fn database(&self) -> Result<Db> {
        Ok(Db::open(&self.settings["GATEHOUSE_DATABASE_URL"]).await?)
    }

    /// The `n`th visitor asks for access on the public page, over a connection and from
    /// an address of their own.
    pub async fn request_access(&self, n: usize, email: &str, company: &str) -> Result<()> {
        let visitor = Client::new(&self.public_url)?;
        let fields = [
            ("first_name", "Pat"),
            ("last_name", "Quinn"),
            ("email", email),
            ("company", company),
            ("reason", "We are evaluating you."),
        ];
        let path = format!("/trust/{SLUG}/request-access");
        let address = format!("203.0.{}.{}", n / 250 % 250, n % 250);
        let request = visitor
            .http()
            .post(visitor.url(&path)?)
            .header(ORIGIN, self.public_url.origin().ascii_serialization())
            .header(CONNECTION, "close")
            .header("x-forwarded-for", address)
            .form(&fields);
        let answer = visitor.send(request).await?;
        ensure!(
            answer.status.is_redirection(),
            "refused: {}",
            answer.summary()
        );
        Ok(())
    }
}

fn settings(public_url: &Url, data: &TempDir, database: String, org_url: &str) -> Settings {
    Settings::from([
        ("GATEHOUSE_PUBLIC_URL", public_url.to_string()),
        ("GATEHOUSE_DATA_DIR", data.path().display().to_string()),
        ("GATEHOUSE_DATABASE_URL", database),
        (
            "GATEHOUSE_SECRET_KEY",
            "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned(),
        ),
        ("GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE", "1".to_owned()),
        ("GATEHOUSE_SALESFORCE_CLIENT_ID", "northgate".to_owned()),
        ("GATEHOUSE_SALESFORCE_CLIENT_SECRET", "secret".to_owned()),
        ("GATEHOUSE_SALESFORCE_PRODUCTION_URL", org_url.to_owned()),
        ("GATEHOUSE_SALESFORCE_SANDBOX_URL", org_url.to_owned()),
    ])
}

fn sandbox(org_url: &str, public_url: &Url) -> Arc<Sim> {
    let callback = format!("{public_url}integrations/salesforce/callback");
    let config = OrgConfig::new("Northgate Labs UAT", true, org_url);
    let sim = Sim::new(config.with_app(ConnectedApp::new("northgate", "secret", &callback)));
    sim.set_api_limit(10_000_000);
    sim.add_user(UserSeed::new(SERVICE_USER, "Gatehouse", "Integration"));
    sim
}

/// A fresh database on that server.
async fn new_database(server: &str) -> Result<String> {
    let mut admin = PgConnection::connect(server).await?;
    let name = format!("deployment_{}", Ambient::system().random.below(u64::MAX));
    admin
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await?;
    let mut url = Url::parse(server)?;
    url.set_path(&name);
    Ok(url.to_string())
}

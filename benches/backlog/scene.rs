//! Who takes part: an organization, its people, and their records in the org.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use gatehouse::clock::Ambient;
use gatehouse::domain::activity::{ActivityKind, Details, NewActivity, Person};
use gatehouse::domain::delivery::DeliveryState;
use gatehouse::domain::email::EmailAddress;
use gatehouse::store::{self, Db};
use gatehouse::trust_center::record::record;
use orgsim::{AccountSeed, ConnectedApp, ContactSeed, OrgConfig, Sim, UserSeed};
use rehearsal::client::Client;
use rehearsal::salesforce::{self, Login};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use tempfile::TempDir;
use tokio::net::TcpListener;
use url::Url;

use super::program::{Settings, run};

const PEOPLE: usize = 5_000;
const COMPANIES: usize = 500;
const ADMIN: &str = "admin@benchmark.example";
const PASSWORD: &str = "a password for benchmarks";
const SERVICE_USER: &str = "integration@benchmark.example";

pub struct Scene {
    pub settings: Settings,
    pub sandbox: Arc<Sim>,
    public_url: Url,
    _data: TempDir,
}

fn company(n: usize) -> String {
    format!("Benchmark Company {}", n % COMPANIES)
}

fn email(n: usize) -> String {
    let n = n % PEOPLE;
    format!("person{n}@company{}.example", n % COMPANIES)
}

impl Scene {
    pub async fn set(postgres: Option<&str>) -> Result<Self> {
        drop(rustls::crypto::ring::default_provider().install_default());
        let data = tempfile::tempdir()?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let org_url = format!("http://{}", listener.local_addr()?);
        // Free now, and taken by the program in a moment.
        let listen = TcpListener::bind("127.0.0.1:0").await?.local_addr()?;
        let public_url = format!("http://{listen}");
        let database = match postgres {
            Some(server) => new_database(server).await?,
            None => format!("sqlite://{}", data.path().join("gatehouse.db").display()),
        };
        let settings = Settings::from([
            ("GATEHOUSE_LISTEN", listen.to_string()),
            ("GATEHOUSE_PUBLIC_URL", public_url.clone()),
            ("GATEHOUSE_DATA_DIR", data.path().display().to_string()),
            ("GATEHOUSE_DATABASE_URL", database),
            (
                "GATEHOUSE_SECRET_KEY",
                "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned(),
            ),
            ("GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE", "1".to_owned()),
            ("GATEHOUSE_SALESFORCE_CLIENT_ID", "benchmark".to_owned()),
            ("GATEHOUSE_SALESFORCE_CLIENT_SECRET", "secret".to_owned()),
            ("GATEHOUSE_SALESFORCE_PRODUCTION_URL", org_url.clone()),
            ("GATEHOUSE_SALESFORCE_SANDBOX_URL", org_url.clone()),
        ]);
        let callback = format!("{public_url}/integrations/salesforce/callback");
        let sandbox = people(&org_url, &callback);
        tokio::spawn(orgsim::serve(listener, sandbox.clone()));
        run(
            &settings,
            &[
                "org",
                "create",
                "benchmark",
                "--name",
                "Benchmark",
                "--plan",
                "enterprise",
            ],
            "",
        )
        .await?;
        let admin = [
            "user",
            "create",
            "--org",
            "benchmark",
            "--email",
            ADMIN,
            "--role",
            "admin",
        ];
        run(&settings, &admin, PASSWORD).await?;
        Ok(Self {
            settings,
            sandbox,
            public_url: Url::parse(&public_url)?,
            _data: data,
        })
    }

    /// Connects the sandbox and turns every switch on, as an Admin does.
    pub async fn connect(&self) -> Result<()> {
        let admin = Client::new(&self.public_url)?;
        let login = admin.open("/login").await?;
        admin
            .submit(
                &login,
                "/login",
                &[("email", ADMIN), ("password", PASSWORD)],
            )
            .await?;
        let login = Login {
            environment: "sandbox",
            username: SERVICE_USER,
            password: "orgsim-demo",
        };
        salesforce::connect(&admin, login).await?;
        for kind in ActivityKind::ALL {
            salesforce::switch(&admin, kind.key(), true).await?;
        }
        Ok(())
    }

    /// A visitor asks for access on the public page.
    pub async fn request_access(&self, n: usize) -> Result<()> {
        let visitor = Client::new(&self.public_url)?;
        let (email, company) = (email(n), company(n));
        let fields = [
            ("first_name", "Pat"),
            ("last_name", "Quinn"),
            ("email", email.as_str()),
            ("company", company.as_str()),
            ("reason", "We are evaluating you."),
        ];
        let answer = visitor
            .post("/trust/benchmark/request-access", &fields)
            .await?;
        ensure!(
            answer.status.is_redirection(),
            "refused: {}",
            answer.summary()
        );
        Ok(())
    }

    /// Records activities as the trust center does, while the program is stopped.
    pub async fn pile_up(&self, activities: usize) -> Result<()> {
        let db = Db::open(&self.settings["GATEHOUSE_DATABASE_URL"]).await?;
        let ambient = Ambient::system();
        let mut tx = db.read().await?;
        let org = store::organization::by_slug(&mut tx, "benchmark").await?;
        let org = org.context("no organization")?.id;
        drop(tx);
        for first in (0..activities).step_by(1_000) {
            let mut tx = db.begin().await?;
            for n in first..(first + 1_000).min(activities) {
                record(&mut tx, &ambient, org, activity(n)?).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    /// Whether every delivery is settled with a Task of its own.
    pub async fn all_delivered(&self, activities: usize) -> Result<()> {
        let db = Db::open(&self.settings["GATEHOUSE_DATABASE_URL"]).await?;
        let mut tx = db.read().await?;
        let org = store::organization::by_slug(&mut tx, "benchmark").await?;
        let org = org.context("no organization")?.id;
        let connection = store::connection::live(&mut tx, org)
            .await?
            .context("no connection")?;
        for (state, count) in store::delivery_list::counts(&mut tx, org, connection.id).await? {
            ensure!(state == DeliveryState::Delivered, "{count} are {state}");
            ensure!(
                usize::try_from(count)? >= activities,
                "only {count} of {activities}"
            );
        }
        Ok(())
    }
}

fn activity(n: usize) -> Result<NewActivity> {
    let email = EmailAddress::parse(&email(n)).map_err(anyhow::Error::msg)?;
    Ok(NewActivity {
        kind: ActivityKind::ALL[n % ActivityKind::ALL.len()],
        person: Some(Person {
            email,
            first_name: "Pat".to_owned(),
            last_name: format!("Quinn {}", n % PEOPLE),
        }),
        company: company(n),
        account: None,
        details: Details {
            item: Some("SOC 2 Type II report".to_owned()),
            file: Some("soc2-type2-2026.pdf".to_owned()),
            ..Details::default()
        },
    })
}

/// The org with an Account for each company and a Contact for each person.
fn people(org_url: &str, callback: &str) -> Arc<Sim> {
    let config = OrgConfig::new("Benchmark", true, org_url);
    let sim = Sim::new(config.with_app(ConnectedApp::new("benchmark", "secret", callback)));
    sim.set_api_limit(10_000_000);
    sim.add_user(UserSeed::new(SERVICE_USER, "Gatehouse", "Integration"));
    let owners: Vec<_> = (0..5)
        .map(|n| {
            sim.add_user(UserSeed::new(
                &format!("rep{n}@benchmark.example"),
                "Rep",
                &n.to_string(),
            ))
        })
        .collect();
    let accounts: Vec<_> = (0..COMPANIES)
        .map(|n| sim.add_account(AccountSeed::new(&company(n)).owned_by(owners[n % owners.len()])))
        .collect();
    for n in 0..PEOPLE {
        let person = ContactSeed::new("Pat", &format!("Quinn {n}"), &email(n));
        sim.add_contact(person.of(accounts[n % COMPANIES]));
    }
    sim
}

/// A fresh database on that server.
async fn new_database(server: &str) -> Result<String> {
    let mut admin = PgConnection::connect(server).await?;
    let name = format!("backlog_{}", Ambient::system().random.below(u64::MAX));
    admin
        .execute(AssertSqlSafe(format!("CREATE DATABASE {name}")))
        .await?;
    let mut url = Url::parse(server)?;
    url.set_path(&name);
    Ok(url.to_string())
}

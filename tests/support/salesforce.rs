//! A production org and a sandbox beside each tests' app, and an Admin's way to
//! connect one.

use std::sync::Arc;

use domain::activities::ActivityKind;
use salesforce_sim::{ConnectedApp, Id, OrgConfig, Sim, UserSeed};
use testkit::client::Page;
use testkit::salesforce::{self, Login};
use tokio::net::TcpListener;

use super::app::{START, TestApp};
use super::browser::Browser;

/// The application that both orgs know.
pub const CLIENT_ID: &str = "gatehouse-tests";
pub const CLIENT_SECRET: &str = "a-secret-of-the-tests";

/// The user of each org that connects Gatehouse.
pub const INTEGRATION_USER: &str = "integration@northgate.example";
pub const SALESFORCE_PASSWORD: &str = "sim-demo";

/// A running org without records. Its clock stands still with the app's.
pub struct LocalOrg {
    /// What an administrator, a sales user or fate does to it.
    pub sim: Arc<Sim>,
    pub url: String,
    pub integration: Id,
}

impl LocalOrg {
    /// `public_url` is the app's, to which logins come back.
    pub async fn start(is_sandbox: bool, public_url: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let callback = format!("{public_url}/integrations/salesforce/callback");
        let name = if is_sandbox {
            "Northgate Labs UAT"
        } else {
            "Northgate Labs"
        };
        let config = OrgConfig::new(name, is_sandbox, &url);
        let sim = Sim::new(config.with_app(ConnectedApp::new(CLIENT_ID, CLIENT_SECRET, &callback)));
        let start: jiff::Timestamp = START.parse().expect("a moment");
        sim.clock().set(start.as_millisecond());
        let user = UserSeed::new(INTEGRATION_USER, "Gatehouse", "Integration");
        let integration = sim.add_user(user);
        tokio::spawn(salesforce_sim::serve(listener, sim.clone()));
        Self {
            sim,
            url,
            integration,
        }
    }
}

impl TestApp {
    /// Connects the sandbox as [`INTEGRATION_USER`], through the modal and the org's
    /// own pages; all switches are off then.
    pub async fn connect_sandbox(&self, admin: &Browser) -> Page {
        self.connect_salesforce(admin, "sandbox").await
    }

    /// The same for `production` or `sandbox`.
    pub async fn connect_salesforce(&self, admin: &Browser, environment: &str) -> Page {
        let login = Login {
            environment,
            username: INTEGRATION_USER,
            password: SALESFORCE_PASSWORD,
        };
        let done = salesforce::connect(admin.client(), login).await;
        done.unwrap_or_else(|error| panic!("{error:#}"))
    }

    /// Turns these kinds on, as an Admin does.
    pub async fn switch_on(&self, admin: &Browser, kinds: &[ActivityKind]) {
        for kind in kinds {
            let done = salesforce::switch(admin.client(), kind.key(), true).await;
            done.unwrap_or_else(|error| panic!("{error:#}"));
        }
    }

    /// Turns options such as `create_contact` on, as an Admin does.
    pub async fn options_on(&self, admin: &Browser, names: &[&str]) {
        for name in names {
            let done = salesforce::option(admin.client(), name, true).await;
            done.unwrap_or_else(|error| panic!("{error:#}"));
        }
    }

    /// Lets the engine deliver everything that is due now.
    pub async fn sync(&self) {
        let done = gatehouse::delivery::engine::run_until_idle(self).await;
        done.expect("the engine can use the database");
    }
}

//! A DocuSign account beside each tests' app.

use std::sync::Arc;

use docusign_sim::{
    Config, INTEGRATION_KEY, PRIVATE_KEY, Sim, TEMPLATE_ID, TEMPLATE_ROLE, USER_ID,
};
use gatehouse::signing;
use testkit::client::Page;
use tokio::net::TcpListener;

use super::app::{START, TestApp};
use super::browser::Browser;
use super::seed::TestOrg;

/// Where the Admin sets it up.
pub const DOCUSIGN_SETTINGS: &str = "/dashboard/settings/nda/docusign";
/// The Connect key of [`TestApp::docusign_ready`].
pub const CONNECT_KEY: &str = "a connect key of the tests";

/// A running account. Its clock stands still with the app's.
pub struct LocalDocusign {
    /// What an administrator, a signer or fate does to it.
    pub sim: Arc<Sim>,
    pub url: String,
}

impl LocalDocusign {
    pub async fn start() -> Self {
        // Fails only where one was installed before, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let sim = Sim::new(Config::new(&url));
        let start: jiff::Timestamp = START.parse().expect("a moment");
        sim.clock().set(start.as_millisecond());
        tokio::spawn(docusign_sim::serve(listener, sim.clone()));
        Self { sim, url }
    }
}

impl TestApp {
    /// An Admin sets up the app, the template and a Connect key, and the account
    /// sends its webhooks here.
    pub async fn docusign_ready(&self, org: &TestOrg, admin: &Browser) {
        connect_docusign(admin, &[("private_key", PRIVATE_KEY)]).await;
        use_template(admin, TEMPLATE_ROLE).await;
        add_connect_key(admin, CONNECT_KEY).await;
        self.docusign_tells(org).await;
    }

    /// The account's Connect configuration sends to this organization.
    pub async fn docusign_tells(&self, org: &TestOrg) {
        let sim = &self.docusign.sim;
        sim.set_connect(&self.docusign_webhook(org).await);
        sim.set_hmac_keys(&[CONNECT_KEY]);
    }

    /// The organization's webhook address.
    pub async fn docusign_webhook(&self, org: &TestOrg) -> String {
        let mut tx = self.db.read().await.expect("the database");
        let found = store::nda::docusign::get(&mut tx, org.id).await;
        let set_up = found.expect("the database").expect("DocuSign is set up");
        let url = signing::settings::webhook_url(self, &set_up.webhook);
        url.expect("an address").into()
    }
}

/// The Admin saves app and user; `values` are other ones than usual.
pub async fn connect_docusign(admin: &Browser, values: &[(&str, &str)]) -> Page {
    let page = admin.open(DOCUSIGN_SETTINGS).await;
    let usual = [
        ("environment", "demo"),
        ("integration_key", INTEGRATION_KEY),
        ("user_id", USER_ID),
    ];
    let usual = usual
        .iter()
        .filter(|(name, _)| values.iter().all(|(given, _)| given != name));
    let fields: Vec<_> = usual.chain(values).copied().collect();
    admin.submit(&page, "/nda/docusign", &fields).await
}

pub async fn use_template(admin: &Browser, role: &str) -> Page {
    let page = admin.open(DOCUSIGN_SETTINGS).await;
    let fields = [("template_id", TEMPLATE_ID), ("template_role", role)];
    admin.submit(&page, "/docusign/template", &fields).await
}

pub async fn add_connect_key(admin: &Browser, key: &str) -> Page {
    let page = admin.open(DOCUSIGN_SETTINGS).await;
    let fields = [("label", "Key"), ("secret", key)];
    admin.submit(&page, "/docusign/keys", &fields).await
}

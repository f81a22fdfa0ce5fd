//! Who these tests are about, and which pages they open.

use domain::organizations::Role;
use domain::salesforce::Connection;
use gatehouse::app::{App, Parts};
use gatehouse::files::Files;
use gatehouse::salesforce_connection::tokens;
use secrecy::ExposeSecret as _;
use store::Db;
use store::salesforce::tokens::StoredTokens;

use crate::support::{Browser, TestApp, TestOrg};

pub const MODAL: &str = "/dashboard/settings/salesforce";

/// An Enterprise organization and its Admin's browser.
pub async fn admin(app: &TestApp) -> (TestOrg, Browser) {
    let org = app.enterprise().await;
    let browser = app.signed_in(&org, Role::Admin).await;
    (org, browser)
}

/// The same, with the sandbox connected.
pub async fn connected(app: &TestApp) -> (TestOrg, Browser) {
    let (org, browser) = admin(app).await;
    app.connect_sandbox(&browser).await;
    (org, browser)
}

pub async fn connection(app: &TestApp, org: &TestOrg) -> Option<Connection> {
    let mut tx = app.db.read().await.unwrap();
    store::salesforce::connections::live(&mut tx, org.id)
        .await
        .unwrap()
}

pub async fn stored_tokens(app: &TestApp, org: &TestOrg) -> StoredTokens {
    let connection = connection(app, org).await.expect("a connection");
    let mut tx = app.db.read().await.unwrap();
    let stored = store::salesforce::tokens::get(&mut tx, org.id, connection.id).await;
    stored.unwrap().expect("stored tokens")
}

/// The access token that would be used now.
pub async fn access_token(app: &TestApp, org: &TestOrg) -> String {
    let connection = connection(app, org).await.expect("a connection");
    let access = tokens::session(app, org.id, connection.id).await.unwrap();
    access.session.access_token.expose_secret().to_owned()
}

/// A second process on the same database.
pub async fn replica(app: &TestApp) -> App {
    App::new(Parts {
        config: app.config.clone(),
        db: Db::open(app.database_url())
            .await
            .unwrap()
            .with_keyring(app.config.keyring.clone()),
        ambient: app.ambient.clone(),
        files: Files::open(&app.config).unwrap(),
        salesforce: app.salesforce.clone(),
        docusign: (**app).docusign.clone(),
        dns: app.dns.clone(),
        jobs: app.jobs.clone(),
        anonymous_views: ::domain::analytics::anonymous_views::AnonymousViews::default(),
        rendered_pages: gatehouse::rendered_pages::RenderedPages::default(),
    })
}

/// Whether a checkbox of the form with this action is ticked.
pub async fn is_ticked(admin: &Browser, action: &str) -> bool {
    let modal = admin.open(MODAL).await;
    let form = modal.form(action).expect("a form on the modal");
    form.value("on").is_some()
}

/// What the audit log says was done; within a moment in no order.
pub async fn audit(app: &TestApp, org: &TestOrg) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let filter = store::audit_log::Filter::default();
    let entries = store::audit_log::list(&mut tx, org.id, &filter, 50)
        .await
        .unwrap();
    entries
        .into_iter()
        .map(|entry| format!("{}: {} {}", entry.actor, entry.action, entry.detail))
        .collect()
}

//! A local DocuSign, and Northbeam's settings for it. Accounts sign by clickwrap
//! unless someone chooses otherwise on an account's page.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use docusign_sim::{INTEGRATION_KEY, PRIVATE_KEY, Sim, TEMPLATE_ID, TEMPLATE_ROLE, USER_ID};
use domain::email::EmailAddress;
use domain::nda::docusign::DocusignEnvironment;
use gatehouse::app::App;
use gatehouse::signing::settings::{self, ConnectionDraft};
use gatehouse::use_cases::StaffAction;
use secrecy::SecretString;
use url::Url;

use crate::calendar::past;
use crate::seed::{ADMIN, SLUG};
use crate::stage::listen;

/// Known to everyone: what it protects is gone with the demo.
const CONNECT_KEY: &str = "only for the demo, not a secret";

/// Starts it; answers where it is.
pub(crate) async fn start() -> Result<(Url, Arc<Sim>)> {
    let (listener, url) = listen(7003).await?;
    let sim = Sim::new(docusign_sim::Config::new(url.as_str()));
    sim.set_hmac_keys(&[CONNECT_KEY]);
    tokio::spawn(docusign_sim::serve(listener, sim.clone()));
    Ok((url, sim))
}

/// Where Gatehouse finds it.
pub(crate) fn settings(url: &Url) -> [(&'static str, String); 2] {
    [
        ("GATEHOUSE_DOCUSIGN_DEMO_URL", url.to_string()),
        ("GATEHOUSE_ALLOW_LOOPBACK_DOCUSIGN", "1".to_owned()),
    ]
}

/// What an Admin would type under Settings, NDA, DocuSign.
pub(crate) async fn plant(app: &App, sim: &Sim) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let org = store::organizations::by_slug(&mut tx, SLUG).await?;
    let org = org.context("the organization")?;
    let admin = EmailAddress::parse(ADMIN).map_err(anyhow::Error::msg)?;
    let people = store::staff::users::list(&mut tx, org.id).await?;
    let by = people.iter().find(|user| user.email == admin);
    let act = StaffAction {
        ambient: &past(&app.ambient, 40, 10),
        org: &org,
        by: by.context("the Admin")?,
        session: "",
        public_url: &app.config.public_url,
    };
    let draft = ConnectionDraft {
        environment: DocusignEnvironment::Demo,
        integration_key: INTEGRATION_KEY.to_owned(),
        user_id: USER_ID.to_owned(),
        account_id: String::new(),
        private_key: PRIVATE_KEY.into(),
    };
    settings::save(app, &mut tx, act, &draft).await?;
    settings::choose_template(&mut tx, act, TEMPLATE_ID, TEMPLATE_ROLE).await?;
    let key = SecretString::from(CONNECT_KEY);
    settings::add_key(app, &mut tx, act, "Demo", &key).await?;
    let webhook = store::nda::docusign::get(&mut tx, org.id).await?;
    tx.commit().await?;
    let webhook = webhook.context("the settings")?.webhook;
    sim.set_connect(settings::webhook_url(app, &webhook)?.as_str());
    Ok(())
}

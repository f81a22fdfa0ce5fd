//! The only wiring: one value that holds what handlers and workers share.

use std::os::unix::fs::PermissionsExt as _;
use std::sync::Arc;

use anyhow::Context as _;
use clock::Ambient;
use domain::analytics::anonymous_views::AnonymousViews;
use salesforce::client::SetupError;
use salesforce::{Client, ClientSettings, HostPolicy};
use secrecy::ExposeSecret as _;
use store::Db;

use crate::config::Config;
use crate::dns::Dns;
use crate::files::Files;
use crate::jobs::Jobs;
use crate::rendered_pages::RenderedPages;

/// The path at which Salesforce hands a browser back, below the public address.
pub const SALESFORCE_CALLBACK: &str = "/integrations/salesforce/callback";

/// How Gatehouse names itself to Salesforce and DocuSign.
const USER_AGENT: &str = concat!("Gatehouse/", env!("CARGO_PKG_VERSION"));

/// What every part of the running program shares. Clones are cheap.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub ambient: Ambient,
    pub files: Files,
    /// `None` where the operator has not registered an app at Salesforce.
    pub salesforce: Option<Client>,
    pub docusign: docusign::Client,
    pub dns: Dns,
    pub jobs: Jobs,
    /// What anonymous visitors looked at, until it is written down.
    pub anonymous_views: AnonymousViews,
    pub rendered_pages: RenderedPages,
}

/// The callback address to register at Salesforce.
pub fn salesforce_callback(config: &Config) -> String {
    let public_url = config.public_url.as_str().trim_end_matches('/');
    format!("{public_url}{SALESFORCE_CALLBACK}")
}

/// The Salesforce client that the configuration describes, if it does.
/// Needs rustls's crypto provider to be installed in the process.
pub fn salesforce_client(config: &Config) -> Result<Option<Client>, SetupError> {
    let Some(client_id) = config.salesforce.client_id.clone() else {
        return Ok(None);
    };
    Client::new(ClientSettings {
        client_name: "Gatehouse".to_owned(),
        user_agent: USER_AGENT.to_owned(),
        client_id,
        client_secret: config.salesforce.client_secret.clone(),
        redirect_uri: salesforce_callback(config),
        hosts: HostPolicy {
            production: config.salesforce.production_url.clone(),
            sandbox: config.salesforce.sandbox_url.clone(),
            allow_loopback: config.salesforce.allow_loopback,
        },
        timeout: ::salesforce::client::DEFAULT_TIMEOUT,
    })
    .map(Some)
}

/// The DocuSign client that the configuration describes.
/// Needs rustls's crypto provider to be installed in the process.
pub fn docusign_client(config: &Config) -> Result<docusign::Client, docusign::SetupError> {
    let hosts = docusign::HostPolicy {
        demo: config.docusign.demo_url.clone(),
        production: config.docusign.production_url.clone(),
        allow_loopback: config.docusign.allow_loopback,
    };
    docusign::Client::new(USER_AGENT, hosts, config.fonts.clone())
}

/// Opens the database that the configuration names; the embedded one is made
/// where it is missing.
///
/// # Errors
/// Says which setting to look at.
pub async fn open_database(config: &Config) -> anyhow::Result<Db> {
    let path = config.data_dir.display();
    std::fs::create_dir_all(&config.data_dir)
        .with_context(|| format!("the folder {path} can't be made (GATEHOUSE_DATA_DIR)"))?;
    // What visitors told and uploaded is in it: nobody else of this machine reads that.
    let owner_only = std::fs::Permissions::from_mode(0o700);
    if let Err(error) = std::fs::set_permissions(&config.data_dir, owner_only) {
        tracing::warn!(%path, %error, "others of this machine may read the data folder");
    }
    let db = Db::open(config.database_url.expose_secret())
        .await
        .context("the database can't be opened (GATEHOUSE_DATABASE_URL)")?;
    Ok(db.with_keyring(config.keyring.clone()))
}

/// Opens everything that the configuration names, and brings the database up
/// to date.
pub async fn start(config: Config, ambient: Ambient) -> anyhow::Result<App> {
    let db = open_database(&config).await?;
    let applied = db
        .migrate()
        .await
        .context("the database can't be brought up to date")?;
    if !applied.is_empty() {
        tracing::info!(
            steps = applied.join(", "),
            "brought the database up to date"
        );
    }
    Ok(App::new(Parts {
        files: Files::open(&config)?,
        salesforce: salesforce_client(&config)?,
        docusign: docusign_client(&config)?,
        dns: Dns::new(config.dns_server)?,
        jobs: Jobs::new(ambient.clock.clone()),
        anonymous_views: AnonymousViews::default(),
        rendered_pages: RenderedPages::default(),
        db,
        ambient,
        config,
    }))
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

//! The only wiring: one value that holds what handlers and workers share.

use std::sync::Arc;

use crate::clock::Ambient;
use crate::config::Config;
use crate::files::Files;
use crate::salesforce::client::SetupError;
use crate::salesforce::{Client, ClientSettings, HostPolicy};
use crate::store::Db;

/// The path at which Salesforce hands a browser back, below the public address.
pub const SALESFORCE_CALLBACK: &str = "/integrations/salesforce/callback";

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
}

/// The Salesforce client that the configuration describes, if it does.
/// Needs rustls's crypto provider to be installed in the process.
pub fn salesforce_client(config: &Config) -> Result<Option<Client>, SetupError> {
    let Some(client_id) = config.salesforce.client_id.clone() else {
        return Ok(None);
    };
    let public_url = config.public_url.as_str().trim_end_matches('/');
    Client::new(ClientSettings {
        client_id,
        client_secret: config.salesforce.client_secret.clone(),
        redirect_uri: format!("{public_url}{SALESFORCE_CALLBACK}"),
        hosts: HostPolicy {
            production: config.salesforce.production_url.clone(),
            sandbox: config.salesforce.sandbox_url.clone(),
            allow_loopback: config.salesforce.allow_loopback,
        },
        timeout: crate::salesforce::client::DEFAULT_TIMEOUT,
    })
    .map(Some)
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

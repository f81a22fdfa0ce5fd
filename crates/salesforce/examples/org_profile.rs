//! Says who is connected to which org, and how many of its daily API calls are used.
//!
//! Needs `SALESFORCE_CLIENT_ID`, `SALESFORCE_REFRESH_TOKEN` and `SALESFORCE_INSTANCE` (such
//! as `https://acme.my.salesforce.com`).

use std::error::Error;

use salesforce::client::DEFAULT_TIMEOUT;
use salesforce::{Client, ClientSettings, HostPolicy};
use secrecy::SecretString;
use url::Url;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    drop(rustls::crypto::ring::default_provider().install_default());
    let hosts = HostPolicy::default();
    let instance: Url = hosts.check_instance(&std::env::var("SALESFORCE_INSTANCE")?)?;
    let refresh_token = SecretString::from(std::env::var("SALESFORCE_REFRESH_TOKEN")?);
    let client = Client::new(ClientSettings {
        client_name: "org_profile".to_owned(),
        user_agent: "org_profile/0.1".to_owned(),
        client_id: std::env::var("SALESFORCE_CLIENT_ID")?,
        client_secret: None,
        redirect_uri: "http://localhost/callback".to_owned(),
        hosts,
        timeout: DEFAULT_TIMEOUT,
    })?;
    // Where refresh tokens rotate, the one that was used is dead now: a program that goes
    // on stores `tokens.refresh_token` before it does anything else.
    let tokens = client.refresh(&instance, &refresh_token).await?;
    let identity = client.identity(&tokens.session()).await?;
    println!(
        "{} in org {}",
        identity.value.preferred_username, identity.value.organization_id
    );
    let profile = client.org_profile(&tokens.session()).await?;
    if let Some(usage) = profile.usage {
        println!("{} of {} API calls used today", usage.used, usage.max);
    }
    Ok(())
}

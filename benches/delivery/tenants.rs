//! A thousand organizations with a connection each. One is connected as an Admin does
//! it; the others get the same login, and a few an org that is broken.

use std::time::Duration;

use anyhow::{Context as _, Result};
use crypto::Seal;
use domain::activities::ActivityKind;
use domain::ids::{ConnectionId, OrganizationId};
use domain::organizations::{Plan, Slug};
use domain::salesforce::Connection;
use gatehouse::app::App;
use gatehouse::salesforce_connection::tokens;
use gatehouse::use_cases::organizations;
use secrecy::{ExposeSecret as _, SecretString};
use store::salesforce::activity_switches;
use store::salesforce::connections::SealedTokens;
use tokio::net::TcpListener;

/// How a broken org behaves.
#[derive(Clone, Copy, Debug)]
pub enum Broken {
    /// It takes calls and never answers.
    Hangs,
    /// It answers with a page of its load balancer.
    Fails,
    /// Nobody listens.
    Refuses,
}

impl Broken {
    pub const ALL: [Self; 3] = [Self::Hangs, Self::Fails, Self::Refuses];

    /// Where such an org is.
    pub async fn start(self) -> Result<String> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}/", listener.local_addr()?);
        match self {
            Self::Hangs => {
                let hang = axum::Router::new().fallback(async || {
                    tokio::time::sleep(Duration::from_hours(1)).await;
                });
                tokio::spawn(async move { axum::serve(listener, hang).await });
            }
            Self::Fails => {
                let down = axum::http::StatusCode::SERVICE_UNAVAILABLE;
                let fail = axum::Router::new().fallback(async move || (down, "<html>down</html>"));
                tokio::spawn(async move { axum::serve(listener, fail).await });
            }
            Self::Refuses => {}
        }
        Ok(url)
    }
}

/// What all connections are copies of.
pub struct Model {
    connection: Connection,
    token: SecretString,
}

impl Model {
    /// Of the organization that an Admin has connected.
    pub async fn read(app: &App, org: OrganizationId) -> Result<Self> {
        let mut tx = app.db.read().await?;
        let connection = store::salesforce::connections::live(&mut tx, org).await?;
        drop(tx);
        let connection = connection.context("not connected")?;
        let access = tokens::session(app, org, connection.id).await?;
        let token = access.session.access_token.expose_secret().to_owned();
        Ok(Self {
            connection,
            token: SecretString::from(token),
        })
    }

    /// Adds an organization with every switch on, whose org is at `instance_url` or the
    /// model's own.
    pub async fn add(
        &self,
        app: &App,
        slug: &str,
        instance_url: Option<&str>,
    ) -> Result<OrganizationId> {
        let mut tx = app.db.begin().await?;
        let slug = Slug::parse(slug).map_err(anyhow::Error::msg)?;
        let made = organizations::create(&mut tx, &app.ambient, slug, "A tenant", Plan::Enterprise);
        let org = made.await?.id;
        let mut connection = self.connection.clone();
        connection.id = app.ambient.id(ConnectionId::from_uuid);
        if let Some(url) = instance_url {
            url.clone_into(&mut connection.instance_url);
        }
        let sealed = self.seal(app, org, connection.id);
        store::salesforce::connections::insert(&mut tx, org, &connection, &sealed).await?;
        for kind in ActivityKind::ALL {
            let now = app.ambient.now();
            activity_switches::set(&mut tx, org, connection.id, kind, true, now).await?;
        }
        tx.commit().await?;
        Ok(org)
    }

    fn seal(&self, app: &App, org: OrganizationId, id: ConnectionId) -> SealedTokens {
        let seal = |column| {
            let seal = Seal::new(column, org, id);
            let keyring = &app.config.keyring;
            keyring.seal(&app.ambient.random, &seal, &self.token)
        };
        SealedTokens {
            access: seal("connection.access_token"),
            refresh: seal("connection.refresh_token"),
        }
    }
}

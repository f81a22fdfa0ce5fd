//! What visitors and Admins do.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clock::Random;
use crypto::Seal;
use domain::activities::{ActivityKind, Details, NewActivity};
use domain::deliveries::DeliveryState;
use domain::email::EmailAddress;
use domain::ids::{ActivityId, ConnectionId, DeliveryId, StaffUserId};
use domain::matching::candidates::RecordId;
use domain::organizations::{Organization, Role};
use domain::salesforce::{ConnectedUser, Connection, ConnectionState};
use domain::staff::StaffUser;
use gatehouse::app::App;
use gatehouse::config::Config;
use gatehouse::salesforce_connection;
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::activities::record;
use secrecy::SecretString;
use store::deliveries::actions;
use store::salesforce::connections::SealedTokens;
use store::{Result, Tx};

use super::org::{self, Org};
use super::schedule::{AdminAct, Person};
use super::scheduler::Scheduler;

/// What actors were told, to be compared with what is there in the end.
#[derive(Default)]
pub struct Told {
    /// Activities whose visitor was told that it is done.
    pub recorded: Vec<ActivityId>,
    /// When an Admin was told that the connection is uninstalled.
    pub uninstalled: Option<Duration>,
    /// Whether an Admin has sent something again, after which no order is promised.
    pub retried: bool,
}

/// Everyone outside of the process.
#[derive(Clone)]
pub struct Actors {
    pub scheduler: Scheduler,
    pub org: Org,
    pub organization: Organization,
    pub told: Arc<Mutex<Told>>,
}

impl Actors {
    /// A visitor does something; the answer is an error page where the database fails.
    pub async fn act(self, app: App, person: Person, kind: ActivityKind) {
        let what = NewActivity {
            kind,
            person: Some(::domain::activities::Person {
                email: EmailAddress::parse(&person.email).expect("an address"),
                first_name: "Pat".to_owned(),
                last_name: person
                    .email
                    .split('@')
                    .next()
                    .unwrap_or_default()
                    .to_owned(),
            }),
            company: person.company.clone(),
            account: None,
            details: Details::default(),
        };
        let done = self.record(&app, what).await;
        self.note(&format!("{} {kind}", person.email), &done);
        if let Ok(activity) = done {
            self.told.lock().expect("told").recorded.push(activity);
        }
    }

    async fn record(&self, app: &App, what: NewActivity) -> Result<ActivityId> {
        let mut tx = app.db.begin().await?;
        let activity = record(&mut tx, &app.ambient, self.organization.id, what).await?;
        tx.commit().await?;
        Ok(activity)
    }

    pub async fn administer(self, app: App, act: AdminAct) {
        let done = self.do_it(&app, act).await;
        self.note(&format!("an Admin: {act:?}"), &done);
    }

    async fn do_it(&self, app: &App, act: AdminAct) -> anyhow::Result<()> {
        let admin = StaffUser {
            id: app.ambient.id(StaffUserId::from_uuid),
            email: EmailAddress::parse("admin@example.com").expect("an address"),
            name: "An Admin".to_owned(),
            role: Role::Admin,
            is_active: true,
        };
        let action = StaffAction {
            ambient: &app.ambient,
            org: &self.organization,
            by: &admin,
            session: "",
            public_url: &app.config.public_url,
        };
        match act {
            AdminAct::Pause => salesforce_connection::pause(app, action).await?,
            AdminAct::Resume => salesforce_connection::resume(app, action).await?,
            AdminAct::Switch { kind, on } => {
                salesforce_connection::save_switch(app, action, kind, on).await?;
            }
            AdminAct::Uninstall => {
                salesforce_connection::uninstall(app, action).await?;
                let now = self.scheduler.now();
                self.told.lock().expect("told").uninstalled = Some(now);
            }
            AdminAct::RaiseShare => {
                salesforce_connection::save_quota_share(app, action, "100").await?;
            }
            AdminAct::CancelOne => self.cancel_one(app).await?,
            AdminAct::RetryAll => self.retry_all(app).await?,
            AdminAct::LogIn { other_user } => self.log_in(app, other_user).await?,
        }
        Ok(())
    }

    async fn cancel_one(&self, app: &App) -> Result<()> {
        let mut tx = app.db.begin().await?;
        let sql =
            "SELECT id FROM delivery WHERE state IN ('pending', 'waiting', 'unmatched', 'parked')
                   ORDER BY id LIMIT 1";
        if let Some(row) = tx.optional(sql, &[]).await? {
            let id: DeliveryId = row.get("id")?;
            let now = app.ambient.now();
            actions::cancel_one(&mut tx, self.organization.id, id, now).await?;
        }
        tx.commit().await
    }

    async fn retry_all(&self, app: &App) -> Result<()> {
        let mut tx = app.db.begin().await?;
        let Some(connection) = self.live(&mut tx).await? else {
            return Ok(());
        };
        let (org, now) = (self.organization.id, app.ambient.now());
        for state in [
            DeliveryState::Waiting,
            DeliveryState::Unmatched,
            DeliveryState::Parked,
        ] {
            let retried = actions::retry_all(&mut tx, org, connection.id, state, "", now).await?;
            self.told.lock().expect("told").retried |= retried > 0;
        }
        tx.commit().await
    }

    /// A login as the first or another user of the org, as the login page redirects to it.
    async fn log_in(&self, app: &App, other: bool) -> Result<()> {
        let mut tx = app.db.begin().await?;
        let Some(mut connection) = self.live(&mut tx).await? else {
            return Ok(());
        };
        connection.state = ConnectionState::Active;
        connection.user = self.user(other);
        let tokens = self.tokens(&app.config, connection.id, other);
        store::salesforce::connections::reconnect(
            &mut tx,
            self.organization.id,
            &connection,
            &tokens,
        )
        .await?;
        let (org, now) = (self.organization.id, app.ambient.now());
        actions::wake_lanes(&mut tx, org, connection.id, now).await?;
        tx.commit().await
    }

    async fn live(&self, tx: &mut Tx) -> Result<Option<Connection>> {
        store::salesforce::connections::live(tx, self.organization.id).await
    }

    pub fn user(&self, other: bool) -> ConnectedUser {
        let id = self.org.user(other);
        ConnectedUser {
            id: RecordId::new(id.to_string()),
            username: format!("{}@org.example", if other { "second" } else { "first" }),
            name: "Gatehouse".to_owned(),
        }
    }

    /// New tokens of the org for this user, sealed.
    pub fn tokens(&self, config: &Config, id: ConnectionId, other: bool) -> SealedTokens {
        let (access, refresh) = self.org.sim().grant(self.org.user(other), org::CLIENT_ID);
        let seal = |column, secret: String| {
            let seal = Seal::new(column, self.organization.id, id);
            let secret = SecretString::from(secret);
            config.keyring.seal(&Random::seeded(1), &seal, &secret)
        };
        SealedTokens {
            access: seal("connection.access_token", access),
            refresh: seal("connection.refresh_token", refresh),
        }
    }

    fn note<T, E: std::fmt::Display>(&self, who: &str, done: &std::result::Result<T, E>) {
        self.scheduler.note(|| match done {
            Ok(_) => format!("{who}: done"),
            Err(error) => format!("{who}: {error}"),
        });
    }
}

//! Northbeam's colleagues in the dashboard: who came, and who left.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use clock::Ambient;
use domain::email::EmailAddress;
use domain::organizations::{Organization, Role};
use domain::staff::StaffUser;
use gatehouse::app::App;
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::staff::{self, Manager, password};
use secrecy::SecretString;
use store::Tx;

use crate::calendar::past;
use crate::seed::{ADMIN, EDITOR, PASSWORD};

pub(crate) struct Colleague {
    /// What the data files call them.
    pub key: &'static str,
    email: &'static str,
    name: &'static str,
    role: Role,
    /// Days before the demo.
    joined: i64,
    pub left: Option<i64>,
    /// From where they work.
    pub network: &'static str,
}

pub(crate) const COLLEAGUES: [Colleague; 5] = [
    Colleague {
        key: "ada",
        email: ADMIN,
        name: "Ada Sorensen",
        role: Role::Admin,
        joined: 392,
        left: None,
        network: "203.0.113.14",
    },
    Colleague {
        key: "emil",
        email: EDITOR,
        name: "Emil Ferrante",
        role: Role::Editor,
        joined: 391,
        left: None,
        network: "203.0.113.14",
    },
    Colleague {
        key: "oskar",
        email: "oskar.lindholm@northbeam.example",
        name: "Oskar Lindholm",
        role: Role::Editor,
        joined: 388,
        left: Some(191),
        network: "203.0.113.27",
    },
    Colleague {
        key: "nadia",
        email: "nadia.brandt@northbeam.example",
        name: "Nadia Brandt",
        role: Role::Editor,
        joined: 301,
        left: None,
        network: "203.0.113.52",
    },
    Colleague {
        key: "amara",
        email: "amara.okafor@northbeam.example",
        name: "Amara Okafor",
        role: Role::Viewer,
        joined: 249,
        left: None,
        network: "203.0.113.88",
    },
];

impl Colleague {
    /// Whether they worked here so many days before the demo.
    pub(crate) fn works(&self, days: i64) -> bool {
        days < self.joined && self.left.is_none_or(|left| days > left)
    }
}

/// The colleagues by what the data files call them.
pub(crate) struct Team(BTreeMap<&'static str, StaffUser>);

impl Team {
    /// Everyone who ever worked in the dashboard, each added on their first day.
    pub(crate) async fn hire(app: &App, org: &Organization) -> Result<Self> {
        let mut team = BTreeMap::new();
        for colleague in &COLLEAGUES {
            let email = EmailAddress::parse(colleague.email).map_err(anyhow::Error::msg)?;
            let hash = hash(app, &email).await?;
            let ambient = past(&app.ambient, colleague.joined, 8);
            let public_url = &app.config.public_url;
            let manager = match team.get("ada") {
                None => Manager::Operator {
                    ambient: &ambient,
                    org,
                    public_url,
                },
                Some(ada) => Manager::Admin(StaffAction {
                    ambient: &ambient,
                    org,
                    by: ada,
                    session: "",
                    public_url,
                }),
            };
            let mut tx = app.db.begin().await?;
            let (name, role) = (colleague.name, colleague.role);
            let user = staff::create_user(&mut tx, manager, email, name, role, &hash).await?;
            tx.commit().await?;
            team.insert(colleague.key, user);
        }
        Ok(Self(team))
    }

    pub(crate) fn get(&self, key: &str) -> Result<&StaffUser> {
        let found = self.0.get(key);
        found.with_context(|| format!("nobody is called {key} in the dashboard"))
    }

    /// What use cases are handed when this colleague does something.
    pub(crate) fn act<'a>(
        &'a self,
        app: &'a App,
        org: &'a Organization,
        ambient: &'a Ambient,
        key: &str,
    ) -> Result<StaffAction<'a>> {
        Ok(StaffAction {
            ambient,
            org,
            by: self.get(key)?,
            session: "",
            public_url: &app.config.public_url,
        })
    }

    /// Ends the access of someone who left.
    pub(crate) async fn leave(&self, tx: &mut Tx, act: StaffAction<'_>, key: &str) -> Result<()> {
        let successor = self.get("emil")?.id;
        let leaving = self.get(key)?.id;
        staff::deactivate(tx, Manager::Admin(act), leaving, Some(successor)).await?;
        Ok(())
    }
}

async fn hash(app: &App, email: &EmailAddress) -> Result<String> {
    let password = SecretString::from(PASSWORD);
    Ok(password::hash(&app.ambient.random, email, password).await?)
}

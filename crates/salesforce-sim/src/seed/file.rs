//! The form of a seed file.

use std::collections::HashMap;

use anyhow::{Context, anyhow};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{Id, Sim, UserSeed, sim::FieldSeed};

/// Users, queues and records. A value `"@key"` stands for the id of what has that key.
#[derive(Debug, Clone, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub struct Seed {
    /// The users.
    pub users: Vec<Keyed<UserSeed>>,
    /// The names of queues, by key.
    pub queues: HashMap<String, String>,
    /// Custom fields.
    pub fields: Vec<CustomField>,
    /// The records, in order.
    pub records: Vec<Record>,
    /// The leads to convert: lead, contact and account.
    pub conversions: Vec<(String, String, String)>,
    /// The users to deactivate once their records are there.
    pub deactivated: Vec<String>,
}

/// A user with a key.
#[derive(Debug, Clone, Deserialize)]
pub struct Keyed<T> {
    /// The key.
    #[serde(default)]
    pub key: String,
    /// What it stands for.
    #[serde(flatten)]
    pub it: T,
}

/// A custom field of an object.
#[derive(Debug, Clone, Deserialize)]
pub struct CustomField {
    /// The object.
    pub object: String,
    /// The field.
    #[serde(flatten)]
    pub field: FieldSeed,
}

/// A record, given as the API takes it.
#[derive(Debug, Clone, Deserialize)]
pub struct Record {
    /// The object.
    #[serde(rename = "type")]
    pub kind: String,
    /// The key by which others refer to it.
    #[serde(default)]
    pub key: String,
    /// The fields.
    pub fields: Map<String, Value>,
}

/// The ids of what was planted, by key.
#[derive(Debug, Default, Serialize)]
pub struct Planted(pub HashMap<String, Id>);

impl Seed {
    /// Plants the seed and gives the logins.
    ///
    /// # Errors
    /// If the org refuses a record, or a reference has no key.
    pub fn plant(self, sim: &Sim) -> anyhow::Result<Vec<String>> {
        let logins = self.logins();
        self.plant_keyed(sim)?;
        Ok(logins)
    }

    /// Who can log in, and how.
    pub(super) fn logins(&self) -> Vec<String> {
        self.users
            .iter()
            .filter(|user| user.it.active && !self.deactivated.contains(&user.key))
            .map(|user| {
                format!(
                    "{} / {}  ({} {}, {})",
                    user.it.username,
                    user.it.password,
                    user.it.first_name,
                    user.it.last_name,
                    user.it.profile
                )
            })
            .collect()
    }

    /// Plants the seed and gives the ids by key.
    ///
    /// # Errors
    /// As [`Seed::plant`].
    pub fn plant_keyed(self, sim: &Sim) -> anyhow::Result<Planted> {
        let mut planted = Planted::default();
        for user in self.users {
            let id = sim.add_user(user.it);
            planted.0.insert(user.key, id);
        }
        for (key, name) in self.queues {
            planted.0.insert(key, sim.add_queue(&name));
        }
        for custom in self.fields {
            sim.add_field(&custom.object, custom.field);
        }
        for record in self.records {
            let fields = planted.resolve(record.fields)?;
            let id = sim
                .try_add(&record.kind, fields)
                .map_err(|e| anyhow!("{} {}: {e}", record.kind, record.key))?;
            planted.0.insert(record.key, id);
        }
        for (lead, contact, account) in self.conversions {
            sim.convert_lead(
                planted.id(&lead)?,
                planted.id(&contact)?,
                planted.id(&account)?,
            );
        }
        for user in self.deactivated {
            sim.set_active(planted.id(&user)?, false);
        }
        planted.0.remove("");
        Ok(planted)
    }
}

impl Planted {
    pub(super) fn id(&self, key: &str) -> anyhow::Result<Id> {
        let key = key.trim_start_matches('@');
        if let Ok(id) = key.parse() {
            return Ok(id);
        }
        self.0
            .get(key)
            .copied()
            .with_context(|| format!("nothing has the key {key}"))
    }

    fn resolve(&self, fields: Map<String, Value>) -> anyhow::Result<Map<String, Value>> {
        fields
            .into_iter()
            .map(
                |(name, value)| match value.as_str().and_then(|s| s.strip_prefix('@')) {
                    Some(key) => Ok((name, self.id(key)?.to_string().into())),
                    None => Ok((name, value)),
                },
            )
            .collect()
    }
}

//! Users and records, as an administrator would set them up.

use serde_json::{Map, Value as Input};

use super::{AccountSeed, ContactSeed, LeadSeed, Sim, UserSeed};
use crate::Id;
use crate::org::{Caller, Org};
use crate::rules::{self, Permissions};
use crate::store::Value;

impl Sim {
    /// Adds a user.
    pub fn add_user(&self, seed: UserSeed) -> Id {
        self.with(|org, now| {
            let name = format!("{} {}", seed.first_name, seed.last_name);
            let alias: String = seed.username.chars().take(8).collect();
            let zone = org.config.time_zone.clone();
            let text = |value: &str| Value::text(value);
            let id = org.insert_setup(
                "User",
                now,
                &[
                    ("Username", text(&seed.username)),
                    ("Email", text(&seed.username)),
                    ("FirstName", text(&seed.first_name)),
                    ("LastName", text(&seed.last_name)),
                    ("Name", text(name.trim())),
                    ("Alias", text(&alias)),
                    ("IsActive", Value::Bool(seed.active)),
                    ("UserType", text("Standard")),
                    ("TimeZoneSidKey", text(&zone)),
                    ("LocaleSidKey", text("en_US")),
                    ("LanguageLocaleKey", text("en_US")),
                    ("EmailEncodingKey", text("UTF-8")),
                ],
            );
            org.permissions.insert(id, Permissions::full());
            org.passwords.insert(id, seed.password);
            org.data.commit();
            id
        })
    }

    /// Adds a queue, which may own leads.
    pub fn add_queue(&self, name: &str) -> Id {
        self.with(|org, now| {
            let developer = name.replace(' ', "_");
            let values = [
                ("Name", Value::text(name)),
                ("DeveloperName", Value::text(&developer)),
                ("Type", Value::text("Queue")),
            ];
            let id = org.insert_setup("Group", now, &values);
            may_own(org, now, id, "Lead");
            org.data.commit();
            id
        })
    }

    /// Lets a queue own tasks, too.
    pub fn let_queue_own_tasks(&self, queue: Id) {
        self.with(|org, now| {
            may_own(org, now, queue, "Task");
            org.data.commit();
        });
    }

    /// Adds an account.
    pub fn add_account(&self, seed: AccountSeed) -> Id {
        self.add("Account", seed.into_members())
    }

    /// Adds a contact.
    pub fn add_contact(&self, seed: ContactSeed) -> Id {
        self.add("Contact", seed.into_members())
    }

    /// Adds a lead.
    pub fn add_lead(&self, seed: LeadSeed) -> Id {
        self.add("Lead", seed.into_members())
    }

    /// Adds any record, given as the API would take it.
    ///
    /// # Errors
    /// The error code and text with which the org refuses it.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "the fields are written where they are given away"
    )]
    pub fn try_add(&self, object: &str, members: Map<String, Input>) -> Result<Id, String> {
        self.with(|org, now| {
            let caller = administrator(org, now);
            create(org, caller, object, &members)
        })
    }

    /// The same, done by a user.
    pub(crate) fn try_add_as(
        &self,
        user: Id,
        object: &str,
        members: &Map<String, Input>,
    ) -> Result<Id, String> {
        self.with(|org, now| create(org, Caller::unruled(user, now), object, members))
    }

    /// # Panics
    /// If the org refuses the record: a mistake in the test that seeds it.
    fn add(&self, object: &str, members: Map<String, Input>) -> Id {
        let id = self.try_add(object, members);
        id.unwrap_or_else(|e| panic!("the org refused the {object}: {e}"))
    }

    /// Deletes a record, as a user would: it goes to the recycle bin.
    pub fn delete(&self, id: Id) {
        self.with(|org, now| {
            let caller = administrator(org, now);
            if let Some((no, pos)) = org.data.locate(id) {
                rules::delete(org, caller, no, pos).ok();
            }
            org.data.commit();
        });
    }

    /// Converts a lead into a contact and an account.
    pub fn convert_lead(&self, lead: Id, contact: Id, account: Id) {
        self.with(|org, now| rules::convert_lead(org, lead, contact, account, now));
    }

    /// Merges a record into another of its kind.
    pub fn merge(&self, loser: Id, winner: Id) {
        self.with(|org, now| rules::merge(org, loser, winner, now));
    }

    /// Sets a field of a record past all rules, as a test sometimes must.
    pub fn set_field(&self, id: Id, field: &str, value: Value) {
        self.with(|org, now| {
            org.change(id, field, value, now);
            org.data.commit();
        });
    }
}

fn create(
    org: &mut Org,
    caller: Caller,
    object: &str,
    members: &Map<String, Input>,
) -> Result<Id, String> {
    let found = org.data.schema.find(object);
    let no = found.ok_or_else(|| format!("no object {object}"))?;
    let result = org.attempt(|org| rules::create(org, caller, no, members));
    org.data.commit();
    result.map_err(|e| format!("{}: {}", e.code, e.message))
}

/// Lets a queue own records of an object.
fn may_own(org: &mut Org, now: i64, queue: Id, object: &str) {
    let values = [
        ("QueueId", Value::Id(queue)),
        ("SobjectType", Value::text(object)),
    ];
    org.insert_setup("QueueSobject", now, &values);
}

/// The first active user, or nobody yet.
pub(super) fn administrator(org: &mut Org, now: i64) -> Caller {
    let no = org.data.schema.no("User");
    let active = org.data.object(no).no("IsActive");
    let table = org.data.table(no);
    let mut rows = (0..table.len()).map(|pos| table.row(pos));
    let user = rows
        .find(|row| row.get(active).is_true())
        .and_then(|row| row.get(0).as_id());
    let user = user.unwrap_or(org.id);
    org.permissions
        .entry(user)
        .or_insert_with(Permissions::full);
    Caller::unruled(user, now)
}

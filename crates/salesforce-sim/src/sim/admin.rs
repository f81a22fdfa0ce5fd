//! Setup: what an administrator configures, and what may be revoked or used up.

use serde::Deserialize;

use super::Sim;
use crate::Id;
use crate::org::Org;
use crate::rules::{DuplicateAction, FieldAccess, ObjectAccess, RecordView};
use crate::schema::{Field, Kind};
use crate::store::Value;

/// A custom field to be.
#[derive(Debug, Clone, Deserialize)]
pub struct FieldSeed {
    /// Its API name, ending in `__c`.
    pub name: String,
    /// What it holds: text unless said otherwise.
    #[serde(default = "text")]
    pub kind: Kind,
    /// Whether it must have a value.
    #[serde(default)]
    pub required: bool,
    /// Whether no two records may share a value.
    #[serde(default)]
    pub unique: bool,
    /// Whether upserts may find records by it.
    #[serde(default)]
    pub external_id: bool,
    /// For a reference: the object it points to.
    #[serde(default)]
    pub references: Option<String>,
}

fn text() -> Kind {
    Kind::Text
}

impl FieldSeed {
    /// An optional line of text.
    pub fn text(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            kind: Kind::Text,
            required: false,
            unique: false,
            external_id: false,
            references: None,
        }
    }

    /// A unique external id.
    pub fn external_id(name: &str) -> Self {
        Self {
            unique: true,
            external_id: true,
            ..Self::text(name)
        }
    }

    /// A reference to another object.
    pub fn lookup(name: &str, object: &str) -> Self {
        Self {
            kind: Kind::Reference,
            references: Some(object.to_owned()),
            ..Self::text(name)
        }
    }
}

impl Sim {
    /// Adds a custom field to an object.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "a seed is written where it is given away"
    )]
    pub fn add_field(&self, object: &str, seed: FieldSeed) {
        self.with(|org, _| {
            let no = org.data.schema.no(object);
            let label = seed.name.trim_end_matches("__c").replace('_', " ");
            let mut field = Field::new(&seed.name, &label, seed.kind);
            field.nillable = !seed.required;
            field.unique = seed.unique;
            field.external_id = seed.external_id;
            if let Some(target) = &seed.references {
                let target = org.data.object(org.data.schema.no(target)).name;
                field.references = vec![target];
                field.relationship = Some(seed.name.replace("__c", "__r"));
            }
            let place = org.data.schema.objects[no].add(field);
            if seed.unique || seed.external_id {
                org.data.table_mut(no).add_index(place);
            }
        });
    }

    /// Makes a field required for everybody, adding it as custom text where it is missing.
    pub fn require_field(&self, object: &str, field: &str) {
        let known = self.with(|org, _| {
            let no = org.data.schema.no(object);
            let place = org.data.object(no).field_no(field);
            if let Some(place) = place {
                org.data.schema.objects[no].fields[place].nillable = false;
            }
            place.is_some()
        });
        if !known {
            self.add_field(
                object,
                FieldSeed {
                    required: true,
                    ..FieldSeed::text(field)
                },
            );
        }
    }

    /// Refuses records for which `refuses` holds, with the administrator's text.
    pub fn add_validation_rule(
        &self,
        object: &str,
        message: &str,
        refuses: impl Fn(&RecordView<'_>) -> bool + Send + Sync + 'static,
    ) {
        self.with(|org, _| {
            let no = org.data.schema.no(object);
            org.rules.add_validation(no, message, refuses);
        });
    }

    /// Removes the validation rules of an object.
    pub fn clear_validation_rules(&self, object: &str) {
        self.with(|org, _| {
            let no = org.data.schema.no(object);
            org.rules.clear_validation(no);
        });
    }

    /// Sets or removes the duplicate rule of an object.
    pub fn duplicate_rule(&self, object: &str, action: Option<DuplicateAction>) {
        self.with(|org, now| {
            let no = org.data.schema.no(object);
            org.rules.set_duplicates(no, action);
            let object = org.data.object(no).name;
            let label = format!("Standard {object} Duplicate Rule");
            let name = Value::Text(label.replace(' ', "_").into());
            let rule = [
                ("MasterLabel", Value::text(&label)),
                ("DeveloperName", name),
                ("SobjectType", Value::text(object)),
                ("IsActive", Value::Bool(action.is_some())),
            ];
            org.replace_setup("DuplicateRule", now, "SobjectType", object, &rule);
        });
    }

    /// Sets what a user may do with an object.
    pub fn restrict_object(&self, user: Id, object: &str, access: ObjectAccess) {
        self.with(|org, _| {
            let no = org.data.schema.no(object);
            if let Some(permissions) = org.permissions.get_mut(&user) {
                permissions.set_object(no, access);
            }
        });
    }

    /// Sets what a user may do with a field; `None` lifts the restriction.
    pub fn restrict_field(&self, user: Id, object: &str, field: &str, access: Option<FieldAccess>) {
        self.with(|org, _| {
            let no = org.data.schema.no(object);
            let field = org.data.object(no).no(field);
            if let Some(permissions) = org.permissions.get_mut(&user) {
                permissions.set_field(no, field, access);
            }
        });
    }

    /// Hides a record from a user by sharing, or shows it again.
    pub fn hide_record(&self, user: Id, record: Id, hidden: bool) {
        self.with(|org, _| {
            if let Some(permissions) = org.permissions.get_mut(&user) {
                permissions.set_hidden(record, hidden);
            }
        });
    }

    /// Sets whether activity sharing shows a user the tasks that others created.
    pub fn set_sees_others_tasks(&self, user: Id, sees: bool) {
        self.with(|org, _| {
            if let Some(permissions) = org.permissions.get_mut(&user) {
                permissions.sees_others_tasks = sees;
            }
        });
    }

    /// Sets whom the assignment rule gives new leads: a user or a queue.
    pub fn assign_leads(&self, to: Option<Id>) {
        self.with(|org, now| {
            org.lead_assignment = to;
            let rule = [
                ("Name", Value::text("Standard")),
                ("SobjectType", Value::text("Lead")),
                ("Active", Value::Bool(to.is_some())),
            ];
            org.replace_setup("AssignmentRule", now, "SobjectType", "Lead", &rule);
        });
    }

    /// Gives a user the permission “View Setup and Configuration”, or takes it away.
    pub fn set_views_setup(&self, user: Id, views: bool) {
        self.with(|org, _| {
            let access = if views {
                ObjectAccess::READ
            } else {
                ObjectAccess::NONE
            };
            let rules = ["DuplicateRule", "AssignmentRule"].map(|name| org.data.schema.no(name));
            if let Some(permissions) = org.permissions.get_mut(&user) {
                permissions.views_setup = views;
                for object in rules {
                    permissions.set_object(object, access);
                }
            }
        });
    }

    /// Sets the record type that new records of an object get.
    pub fn set_record_type(&self, object: &str, name: Option<&str>) {
        self.with(|org, _| {
            let no = org.data.schema.no(object);
            org.data.schema.objects[no].record_type = name.map(str::to_owned);
        });
    }

    /// Fills the org's storage, so that no record can be created, or empties it.
    pub fn set_storage_full(&self, full: bool) {
        self.with(|org, _| org.storage_full = full);
    }

    /// Takes the API away from a user, or gives it back.
    pub fn set_api_enabled(&self, user: Id, enabled: bool) {
        self.with(|org, _| {
            if let Some(permissions) = org.permissions.get_mut(&user) {
                permissions.api_enabled = enabled;
            }
        });
    }

    /// Lets a user approve applications, or forbids it.
    pub fn set_may_approve_apps(&self, user: Id, may: bool) {
        self.with(|org, _| {
            if let Some(permissions) = org.permissions.get_mut(&user) {
                permissions.may_approve_apps = may;
            }
        });
    }

    /// Activates or deactivates a user.
    pub fn set_active(&self, user: Id, active: bool) {
        self.set_field(user, "IsActive", Value::Bool(active));
    }

    /// Somebody in the org gives a Contact or Lead another email address.
    pub fn set_email(&self, person: Id, email: &str) {
        self.set_field(person, "Email", Value::text(email));
    }

    /// Replaces the task statuses: name, closed, default.
    pub fn rename_task_statuses(&self, values: &[(&str, bool, bool)]) {
        self.with(|org, now| org.set_task_statuses(values, now));
    }

    /// Replaces the task priorities: name, high, default.
    pub fn rename_task_priorities(&self, values: &[(&str, bool, bool)]) {
        self.with(|org, now| org.set_task_priorities(values, now));
    }

    /// Sets whether a picklist takes listed values only.
    pub fn set_restricted(&self, object: &str, field: &str, restricted: bool) {
        self.with(|org, _| {
            let no = org.data.schema.no(object);
            let field = org.data.object(no).no(field);
            org.data.schema.objects[no].fields[field].restricted = restricted;
        });
    }

    /// Moves the org to another time zone.
    pub fn set_time_zone(&self, zone: &str) {
        self.with(|org, _| {
            let id = org.id;
            zone.clone_into(&mut org.config.time_zone);
            org.data.set(id, "TimeZoneSidKey", Value::text(zone));
            org.data.commit();
        });
    }

    /// Ends all sessions; refresh tokens live on.
    pub fn expire_access_tokens(&self) {
        self.with(|org, _| org.auth.expire_sessions());
    }

    /// Ends all sessions and approvals.
    pub fn revoke_everything(&self) {
        self.with(|org, _| org.auth.revoke_everything());
    }

    /// Lets a user allow an application, as the login and consent pages do. Answers
    /// an access and a refresh token.
    pub fn grant(&self, user: Id, client_id: &str) -> (String, String) {
        self.with(|org, now| {
            let expires = now + org.config.session_seconds.cast_signed() * 1000;
            org.auth.grant(org.id, user, client_id, expires)
        })
    }

    /// How many approvals of applications are live.
    pub fn approvals(&self) -> usize {
        self.with(|org, _| org.auth.approvals())
    }

    /// Whether a token is an access token that works.
    pub fn token_works(&self, access_token: &str) -> bool {
        self.with(|org, now| org.auth.session(access_token, now).is_some())
    }

    /// The API calls counted so far.
    pub fn api_calls(&self) -> u64 {
        self.with(|org, _| org.api_calls)
    }

    /// Sets the counter of API calls: others make some, or those of a day ago end.
    pub fn set_api_calls(&self, calls: u64) {
        self.with(|org, _| org.api_calls = calls);
    }

    /// Begins to count API calls anew.
    pub fn reset_api_calls(&self) {
        self.with(|org, _| org.api_calls = 0);
    }

    /// Sets the daily limit of API calls.
    pub fn set_api_limit(&self, limit: u64) {
        self.with(|org, _| org.config.api_daily_limit = limit);
    }

    /// Changes the registered applications, or anything else of the configuration.
    pub fn configure(&self, change: impl FnOnce(&mut crate::OrgConfig)) {
        self.with(|org, _| change(&mut org.config));
    }

    /// The id of the Organization record.
    pub fn organization_id(&self) -> Id {
        self.with(|org: &mut Org, _| org.id)
    }
}

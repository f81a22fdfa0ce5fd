//! How Tasks look, and which further fields of Tasks, Contacts and Leads are filled in, where
//! an Admin wants it otherwise than usual.

mod fields;
mod owner;
mod report_fields;
mod save;
mod values;

use std::collections::BTreeMap;

use domain::activities::{Activity, ActivityKind};
use domain::deliveries::task::{self, SentTask};
use domain::matching::candidates::RecordId;
use domain::salesforce::Connection;
use jiff::tz::TimeZone;
use salesforce::org::OrgProfile;
use salesforce::writable_fields::FieldKind;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

pub(super) use fields::still_fits;
pub use fields::{FieldForm, add_field, remove_field};
pub use report_fields::{add_report_fields, has_report_fields};
pub use save::{TaskForm, save_task_options};
pub use values::Source;

/// All of it, as the connection keeps it.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Mapping {
    /// By the key of the kind of activity; a kind that isn't here is as usual.
    tasks: BTreeMap<String, TaskOptions>,
    pub fields: Vec<MappedField>,
}

/// How the Tasks of one kind of activity look.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct TaskOptions {
    /// The name of the item or file follows the Subject.
    pub names_item: bool,
    /// The Status, if not the usual one.
    pub status: Option<String>,
    /// The Priority, if not the usual one.
    pub priority: Option<String>,
    /// The Due Date is left empty.
    pub without_due_date: bool,
    /// Who is asked first to own them, before the owners of the matched records.
    pub owner: Option<TaskOwner>,
}

/// A Salesforce user who owns the Tasks of one kind of activity.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct TaskOwner {
    pub id: RecordId,
    /// The user's full name when it was chosen.
    pub name: String,
    /// The name that the user logs in with, likewise.
    pub username: String,
}

/// The Status of Tasks of that kind where nobody chose another one.
pub fn usual_status<'a>(
    kind: ActivityKind,
    connection: &Connection,
    profile: &'a OrgProfile,
) -> &'a str {
    if task::is_completed(kind, connection.options.mark_completed) {
        &profile.closed_status
    } else {
        &profile.open_status
    }
}

/// An object whose fields can be filled in.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Serialize, Deserialize)]
pub enum MappedObject {
    Task,
    Contact,
    Lead,
}

impl MappedObject {
    pub const ALL: [Self; 3] = [Self::Task, Self::Contact, Self::Lead];

    /// Its API name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Task => "Task",
            Self::Contact => "Contact",
            Self::Lead => "Lead",
        }
    }
}

/// A field that is filled in.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct MappedField {
    pub object: MappedObject,
    /// The API name.
    pub name: String,
    /// The label on Salesforce's pages, when it was chosen.
    pub label: String,
    pub kind: FieldKind,
    /// Of a text: how many characters it holds.
    pub length: usize,
    pub source: Source,
    /// What is written, where the source is a fixed value.
    pub text: String,
    /// The org check found that it is gone, or takes no such value anymore: it is left out.
    #[serde(default)]
    pub is_gone: bool,
}

impl MappedField {
    /// Such as `Lead.Region__c`.
    pub fn full_name(&self) -> String {
        format!("{}.{}", self.object.name(), self.name)
    }

    /// Whether every record gets a value, whatever the activity is about.
    pub fn is_always_filled(&self) -> bool {
        let always = [Source::Fixed, Source::Activity, Source::Link];
        always.contains(&self.source) && !self.is_gone
    }
}

impl Mapping {
    /// What the connection keeps.
    pub fn of(connection: &Connection) -> Self {
        serde_json::from_str(&connection.mapping).unwrap_or_default()
    }

    pub fn options(&self, kind: ActivityKind) -> TaskOptions {
        self.tasks.get(kind.key()).cloned().unwrap_or_default()
    }

    /// Who is to own the Tasks of that kind, where an Admin chose someone.
    pub fn owner(&self, kind: ActivityKind) -> Option<&RecordId> {
        let options = self.tasks.get(kind.key())?;
        options.owner.as_ref().map(|owner| &owner.id)
    }

    /// The further fields of a record of this object, for that activity. One without a value
    /// is left out.
    pub fn values(
        &self,
        object: MappedObject,
        activity: &Activity,
        link: &str,
    ) -> Map<String, Value> {
        let fields = self.fields.iter();
        let fields = fields.filter(|field| field.object == object && !field.is_gone);
        let values = fields.filter_map(|field| {
            let value = values::value(field, activity, link)?;
            Some((field.name.clone(), value))
        });
        values.collect()
    }
}

impl TaskOptions {
    /// The Status to write: the usual one where none was chosen or the org doesn't have the
    /// chosen one anymore. “Mark as completed” stands above a chosen one that is open.
    pub fn status(
        &self,
        kind: ActivityKind,
        connection: &Connection,
        profile: &OrgProfile,
    ) -> String {
        let must_be_closed =
            kind == ActivityKind::RequestedAccess && connection.options.mark_completed;
        let fits = |name: &str| {
            let mut all = profile.statuses.iter();
            let found = all.find(|one| one.name == name);
            found.is_some_and(|one| !must_be_closed || one.is_closed == Some(true))
        };
        let chosen = self.status.clone().filter(|name| fits(name));
        chosen.unwrap_or_else(|| usual_status(kind, connection, profile).to_owned())
    }

    /// The Priority to write, likewise.
    pub fn priority(&self, profile: &OrgProfile) -> String {
        let chosen = self.priority.clone();
        let chosen = chosen.filter(|name| profile.priorities.contains(name));
        chosen.unwrap_or_else(|| profile.default_priority.clone())
    }

    /// What the Task of that activity has by which it can be searched for.
    pub fn sent_task(&self, prefix: &str, activity: &Activity, zone: &TimeZone) -> SentTask {
        let subject = task::subject(prefix, activity.what.kind);
        SentTask {
            subject: if self.names_item {
                task::subject_with_name(&subject, activity)
            } else {
                subject
            },
            due_date: (!self.without_due_date).then(|| task::due_date(activity, zone)),
        }
    }

    pub fn is_usual(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_kept_before_there_was_any_is_nothing() {
        for kept in ["", "{}", r#"{"later": 1}"#] {
            let mapping: Mapping = serde_json::from_str(kept).unwrap_or_default();
            assert_eq!(mapping, Mapping::default(), "{kept}");
            assert!(mapping.options(ActivityKind::NdaSigned).is_usual());
        }
    }
}

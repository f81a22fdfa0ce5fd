//! Records as a person would read them.

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Map, Value as Json};

use super::Sim;
use crate::org::{Caller, Org};
use crate::rules::Permissions;
use crate::schema::{Kind, ObjectNo};
use crate::store::{Pos, Value, datetime};
use crate::{Id, soql};

/// A task with every field that the page shows, names instead of ids beside the ids.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TaskView {
    /// The record's id.
    pub id: Id,
    /// Subject.
    pub subject: String,
    /// Assigned To: the owner.
    pub owner: Option<Id>,
    /// The owner's name.
    pub owner_name: String,
    /// Status.
    pub status: String,
    /// Priority.
    pub priority: String,
    /// Whether the status is a closed one.
    pub is_closed: bool,
    /// Due Date.
    pub due_date: Option<Date>,
    /// Name: the contact or lead.
    pub who: Option<Id>,
    /// The contact's or lead's name.
    pub who_name: String,
    /// Related To.
    pub what: Option<Id>,
    /// The name of the related record.
    pub what_name: String,
    /// The account the task counts for.
    pub account: Option<Id>,
    /// Comments.
    pub comments: String,
    /// Created By.
    pub created_by: Option<Id>,
    /// The creator's name.
    pub created_by_name: String,
    /// When it was created, as the API writes it.
    pub created_date: String,
    /// Last Modified By.
    pub last_modified_by: Option<Id>,
    /// The name of who changed it last.
    pub last_modified_by_name: String,
    /// When it was last changed, as the API writes it.
    pub last_modified_date: String,
    /// Whether it is in the recycle bin.
    pub is_deleted: bool,
}

impl TaskView {
    pub(crate) fn new(org: &Org, no: ObjectNo, pos: Pos) -> Self {
        let (object, row) = (org.data.object(no), org.data.table(no).row(pos));
        let value = |field: &str| row.get(object.no(field));
        let text = |field: &str| value(field).as_str().unwrap_or_default().to_owned();
        let time = |field: &str| match value(field) {
            Value::Time(at) => datetime(*at),
            _ => String::new(),
        };
        let named = |field: &str| (value(field).as_id(), name_of(org, value(field)));
        let (owner, owner_name) = named("OwnerId");
        let (who, who_name) = named("WhoId");
        let (what, what_name) = named("WhatId");
        let (created_by, created_by_name) = named("CreatedById");
        let (last_modified_by, last_modified_by_name) = named("LastModifiedById");
        Self {
            id: row.get(0).as_id().unwrap_or(org.id),
            subject: text("Subject"),
            owner,
            owner_name,
            status: text("Status"),
            priority: text("Priority"),
            is_closed: value("IsClosed").is_true(),
            due_date: match value("ActivityDate") {
                Value::Date(date) => Some(*date),
                _ => None,
            },
            who,
            who_name,
            what,
            what_name,
            account: value("AccountId").as_id(),
            comments: text("Description"),
            created_by,
            created_by_name,
            created_date: time("CreatedDate"),
            last_modified_by,
            last_modified_by_name,
            last_modified_date: time("LastModifiedDate"),
            is_deleted: value("IsDeleted").is_true(),
        }
    }
}

/// The name of the record that a value refers to; empty where there is none.
pub(crate) fn name_of(org: &Org, reference: &Value) -> String {
    let id = reference.as_id();
    let name = id.map(|id| org.data.value(id, "Name"));
    name.and_then(|n| n.as_str().map(str::to_owned))
        .unwrap_or_default()
}

impl Sim {
    /// All tasks that are not deleted, oldest first.
    pub fn tasks(&self) -> Vec<TaskView> {
        self.all_tasks()
            .into_iter()
            .filter(|task| !task.is_deleted)
            .collect()
    }

    /// All tasks, deleted ones included, oldest first.
    pub fn all_tasks(&self) -> Vec<TaskView> {
        self.with(|org, _| {
            let no = org.data.schema.no("Task");
            (0..org.data.table(no).len())
                .map(|pos| TaskView::new(org, no, pos))
                .collect()
        })
    }

    /// How many tasks there are, deleted ones included.
    pub fn task_count(&self) -> usize {
        self.with(|org, _| {
            let no = org.data.schema.no("Task");
            org.data.table(no).len() as usize
        })
    }

    /// A record as JSON, all fields, whether deleted or not.
    pub fn record(&self, id: Id) -> Option<Map<String, Json>> {
        self.with(|org, _| record(org, id))
    }

    /// What a SOQL query over all records finds, asked with every permission.
    ///
    /// # Panics
    /// If the query is wrong.
    pub fn find(&self, soql: &str) -> Vec<Map<String, Json>> {
        self.try_find(soql)
            .unwrap_or_else(|message| panic!("{soql}: {message}"))
    }

    /// As [`Sim::find`].
    ///
    /// # Errors
    /// What is wrong with the query.
    pub fn try_find(&self, soql: &str) -> Result<Vec<Map<String, Json>>, String> {
        self.with(|org, now| {
            org.permissions
                .entry(org.id)
                .or_insert_with(Permissions::full);
            let caller = Caller::unruled(org.id, now);
            let found = soql::run(org, caller, soql, false).map_err(|e| e.message)?;
            let table = org.data.table(found.object);
            let ids = found
                .places
                .iter()
                .filter_map(|pos| table.row(*pos).get(0).as_id());
            Ok(ids.filter_map(|id| record(org, id)).collect())
        })
    }
}

fn record(org: &Org, id: Id) -> Option<Map<String, Json>> {
    let (object, row) = org.data.by_id(id)?;
    let fields = object.fields.iter().enumerate().map(|(no, field)| {
        let value = row.get(no).to_json(field.kind == Kind::Int);
        (
            field.name.clone(),
            serde_json::to_value(value).unwrap_or_default(),
        )
    });
    Some(fields.collect())
}

//! The state of one org.

use std::collections::{HashMap, VecDeque};

use jiff::{Timestamp, civil::Date, tz::TimeZone};

use crate::error::ApiResult;
use crate::oauth::Auth;
use crate::rules::{Permissions, Rules};
use crate::schema::{ObjectNo, Schema};
use crate::soql::Cursor;
use crate::store::{Data, Row, Value};
use crate::{Id, OrgConfig};

/// Everything the org knows.
pub(crate) struct Org {
    /// Its name, addresses and applications.
    pub config: OrgConfig,
    /// Its records.
    pub data: Data,
    /// Its validation rules, duplicate rules and locks.
    pub rules: Rules,
    /// Its approvals, sessions and codes.
    pub auth: Auth,
    /// What its users may do.
    pub permissions: HashMap<Id, Permissions>,
    /// The passwords of its users.
    pub passwords: HashMap<Id, String>,
    /// Open query cursors, oldest first.
    pub cursors: VecDeque<Cursor>,
    /// The id of the Organization record.
    pub id: Id,
    /// API calls counted in the last 24 hours.
    pub api_calls: u64,
    /// Whom the assignment rule gives new leads: a user or a queue.
    pub lead_assignment: Option<Id>,
    /// Whether no more records fit in.
    pub storage_full: bool,
}

/// Who asks, when, and how.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    /// The user.
    pub user: Id,
    /// The moment, in milliseconds since 1970.
    pub now: i64,
    /// Whether alert duplicate rules are waved through.
    pub allow_duplicates: bool,
    /// Whether assignment rules are applied.
    pub assigns_leads: bool,
    /// What goes wrong while this request is carried out.
    pub trouble: Trouble,
}

impl Caller {
    /// Asks past all rules, as a seed does.
    pub(crate) fn unruled(user: Id, now: i64) -> Self {
        Self {
            user,
            now,
            allow_duplicates: true,
            assigns_leads: false,
            trouble: Trouble::default(),
        }
    }
}

/// What goes wrong inside a request, so that each part of a composite sees it.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Trouble {
    /// The org is in maintenance: with this HTTP status nothing can be written.
    pub read_only: Option<u16>,
    /// Every query runs for too long.
    pub slow_queries: bool,
}

impl Org {
    /// A new org with an Organization record and the standard task values.
    pub(crate) fn new(config: OrgConfig, now: i64) -> Self {
        let instance = if config.is_sandbox { *b"CS" } else { *b"Ho" };
        let mut org = Self {
            data: Data::new(Schema::standard(), instance),
            rules: Rules::default(),
            auth: Auth::default(),
            permissions: HashMap::new(),
            passwords: HashMap::new(),
            cursors: VecDeque::new(),
            id: Id::new("00D", instance, 0),
            api_calls: 0,
            lead_assignment: None,
            storage_full: false,
            config,
        };
        org.id = org.insert_organization(now);
        org.set_task_statuses(
            &[
                ("Not Started", false, true),
                ("In Progress", false, false),
                ("Completed", true, false),
                ("Waiting on someone else", false, false),
                ("Deferred", false, false),
            ],
            now,
        );
        org.set_task_priorities(
            &[
                ("High", true, false),
                ("Normal", false, true),
                ("Low", false, false),
            ],
            now,
        );
        org.data.commit();
        org
    }

    fn insert_organization(&mut self, now: i64) -> Id {
        let config = self.config.clone();
        self.insert_setup(
            "Organization",
            now,
            &[
                ("Name", Value::text(&config.name)),
                ("TimeZoneSidKey", Value::text(&config.time_zone)),
                ("OrganizationType", Value::text("Enterprise Edition")),
                ("InstanceName", Value::text(&config.instance_name)),
                ("IsSandbox", Value::Bool(config.is_sandbox)),
                ("LanguageLocaleKey", Value::text("en_US")),
                ("DefaultLocaleSidKey", Value::text("en_US")),
                ("Country", Value::text("US")),
            ],
        )
    }

    /// Inserts a record as Setup does: no permissions, no rules.
    pub(crate) fn insert_setup(&mut self, object: &str, now: i64, values: &[(&str, Value)]) -> Id {
        let no = self.data.schema.no(object);
        let mut row = Row::default();
        for (field, value) in values {
            row.set(self.data.object(no).no(field), value.clone());
        }
        let author = values
            .iter()
            .find(|(name, _)| *name == "CreatedById")
            .and_then(|(_, value)| value.as_id());
        self.stamp_new(no, &mut row, author, now);
        self.data.insert(no, row)
    }

    /// Fills in the audit fields of a new record.
    pub(crate) fn stamp_new(&self, no: usize, row: &mut Row, user: Option<Id>, now: i64) {
        let object = self.data.object(no);
        // Salesforce keeps whole seconds.
        let moment = Value::Time(now - now.rem_euclid(1000));
        row.set(object.is_deleted, Value::Bool(false));
        for field in ["CreatedDate", "LastModifiedDate", "SystemModstamp"] {
            row.set(object.no(field), moment.clone());
        }
        if let Some(user) = user {
            row.set(object.no("CreatedById"), Value::Id(user));
            row.set(object.no("LastModifiedById"), Value::Id(user));
        }
        for (field, spec) in object.fields.iter().enumerate() {
            if spec.kind == crate::schema::Kind::Bool && row.get(field).is_null() {
                row.set(field, Value::Bool(false));
            }
        }
    }

    /// Replaces the record of Setup whose `field` has this value, or adds it.
    pub(crate) fn replace_setup(
        &mut self,
        object: &str,
        now: i64,
        field: &str,
        value: &str,
        values: &[(&str, Value)],
    ) {
        let no = self.data.schema.no(object);
        let (field, deleted) = (
            self.data.object(no).no(field),
            self.data.object(no).is_deleted,
        );
        for pos in 0..self.data.table(no).len() {
            let mut row = self.data.table(no).row(pos).clone();
            if row.get(field).as_str() == Some(value) {
                row.set(deleted, Value::Bool(true));
                self.data.replace(no, pos, row);
            }
        }
        self.insert_setup(object, now, values);
        self.data.commit();
    }

    /// How much data storage is used, in megabytes: little, or all of it.
    pub(crate) fn storage_used_mb(&self) -> u64 {
        if self.storage_full { u64::MAX } else { 512 }
    }

    /// Replaces the task statuses: name, closed, default.
    pub(crate) fn set_task_statuses(&mut self, values: &[(&str, bool, bool)], now: i64) {
        self.set_values("TaskStatus", "Status", "IsClosed", values, now);
    }

    /// Replaces the task priorities: name, high, default.
    pub(crate) fn set_task_priorities(&mut self, values: &[(&str, bool, bool)], now: i64) {
        self.set_values("TaskPriority", "Priority", "IsHighPriority", values, now);
    }

    fn set_values(
        &mut self,
        object: &str,
        field: &str,
        flag: &str,
        values: &[(&str, bool, bool)],
        now: i64,
    ) {
        let no = self.data.schema.no(object);
        for pos in 0..self.data.table(no).len() {
            let mut row = self.data.table(no).row(pos).clone();
            row.set(self.data.object(no).is_deleted, Value::Bool(true));
            self.data.replace(no, pos, row);
        }
        for (order, (name, flagged, default)) in (1_u32..).zip(values) {
            self.insert_setup(
                object,
                now,
                &[
                    ("MasterLabel", Value::text(name)),
                    ("ApiName", Value::text(name)),
                    ("SortOrder", Value::Num(f64::from(order))),
                    ("IsDefault", Value::Bool(*default)),
                    (flag, Value::Bool(*flagged)),
                ],
            );
        }
        let task = self.data.schema.no("Task");
        let field = self.data.object(task).no(field);
        self.data.schema.objects[task].fields[field].picklist = values
            .iter()
            .map(|(name, _, default)| crate::schema::Entry {
                value: (*name).to_owned(),
                active: true,
                default: *default,
            })
            .collect();
        self.data.commit();
    }

    /// Whether a task value of `object` has its flag (closed, high priority) set.
    pub(crate) fn value_flag(&self, object: &str, flag: &str, name: &str) -> bool {
        let no = self.data.schema.no(object);
        let (label, flag) = (
            self.data.object(no).no("ApiName"),
            self.data.object(no).no(flag),
        );
        let table = self.data.table(no);
        (0..table.len())
            .map(|pos| table.row(pos))
            .filter(|row| !self.data.is_deleted(no, row))
            .any(|row| row.get(label).as_str() == Some(name) && row.get(flag).is_true())
    }

    /// The org's time zone.
    pub(crate) fn zone(&self) -> TimeZone {
        let name = self.data.value(self.id, "TimeZoneSidKey");
        TimeZone::get(name.as_str().unwrap_or("UTC")).unwrap_or(TimeZone::UTC)
    }

    /// The calendar date in the org at a moment.
    pub(crate) fn date(&self, now: i64) -> Date {
        Timestamp::from_millisecond(now)
            .unwrap_or_default()
            .to_zoned(self.zone())
            .date()
    }

    /// Runs `work`; if it fails, no trace of it is left.
    pub(crate) fn attempt<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> ApiResult<T>,
    ) -> ApiResult<T> {
        let point = self.data.savepoint();
        let result = work(self);
        if result.is_err() {
            self.data.roll_back(point);
        }
        result
    }

    /// Changes a field past all rules; the record bears the time of its change.
    pub(crate) fn change(&mut self, id: Id, field: &str, value: Value, now: i64) {
        let moment = Value::Time(now - now.rem_euclid(1000));
        self.data.set(id, "SystemModstamp", moment);
        self.data.set(id, field, value);
    }

    /// Whether sharing hides a record from a user.
    pub(crate) fn hides(&self, user: Id, no: ObjectNo, row: &Row) -> bool {
        let permissions = self.permissions(user);
        let object = self.data.object(no);
        let by_other = || row.get(object.no("CreatedById")).as_id() != Some(user);
        row.get(0).as_id().is_some_and(|id| permissions.hides(id))
            || (!permissions.sees_others_tasks && object.name == "Task" && by_other())
    }

    /// What a user may do.
    pub(crate) fn permissions(&self, user: Id) -> &Permissions {
        self.permissions.get(&user).unwrap_or(Permissions::NONE)
    }
}

impl Org {
    /// The user with this login, in any case.
    pub(crate) fn user_by_name(&self, username: &str) -> Option<Id> {
        let no = self.data.schema.no("User");
        let field = self.data.object(no).no("Username");
        let key = Value::text(username).key()?;
        let table = self.data.table(no);
        let found = table.lookup(field, &key)?.first()?;
        table.row(*found).get(0).as_id()
    }
}

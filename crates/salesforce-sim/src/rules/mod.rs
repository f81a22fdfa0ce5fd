//! What a record must satisfy to be saved, and who may save it.

mod access;
mod check;
mod coerce;
mod delete;
mod derive;
mod duplicates;
mod save;
mod task;
mod upsert;

use std::{collections::HashMap, sync::Arc};

pub(crate) use access::Permissions;
pub use access::{FieldAccess, ObjectAccess};
pub(crate) use delete::{convert_lead, delete, merge};
pub use duplicates::DuplicateAction;
pub(crate) use save::{Members, create, update};
pub(crate) use upsert::{Upserted, find_by_key, upsert};

use crate::Id;
use crate::schema::{Object, ObjectNo};
use crate::store::{Row, Value};

/// A record as a validation rule sees it.
pub struct RecordView<'a> {
    object: &'a Object,
    row: &'a Row,
}

impl RecordView<'_> {
    /// The value of a field; nothing where there is no such field.
    pub fn value(&self, field: &str) -> &Value {
        static NOTHING: Value = Value::Null;
        self.object
            .field_no(field)
            .map_or(&NOTHING, |no| self.row.get(no))
    }

    /// The text of a field; empty where there is none.
    pub fn text(&self, field: &str) -> &str {
        self.value(field).as_str().unwrap_or_default()
    }
}

type Predicate = Arc<dyn Fn(&RecordView<'_>) -> bool + Send + Sync>;

/// A validation rule: records for which it holds are refused.
pub(crate) struct ValidationRule {
    /// The object whose records it looks at.
    pub object: ObjectNo,
    refuses: Predicate,
    /// What people see.
    pub message: String,
}

/// The rules an administrator set up.
#[derive(Default)]
pub(crate) struct Rules {
    validation: Vec<ValidationRule>,
    duplicates: HashMap<ObjectNo, DuplicateAction>,
    /// How many more rows are refused because another transaction holds the record.
    locked: HashMap<Id, u32>,
}

impl Rules {
    /// Refuses records of `object` for which `refuses` holds.
    pub(crate) fn add_validation(
        &mut self,
        object: ObjectNo,
        message: &str,
        refuses: impl Fn(&RecordView<'_>) -> bool + Send + Sync + 'static,
    ) {
        self.validation.push(ValidationRule {
            object,
            refuses: Arc::new(refuses),
            message: message.to_owned(),
        });
    }

    /// Every validation rule.
    pub(crate) fn validation_rules(&self) -> &[ValidationRule] {
        &self.validation
    }

    /// Removes the validation rules of an object.
    pub(crate) fn clear_validation(&mut self, object: ObjectNo) {
        self.validation.retain(|rule| rule.object != object);
    }

    /// Sets what happens to duplicates of an object.
    pub(crate) fn set_duplicates(&mut self, object: ObjectNo, action: Option<DuplicateAction>) {
        match action {
            Some(action) => self.duplicates.insert(object, action),
            None => self.duplicates.remove(&object),
        };
    }

    /// Holds a record, so that the next `times` rows that need it are refused.
    pub(crate) fn lock(&mut self, id: Id, times: u32) {
        if times == 0 {
            self.locked.remove(&id);
        } else {
            self.locked.insert(id, times);
        }
    }
}

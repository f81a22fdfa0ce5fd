//! Object and field permissions, and records hidden by sharing.

use std::{
    collections::{HashMap, HashSet},
    sync::LazyLock,
};

use crate::{
    Id,
    schema::{FieldNo, ObjectNo},
};

/// What a user may do with the records of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
pub struct ObjectAccess {
    /// See them, and see that the object exists.
    pub read: bool,
    /// Add records.
    pub create: bool,
    /// Change records.
    pub edit: bool,
    /// Delete records.
    pub delete: bool,
}

impl ObjectAccess {
    /// Everything.
    pub const FULL: Self = Self {
        read: true,
        create: true,
        edit: true,
        delete: true,
    };
    /// Looking only.
    pub const READ: Self = Self {
        read: true,
        create: false,
        edit: false,
        delete: false,
    };
    /// Nothing: the object seems not to exist.
    pub const NONE: Self = Self {
        read: false,
        create: false,
        edit: false,
        delete: false,
    };
}

/// What a user may do with a field.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum FieldAccess {
    /// The field seems not to exist.
    Hidden,
    /// It can be seen, not changed.
    ReadOnly,
}

/// What a user may do.
#[derive(Debug, Clone)]
pub(crate) struct Permissions {
    /// Whether the user may use the API at all.
    pub api_enabled: bool,
    /// Whether an administrator lets the user approve applications.
    pub may_approve_apps: bool,
    /// Whether activity sharing shows the tasks that others created.
    pub sees_others_tasks: bool,
    /// View Setup and Configuration.
    pub views_setup: bool,
    objects: HashMap<ObjectNo, ObjectAccess>,
    fields: HashMap<(ObjectNo, FieldNo), FieldAccess>,
    hidden: HashSet<Id>,
}

static NONE: LazyLock<Permissions> = LazyLock::new(|| Permissions {
    api_enabled: false,
    may_approve_apps: false,
    ..Permissions::full()
});

impl Permissions {
    /// What a user without a profile may do: nothing.
    pub(crate) const NONE: &'static LazyLock<Permissions> = &NONE;

    /// May do everything.
    pub(crate) fn full() -> Self {
        Self {
            api_enabled: true,
            may_approve_apps: true,
            sees_others_tasks: true,
            views_setup: true,
            objects: HashMap::new(),
            fields: HashMap::new(),
            hidden: HashSet::new(),
        }
    }

    /// What the user may do with an object.
    pub(crate) fn object(&self, object: ObjectNo) -> ObjectAccess {
        self.objects
            .get(&object)
            .copied()
            .unwrap_or(ObjectAccess::FULL)
    }

    /// Sets what the user may do with an object.
    pub(crate) fn set_object(&mut self, object: ObjectNo, access: ObjectAccess) {
        self.objects.insert(object, access);
    }

    /// Sets what the user may do with a field; `None` lifts the restriction.
    pub(crate) fn set_field(
        &mut self,
        object: ObjectNo,
        field: FieldNo,
        access: Option<FieldAccess>,
    ) {
        match access {
            Some(access) => self.fields.insert((object, field), access),
            None => self.fields.remove(&(object, field)),
        };
    }

    /// Whether the user sees a field.
    pub(crate) fn sees(&self, object: ObjectNo, field: FieldNo) -> bool {
        self.fields.get(&(object, field)) != Some(&FieldAccess::Hidden)
    }

    /// Whether the user may write a field.
    pub(crate) fn edits(&self, object: ObjectNo, field: FieldNo) -> bool {
        !self.fields.contains_key(&(object, field))
    }

    /// Hides a record from the user, or shows it again.
    pub(crate) fn set_hidden(&mut self, id: Id, hidden: bool) {
        if hidden {
            self.hidden.insert(id);
        } else {
            self.hidden.remove(&id);
        }
    }

    /// Whether sharing hides a record from the user.
    pub(crate) fn hides(&self, id: Id) -> bool {
        !self.hidden.is_empty() && self.hidden.contains(&id)
    }
}

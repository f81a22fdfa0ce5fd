//! The org's records, and the way back when a request must leave no trace.

mod table;
mod value;

use std::{collections::HashSet, sync::Arc};

pub(crate) use table::{Pos, Row, Table, place};
pub use value::Value;
pub(crate) use value::{Key, datetime, fold};

use crate::{
    Id, random,
    schema::{FieldNo, Object, ObjectNo, Schema},
};

enum Undo {
    Inserted(ObjectNo),
    Replaced(ObjectNo, Pos, Row),
}

/// A point to which the records can be taken back.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Savepoint(usize);

/// All records of the org.
pub(crate) struct Data {
    /// Objects and fields.
    pub schema: Schema,
    tables: Vec<Table>,
    undo: Vec<Undo>,
    /// Repeated short texts, such as subjects, are stored once.
    texts: HashSet<Arc<str>>,
}

/// Fields by which an org finds records without reading them all.
const INDEXED: &[(&str, &str)] = &[
    ("Account", "Name"),
    ("Account", "OwnerId"),
    ("Contact", "Email"),
    ("Contact", "AccountId"),
    ("Contact", "Name"),
    ("Contact", "OwnerId"),
    ("Lead", "Email"),
    ("Lead", "Name"),
    ("Lead", "Company"),
    ("Lead", "OwnerId"),
    ("Task", "WhoId"),
    ("Task", "WhatId"),
    ("Task", "AccountId"),
    ("User", "Username"),
    ("User", "Email"),
];

const INTERNED_LENGTH: usize = 80;

impl Data {
    /// The empty records of a new org.
    pub(crate) fn new(schema: Schema, instance: [u8; 2]) -> Self {
        let tables = schema
            .objects
            .iter()
            .map(|object| {
                let indexed = INDEXED
                    .iter()
                    .filter(|(name, _)| *name == object.name)
                    .map(|(_, field)| object.no(field))
                    .collect();
                let first = 1_000_000 + random::below(50_000_000);
                Table::new(
                    object.prefix,
                    instance,
                    first,
                    indexed,
                    object.no("CreatedDate"),
                )
            })
            .collect();
        Self {
            schema,
            tables,
            undo: Vec::new(),
            texts: HashSet::new(),
        }
    }

    /// An object.
    pub(crate) fn object(&self, no: ObjectNo) -> &Object {
        &self.schema.objects[no]
    }

    /// The records of an object.
    pub(crate) fn table(&self, no: ObjectNo) -> &Table {
        &self.tables[no]
    }

    /// The records of an object, to add an index.
    pub(crate) fn table_mut(&mut self, no: ObjectNo) -> &mut Table {
        &mut self.tables[no]
    }

    /// Finds a record by id, deleted or not.
    pub(crate) fn locate(&self, id: Id) -> Option<(ObjectNo, Pos)> {
        let no = self.schema.by_prefix(id.prefix())?;
        Some((no, self.tables[no].position(id)?))
    }

    /// A record by id, deleted or not.
    pub(crate) fn by_id(&self, id: Id) -> Option<(&Object, &Row)> {
        let (no, pos) = self.locate(id)?;
        Some((self.object(no), self.tables[no].row(pos)))
    }

    /// The value of a field of a record; nothing where either is missing.
    pub(crate) fn value(&self, id: Id, field: &str) -> Value {
        self.by_id(id)
            .and_then(|(object, row)| Some(row.get(object.field_no(field)?).clone()))
            .unwrap_or(Value::Null)
    }

    /// Whether a record is in the recycle bin.
    pub(crate) fn is_deleted(&self, no: ObjectNo, row: &Row) -> bool {
        row.get(self.object(no).is_deleted).is_true()
    }

    /// Adds a record.
    pub(crate) fn insert(&mut self, no: ObjectNo, mut row: Row) -> Id {
        let id = self.tables[no].next_id();
        row.set(0, Value::Id(id));
        self.tables[no].push(row);
        self.undo.push(Undo::Inserted(no));
        id
    }

    /// Changes a record.
    pub(crate) fn replace(&mut self, no: ObjectNo, pos: Pos, row: Row) {
        let old = self.tables[no].replace(pos, row);
        self.undo.push(Undo::Replaced(no, pos, old));
    }

    /// Sets one field of a record by name.
    pub(crate) fn set(&mut self, id: Id, field: &str, value: Value) {
        if let Some((no, pos)) = self.locate(id) {
            let field: FieldNo = self.object(no).no(field);
            let mut row = self.tables[no].row(pos).clone();
            row.set(field, value);
            self.replace(no, pos, row);
        }
    }

    /// Text that shares its memory with equal text.
    pub(crate) fn intern(&mut self, text: &str) -> Value {
        if text.is_empty() {
            return Value::Null;
        }
        if text.len() > INTERNED_LENGTH {
            return Value::Text(text.into());
        }
        if let Some(known) = self.texts.get(text) {
            return Value::Text(known.clone());
        }
        let shared: Arc<str> = text.into();
        self.texts.insert(shared.clone());
        Value::Text(shared)
    }

    /// The present, to return to.
    pub(crate) fn savepoint(&self) -> Savepoint {
        Savepoint(self.undo.len())
    }

    /// Takes back everything since `point`.
    pub(crate) fn roll_back(&mut self, point: Savepoint) {
        while self.undo.len() > point.0 {
            match self.undo.pop() {
                Some(Undo::Inserted(no)) => self.tables[no].pop(),
                Some(Undo::Replaced(no, pos, row)) => {
                    self.tables[no].replace(pos, row);
                }
                None => {}
            }
        }
    }

    /// Makes everything so far final.
    pub(crate) fn commit(&mut self) {
        self.undo.clear();
    }
}

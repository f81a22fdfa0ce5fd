//! The records of one object, with the indexes that make look-ups quick.

use std::collections::HashMap;

use super::value::{Key, Value};
use crate::{Id, schema::FieldNo};

/// The place of a record in its table.
pub(crate) type Pos = u32;

/// The place that a count of records is.
///
/// # Panics
/// With more than four thousand million records, which no memory holds.
pub(crate) fn place(count: usize) -> Pos {
    Pos::try_from(count).expect("a table holds fewer than 2^32 records")
}

/// A record that keeps only the fields that have a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Row {
    present: u128,
    values: Vec<Value>,
}

const NULL: &Value = &Value::Null;

impl Row {
    /// The value of a field.
    pub(crate) fn get(&self, field: FieldNo) -> &Value {
        if self.present >> field & 1 == 0 {
            return NULL;
        }
        &self.values[self.rank(field)]
    }

    /// Gives a field a value.
    pub(crate) fn set(&mut self, field: FieldNo, value: Value) {
        assert!(
            field < 128,
            "an object of this org holds at most 128 fields"
        );
        let rank = self.rank(field);
        match (self.present >> field & 1 == 1, value) {
            (true, Value::Null) => {
                self.values.remove(rank);
                self.present &= !(1 << field);
            }
            (false, Value::Null) => {}
            (true, value) => self.values[rank] = value,
            (false, value) => {
                self.values.insert(rank, value);
                self.present |= 1 << field;
            }
        }
    }

    fn rank(&self, field: FieldNo) -> usize {
        (self.present & ((1u128 << field) - 1)).count_ones() as usize
    }
}

/// The records of one object.
#[derive(Debug)]
pub(crate) struct Table {
    prefix: &'static str,
    instance: [u8; 2],
    first_serial: u64,
    rows: Vec<Row>,
    indexes: Vec<(FieldNo, HashMap<Key, Vec<Pos>>)>,
    created: FieldNo,
    /// Holds as long as the clock never went back between two inserts.
    in_order: bool,
}

impl Table {
    /// An empty table whose ids count from `first_serial`.
    pub(crate) fn new(
        prefix: &'static str,
        instance: [u8; 2],
        first_serial: u64,
        indexed: Vec<FieldNo>,
        created: FieldNo,
    ) -> Self {
        Self {
            prefix,
            instance,
            first_serial,
            rows: Vec::new(),
            indexes: indexed.into_iter().map(|f| (f, HashMap::new())).collect(),
            created,
            in_order: true,
        }
    }

    /// How many records there are, deleted ones included.
    pub(crate) fn len(&self) -> Pos {
        place(self.rows.len())
    }

    /// The id of the next record.
    pub(crate) fn next_id(&self) -> Id {
        Id::new(
            self.prefix,
            self.instance,
            self.first_serial + self.rows.len() as u64,
        )
    }

    /// Where the record with this id is.
    pub(crate) fn position(&self, id: Id) -> Option<Pos> {
        if id.prefix() != self.prefix {
            return None;
        }
        let place = id.serial(self.instance)?.checked_sub(self.first_serial)?;
        Pos::try_from(place).ok().filter(|pos| *pos < self.len())
    }

    /// A record.
    pub(crate) fn row(&self, pos: Pos) -> &Row {
        &self.rows[pos as usize]
    }

    pub(super) fn push(&mut self, row: Row) -> Pos {
        let pos = self.len();
        if let Some(last) = self.rows.last() {
            let backwards = row
                .get(self.created)
                .compare(last.get(self.created))
                .is_lt();
            self.in_order &= !backwards;
        }
        for (field, index) in &mut self.indexes {
            if let Some(key) = row.get(*field).key() {
                index.entry(key).or_default().push(pos);
            }
        }
        self.rows.push(row);
        pos
    }

    pub(super) fn pop(&mut self) {
        let pos = self.len() - 1;
        if let Some(row) = self.rows.pop() {
            self.unindex(&row, pos);
        }
    }

    pub(super) fn replace(&mut self, pos: Pos, row: Row) -> Row {
        let old = std::mem::replace(&mut self.rows[pos as usize], row);
        let new = &self.rows[pos as usize];
        for (field, index) in &mut self.indexes {
            let (before, after) = (old.get(*field), new.get(*field));
            if before == after {
                continue;
            }
            if let Some(key) = before.key() {
                remove(index, &key, pos);
            }
            if let Some(key) = after.key() {
                let places = index.entry(key).or_default();
                let at = places.partition_point(|p| *p < pos);
                places.insert(at, pos);
            }
        }
        old
    }

    fn unindex(&mut self, row: &Row, pos: Pos) {
        for (field, index) in &mut self.indexes {
            if let Some(key) = row.get(*field).key() {
                remove(index, &key, pos);
            }
        }
    }

    /// Adds an index over a field.
    pub(crate) fn add_index(&mut self, field: FieldNo) {
        let mut index: HashMap<Key, Vec<Pos>> = HashMap::new();
        for (pos, row) in (0..).zip(&self.rows) {
            if let Some(key) = row.get(field).key() {
                index.entry(key).or_default().push(pos);
            }
        }
        self.indexes.push((field, index));
    }

    /// The records whose field equals `key`, oldest first, if the field is indexed.
    pub(crate) fn lookup(&self, field: FieldNo, key: &Key) -> Option<&[Pos]> {
        let (_, index) = self.indexes.iter().find(|(f, _)| *f == field)?;
        Some(index.get(key).map_or(&[], Vec::as_slice))
    }

    /// Whether look-ups by this field are quick.
    pub(crate) fn is_indexed(&self, field: FieldNo) -> bool {
        self.indexes.iter().any(|(f, _)| *f == field)
    }

    /// The first record created at `millis` or later, or 0 where the clock went back.
    pub(crate) fn first_since(&self, millis: i64) -> Pos {
        if !self.in_order {
            return 0;
        }
        let moment = Value::Time(millis);
        let before = |row: &Row| row.get(self.created).compare(&moment).is_lt();
        place(self.rows.partition_point(before))
    }
}

fn remove(index: &mut HashMap<Key, Vec<Pos>>, key: &Key, pos: Pos) {
    if let Some(places) = index.get_mut(key) {
        places.retain(|p| *p != pos);
        if places.is_empty() {
            index.remove(key);
        }
    }
}

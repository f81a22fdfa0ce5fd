//! Which records are worth looking at.

use super::{ast::Op, test::Test};
use crate::schema::FieldNo;
use crate::store::{Pos, Table, Value, place};

/// Records that may satisfy a condition, in the order of their creation.
pub(crate) enum Candidates {
    /// These.
    These(Vec<Pos>),
    /// All from this one on.
    From(Pos),
}

impl Candidates {
    fn size(&self, table: &Table) -> Pos {
        match self {
            Candidates::These(list) => place(list.len()),
            Candidates::From(first) => table.len() - first,
        }
    }

    /// The places to look at.
    pub(crate) fn places(self, table: &Table) -> Box<dyn Iterator<Item = Pos>> {
        match self {
            Candidates::These(list) => Box::new(list.into_iter()),
            Candidates::From(first) => Box::new(first..table.len()),
        }
    }
}

/// The smallest set of candidates that the indexes give.
pub(crate) fn candidates(table: &Table, created: FieldNo, test: &Test) -> Candidates {
    find(table, created, test).unwrap_or(Candidates::From(0))
}

fn find(table: &Table, created: FieldNo, test: &Test) -> Option<Candidates> {
    match test {
        Test::All(tests) => tests
            .iter()
            .filter_map(|test| find(table, created, test))
            .min_by_key(|found| found.size(table)),
        Test::Any(tests) => {
            let mut all = Vec::new();
            for test in tests {
                match find(table, created, test)? {
                    Candidates::These(list) => all.extend(list),
                    Candidates::From(_) => return None,
                }
            }
            Some(these(all))
        }
        Test::OneOf(column, keys, false) => {
            let field = column.own()?;
            let mut all = Vec::new();
            for key in keys {
                match (field, key) {
                    (0, crate::store::Key::Id(id)) => all.extend(table.position(*id)),
                    _ => all.extend_from_slice(table.lookup(field, key)?),
                }
            }
            (field == 0 || table.is_indexed(field)).then(|| these(all))
        }
        Test::Compare(column, Op::Ge | Op::Gt, Value::Time(from))
        | Test::Within(column, Some(Value::Time(from)), _)
            if column.own() == Some(created) =>
        {
            Some(Candidates::From(table.first_since(*from)))
        }
        _ => None,
    }
}

fn these(mut places: Vec<Pos>) -> Candidates {
    places.sort_unstable();
    places.dedup();
    Candidates::These(places)
}

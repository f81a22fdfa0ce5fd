//! Many rows as one parameter of a statement: a JSON text.
//!
//! With a parameter for each cell, SQLite spends more time on looking parameters up by
//! their names than on the statement: twice as long for a batch of deliveries.

use serde::ser::{Serialize, Serializer};

use crate::{Dialect, Value};

/// What the cells of a column are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cells {
    Int,
    Text,
}

/// A common table expression of that name, whose rows are those of parameter
/// `$parameter`, which [`parameter`] makes.
pub(crate) fn table(
    dialect: Dialect,
    name: &str,
    parameter: usize,
    columns: &[(&str, Cells)],
) -> String {
    let names: Vec<&str> = columns.iter().map(|(column, _)| *column).collect();
    let cells = columns.iter().enumerate().map(|(n, (_, cells))| {
        let cell = format!("value ->> {n}");
        match cells {
            Cells::Int => format!("CAST({cell} AS bigint)"),
            Cells::Text => cell,
        }
    });
    let rows = match dialect {
        Dialect::Sqlite => format!("json_each(${parameter})"),
        Dialect::Postgres => {
            format!("jsonb_array_elements(CAST(${parameter} AS jsonb)) AS given (value)")
        }
    };
    format!(
        "{name} ({}) AS (SELECT {} FROM {rows})",
        names.join(", "),
        cells.collect::<Vec<_>>().join(", ")
    )
}

/// The rows as a parameter: each its cells in the order of the columns.
pub(crate) fn parameter<const N: usize>(rows: impl IntoIterator<Item = [Value; N]>) -> Value {
    let rows: Vec<Vec<JsonCell>> = rows
        .into_iter()
        .map(|row| row.into_iter().map(JsonCell).collect())
        .collect();
    json(&rows)
}

/// A condition: the column is one of the texts of parameter `$parameter`, which [`texts`]
/// makes. On PostgreSQL an array, which it makes out once: for an index that begins with the
/// column. Behind other columns of an index it would compare each row with each text.
pub(crate) fn one_of(dialect: Dialect, column: &str, parameter: usize) -> String {
    match dialect {
        Dialect::Sqlite => format!("{column} IN (SELECT value FROM json_each(${parameter}))"),
        Dialect::Postgres => format!(
            "{column} = ANY(ARRAY(SELECT jsonb_array_elements_text(CAST(${parameter} AS jsonb))))"
        ),
    }
}

/// Texts as a parameter.
pub(crate) fn texts<T: ToString>(texts: impl IntoIterator<Item = T>) -> Value {
    let texts: Vec<JsonCell> = texts
        .into_iter()
        .map(|text| JsonCell(Value::from(text.to_string())))
        .collect();
    json(&texts)
}

fn json(rows: &impl Serialize) -> Value {
    let json = serde_json::to_string(rows);
    Value::from(json.unwrap_or_else(|error| unreachable!("cells are numbers and texts: {error}")))
}

/// Written at once, without a tree of JSON values in between.
struct JsonCell(Value);

impl Serialize for JsonCell {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.0 {
            Value::Int(number) => number.serialize(serializer),
            // As where text is a parameter of its own: PostgreSQL's can't hold NUL.
            Value::Text(Some(text)) if text.contains('\0') => {
                serializer.serialize_str(&text.replace('\0', ""))
            }
            Value::Text(text) => text.serialize(serializer),
            Value::Bytes(_) => unreachable!("tables have columns of numbers and text only"),
        }
    }
}

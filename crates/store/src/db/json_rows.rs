//! Many rows as one parameter of a statement: a JSON text.
//!
//! With a parameter for each cell, SQLite spends more time on looking parameters up by
//! their names than on the statement: twice as long for a batch of deliveries.

use serde_json::Value as Json;

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
    let rows = rows.into_iter();
    let rows: Json = rows.map(|row| Json::from_iter(row.map(cell))).collect();
    Value::from(rows.to_string())
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
    let texts: Json = texts
        .into_iter()
        .map(|text| text.to_string().replace('\0', ""))
        .collect();
    Value::from(texts.to_string())
}

fn cell(value: Value) -> Json {
    match value {
        Value::Int(number) => Json::from(number),
        // As where text is a parameter of its own: PostgreSQL's can't hold NUL.
        Value::Text(text) => Json::from(text.map(|text| text.replace('\0', ""))),
        Value::Bytes(_) => unreachable!("tables have columns of numbers and text only"),
    }
}

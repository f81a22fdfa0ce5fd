//! How SQLite plans a statement.

/// What may read a whole table: it has one row, or a part of another query's rows.
const READ_WHOLE: [&str; 12] = [
    "CONSTANT",
    "json_each",
    "new",
    "epoch",
    "schema_step",
    "counted",
    "summed",
    "parked",
    "failed",
    "late",
    "listed",
    "unread",
];

/// The database of an embedded test.
pub fn embedded(url: &str) -> rusqlite::Connection {
    let path = url.strip_prefix("sqlite://");
    rusqlite::Connection::open(path.expect("a path")).expect("the database")
}

/// The tables of which a statement reads every row, as SQLite plans it. Nothing of a
/// statement that SQLite doesn't understand.
pub fn tables_read_whole(conn: &rusqlite::Connection, text: &str) -> Vec<String> {
    let plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {text}"));
    let Ok(mut plan) = plan else {
        return Vec::new();
    };
    let steps = plan.raw_query().mapped(|row| row.get::<_, String>(3));
    let read = steps.flatten().filter_map(|step| {
        let table = read_whole(&step)?.to_owned();
        (!READ_WHOLE.contains(&table.as_str())).then_some(table)
    });
    read.collect()
}

/// The table that a step of a plan reads as a whole: by a scan, or, for a minimum or a
/// maximum, along an index of which it has no beginning.
fn read_whole(step: &str) -> Option<&str> {
    let rest = match step.strip_prefix("SCAN ") {
        Some(rest) => rest,
        None => step
            .strip_prefix("SEARCH ")
            .filter(|rest| !rest.contains('('))?,
    };
    rest.split(' ').next()
}

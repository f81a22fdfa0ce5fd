//! What the log says of each statement at the level DEBUG: its verb and table, how many
//! rows, and how long it took. Never its parameters, which hold what visitors told and
//! what is secret. Here once, and so for every function of the store.

use std::time::Instant;

use tracing::Level;

/// A statement under way.
pub(crate) struct Timed {
    /// `None` where nobody listens: then nothing is measured or read.
    began: Option<Instant>,
}

impl Timed {
    pub(super) fn begin() -> Self {
        Self {
            began: tracing::enabled!(Level::DEBUG).then(Instant::now),
        }
    }

    /// `rows`: how many it gave or changed; `None` where it failed.
    pub(super) fn end(self, sql: &str, rows: Option<usize>) {
        let Some(began) = self.began else {
            return;
        };
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        let (verb, table) = verb_and_table(sql);
        if let Some(rows) = rows {
            tracing::debug!(verb, table, rows, micros, "statement");
        } else {
            tracing::debug!(verb, table, micros, "statement failed");
        }
    }
}

/// What the statement does and to which table; the table is empty where there is none.
fn verb_and_table(sql: &str) -> (&str, &str) {
    let mut verb = "";
    let mut depth = 0;
    let mut outermost = 0;
    let mut rest = sql;
    while let Some((word, inside, after)) = next_word(rest, &mut depth) {
        rest = after;
        if inside != outermost {
            continue;
        }
        if verb.is_empty() && VERBS.contains(&word) {
            verb = word;
        }
        if !verb.is_empty() && matches!(word, "FROM" | "INTO" | "UPDATE") {
            match next_name(rest) {
                // A query in brackets: its table.
                "SELECT" => outermost += 1,
                table => return (verb, table),
            }
        }
    }
    match verb {
        "" => (sql.split_whitespace().next().unwrap_or_default(), ""),
        verb => (verb, ""),
    }
}

const VERBS: [&str; 4] = ["SELECT", "INSERT", "UPDATE", "DELETE"];

/// The next word, in how many brackets it stands, and what comes after it.
fn next_word<'a>(text: &'a str, depth: &mut i32) -> Option<(&'a str, i32, &'a str)> {
    let start = text.find(|c: char| {
        match c {
            '(' => *depth += 1,
            ')' => *depth -= 1,
            _ => {}
        }
        is_of_word(c)
    })?;
    let text = &text[start..];
    let end = text.find(|c| !is_of_word(c)).unwrap_or(text.len());
    Some((&text[..end], *depth, &text[end..]))
}

fn next_name(text: &str) -> &str {
    let text = text.trim_start_matches(|c: char| !is_of_word(c));
    let end = text.find(|c| !is_of_word(c)).unwrap_or(text.len());
    &text[..end]
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_is_named_by_its_verb_and_table() {
        for (sql, verb, table) in [
            ("SELECT id FROM item WHERE org_id = $1", "SELECT", "item"),
            (
                "INSERT INTO activity (id) VALUES ($1)",
                "INSERT",
                "activity",
            ),
            ("UPDATE lane SET due_at = 0", "UPDATE", "lane"),
            ("DELETE FROM match_cache", "DELETE", "match_cache"),
            (
                "WITH new (id) AS (SELECT value FROM json_each($5))\n UPDATE delivery SET state = 1",
                "UPDATE",
                "delivery",
            ),
            (
                "SELECT (SELECT 1 FROM lane) AS one, COUNT(*) FROM visitor",
                "SELECT",
                "visitor",
            ),
            (
                "SELECT COUNT(*) FROM (SELECT 1 AS one FROM delivery) AS counted",
                "SELECT",
                "delivery",
            ),
            ("COMMIT", "COMMIT", ""),
            ("", "", ""),
        ] {
            assert_eq!(verb_and_table(sql), (verb, table), "{sql}");
        }
    }
}

//! Text in queries, escaped to the letter.

use jiff::Timestamp;

use super::API_VERSION;
use super::limits::MAX_QUERY;

/// A string literal, its quotes included (SOQL and SOSL Reference, Quoted String Escape
/// Sequences). Control characters become spaces.
pub fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('\'');
    for c in text.chars() {
        match c {
            '\\' | '\'' => out.extend(['\\', c]),
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('\'');
    out
}

/// String literals with commas between them, as they stand in `IN (…)`; empty for none.
pub fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(quote).collect::<Vec<_>>().join(",")
}

/// A `dateTime` literal in UTC, without the part of a second (SOQL and SOSL Reference,
/// Date Formats and Date Literals).
pub fn whole_second(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

/// A literal for `LIKE` that finds what begins with the text, or, with `anywhere`, what
/// contains it. A `%` or `_` in the text stands for itself.
pub fn like(text: &str, anywhere: bool) -> String {
    let mut quoted = literally(text);
    quoted.insert(quoted.len() - 1, '%');
    if anywhere {
        quoted.insert(1, '%');
    }
    quoted
}

/// A literal for `LIKE` that finds what ends with the text, in the same way.
pub fn like_ending(text: &str) -> String {
    let mut quoted = literally(text);
    quoted.insert(1, '%');
    quoted
}

fn literally(text: &str) -> String {
    quote(text).replace('%', "\\%").replace('_', "\\_")
}

/// Queries that together ask `before IN (…) after` for every value, each of them of at
/// most [`MAX_QUERY`] bytes, unless one value alone is longer; none without a value.
pub fn in_lists(before: &str, values: &[String], after: &str) -> Vec<String> {
    let room = MAX_QUERY.saturating_sub(before.len() + after.len() + 6);
    let mut lists: Vec<String> = Vec::new();
    for value in values {
        let value = quote(value);
        match lists.last_mut() {
            Some(list) if list.len() + value.len() < room => {
                list.push(',');
                list.push_str(&value);
            }
            _ => lists.push(value),
        }
    }
    lists
        .into_iter()
        .map(|list| format!("{before} IN ({list}){after}"))
        .collect()
}

/// The path of a query call with its `q` (REST API Developer Guide, Query); with `all`
/// it is `queryAll`, which also sees what was deleted or archived.
pub fn path(query: &str, all: bool) -> String {
    query_path(if all { "queryAll" } else { "query" }, query)
}

/// The same for a query of the Tooling API.
pub fn tooling_path(query: &str) -> String {
    query_path("tooling/query", query)
}

fn query_path(resource: &str, query: &str) -> String {
    // A space as %20, which needs no agreement on what a plus means.
    let encoded: String = url::form_urlencoded::byte_serialize(query.as_bytes()).collect();
    format!(
        "/services/data/{API_VERSION}/{resource}?q={}",
        encoded.replace('+', "%20")
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quotes_and_backslashes_are_escaped_and_nothing_else() {
        for (text, literal) in [
            ("Acme", "'Acme'"),
            ("O'Brien", r"'O\'Brien'"),
            (r"back\slash", r"'back\\slash'"),
            (r"\'", r"'\\\''"),
            ("100% _sure_", "'100% _sure_'"),
            ("\"Grün\" 🦊 שלום", "'\"Grün\" 🦊 שלום'"),
            ("two\nlines", "'two lines'"),
        ] {
            assert_eq!(quote(text), literal);
        }
    }

    #[test]
    fn a_pattern_takes_wildcards_literally() {
        assert_eq!(like("50%_off", false), r"'50\%\_off%'");
        assert_eq!(like("O'Hara", true), r"'%O\'Hara%'");
        assert_eq!(like_ending("@a_b.example"), r"'%@a\_b.example'");
    }

    #[test]
    fn a_moment_is_written_in_whole_seconds() {
        let at: Timestamp = "2026-11-23T09:00:00.75Z".parse().unwrap();
        assert_eq!(whole_second(at), "2026-11-23T09:00:00Z");
    }

    #[test]
    fn a_query_survives_its_way_through_an_address() {
        let query = "SELECT Id FROM Account WHERE Name = 'A+B & C=D #1 100% Zoë'";
        let path = path(query, false);
        assert!(path.starts_with("/services/data/v67.0/query?q=SELECT%20Id"));
        let url = url::Url::parse("https://x.test")
            .unwrap()
            .join(&path)
            .unwrap();
        let (_, read) = url.query_pairs().next().unwrap();
        assert_eq!(read, query);
    }

    #[test]
    fn a_long_list_becomes_several_queries_that_lose_nothing() {
        let values: Vec<String> = (0..5_000)
            .map(|n| format!("person.number.{n}@company-{n}.example"))
            .collect();
        let queries = in_lists("SELECT Id FROM Lead WHERE Email", &values, " ORDER BY Id");
        assert!(queries.len() > 1);
        assert!(queries.iter().all(|query| query.len() <= MAX_QUERY));
        let asked: usize = queries.iter().map(|query| query.matches('@').count()).sum();
        assert_eq!(asked, values.len());
        assert!(in_lists("x", &[], "").is_empty());
    }

    proptest! {
        /// Whatever is quoted ends where it should: read back by the rule
        /// "a backslash makes the next character literal".
        #[test]
        fn no_text_gets_out_of_its_quotes(text in "[^\\p{Cc}]*") {
            let literal = quote(&text);
            let inner = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
            let mut chars = inner.unwrap().chars();
            let mut read = String::new();
            while let Some(c) = chars.next() {
                prop_assert_ne!(c, '\'');
                read.push(if c == '\\' { chars.next().unwrap() } else { c });
            }
            prop_assert_eq!(read, text);
        }
    }
}

//! What the detail of an entry says of a change: each value before and after.

use std::fmt::Display;

use super::Action;
use crate::names::tidy;

/// Stands between what was and what is.
const ARROW: &str = " → ";
/// Stands between a field's name and its values.
const COLON: &str = ": ";
/// Stands between the changes.
const SEPARATOR: &str = "; ";
/// The most characters of a value: a detail is read in a list.
const LONGEST: usize = 160;

/// What a change is about, and what is another than before: "Acme; Review: Not reviewed →
/// Approved; Owner: none → Ada". Never holds a secret.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Changes {
    said: Vec<String>,
}

impl Changes {
    /// Of what has this name; an empty one where the action says it.
    pub fn new(subject: &str) -> Self {
        let said = match subject {
            "" => Vec::new(),
            subject => vec![without_marks(subject)],
        };
        Self { said }
    }

    /// Says both values, where they differ.
    pub fn note(&mut self, field: &str, before: impl Display, after: impl Display) {
        let (before, after) = (before.to_string(), after.to_string());
        if before != after {
            let (before, after) = (value(&before), value(&after));
            self.said
                .push(format!("{field}{COLON}{before}{ARROW}{after}"));
        }
    }

    /// Says both, where they differ; what is missing is called `missing`.
    pub fn note_optional<T: Display>(
        &mut self,
        field: &str,
        before: Option<T>,
        after: Option<T>,
        missing: &str,
    ) {
        let or = |value: Option<T>| value.map_or_else(|| missing.to_owned(), |one| one.to_string());
        self.note(field, or(before), or(after));
    }

    /// Says "On" or "Off", where they differ.
    pub fn note_switch(&mut self, field: &str, before: bool, after: bool) {
        let word = |on| if on { "On" } else { "Off" };
        self.note(field, word(before), word(after));
    }

    /// Says only that a long text was edited.
    pub fn note_text(&mut self, field: &str, before: &str, after: &str) {
        if before != after {
            self.said.push(format!("{field} edited"));
        }
    }

    /// Says something that is no change of a value.
    pub fn say(&mut self, what: impl Into<String>) {
        self.said.push(what.into());
    }
}

impl Display for Changes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.said.join(SEPARATOR))
    }
}

/// Without what would be read as the end of it, or as a change.
fn without_marks(text: &str) -> String {
    text.replace('→', "->").replace(';', ",")
}

/// In one line, and shortened.
fn value(text: &str) -> String {
    let line = without_marks(&tidy(text));
    if line.is_empty() {
        return "none".to_owned();
    }
    if line.chars().count() <= LONGEST {
        return line;
    }
    let begin: String = line.chars().take(LONGEST - 1).collect();
    format!("{begin}…")
}

/// A line of an entry's detail.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum DetailLine<'a> {
    /// Words.
    Text(&'a str),
    /// A value that became another.
    Change {
        /// The field's name; empty where the detail has none.
        field: &'a str,
        /// What was there.
        before: &'a str,
        /// What is there now.
        after: &'a str,
    },
}

/// The detail of an entry with that action, in lines: one, where the action doesn't tell of
/// a change.
pub fn detail_lines<'a>(action: &str, detail: &'a str) -> Vec<DetailLine<'a>> {
    let is_change = Action::from_title(action).is_some_and(Action::tells_of_a_change);
    if !is_change || !detail.contains(ARROW) {
        let text = Some(detail).filter(|detail| !detail.is_empty());
        return text.into_iter().map(DetailLine::Text).collect();
    }
    detail.split(SEPARATOR).map(line).collect()
}

fn line(text: &str) -> DetailLine<'_> {
    let Some((begin, after)) = text.split_once(ARROW) else {
        return DetailLine::Text(text);
    };
    let (field, before) = begin.split_once(COLON).unwrap_or(("", begin));
    DetailLine::Change {
        field,
        before,
        after,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const EDITED: &str = Action::EditedAccount.title();

    #[test]
    fn only_what_differs_is_said_and_read_again() {
        let mut changes = Changes::new("Acme");
        changes.note("Review", "Approved", "Approved");
        changes.note("Name", "Acme", "Acme: the\nCompany");
        changes.note_optional("Expires", None, Some("2026-02-05"), "Never");
        changes.note_switch("Watermark", true, false);
        changes.note_text("Description", "a", "b");
        let detail = changes.to_string();
        assert_eq!(
            detail,
            "Acme; Name: Acme → Acme: the Company; Expires: Never → 2026-02-05; Watermark: On → \
             Off; Description edited"
        );
        let change = |field, before, after| DetailLine::Change {
            field,
            before,
            after,
        };
        assert_eq!(
            detail_lines(EDITED, &detail),
            [
                DetailLine::Text("Acme"),
                change("Name", "Acme", "Acme: the Company"),
                change("Expires", "Never", "2026-02-05"),
                change("Watermark", "On", "Off"),
                DetailLine::Text("Description edited"),
            ]
        );
    }

    #[test]
    fn a_detail_without_a_change_is_one_line() {
        assert_eq!(detail_lines(EDITED, ""), []);
        let detail = "addresses confirmed; 3 domains refused";
        assert_eq!(detail_lines(EDITED, detail), [DetailLine::Text(detail)]);
    }

    #[test]
    fn what_a_visitor_typed_is_no_change() {
        let typed = "Eve <eve@acme.example> to Acme; Role: Viewer → Admin";
        let approved = Action::ApprovedRequest.title();
        assert_eq!(detail_lines(approved, typed), [DetailLine::Text(typed)]);
        let mut changes = Changes::new("Acme; Role: Viewer → Admin");
        changes.note("Name", "a → b; c", "d");
        let detail = changes.to_string();
        let lines = detail_lines(EDITED, &detail);
        assert_eq!(lines.len(), 2, "{lines:?}");
        assert_eq!(lines[0], DetailLine::Text("Acme, Role: Viewer -> Admin"));
    }

    #[test]
    fn a_long_value_is_shortened_and_a_missing_one_is_called_none() {
        let mut changes = Changes::new("");
        changes.note("Link", "", "é".repeat(500));
        let detail = changes.to_string();
        assert!(
            detail.starts_with("Link: none → é") && detail.ends_with("é…"),
            "{detail}"
        );
        assert!(detail.chars().count() < LONGEST + 20);
    }
}

//! A table of entries, as it is pasted from a spreadsheet or a CSV file.

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::content::entry::{DONE, Field, IN_PROGRESS, Rule, SectionKind, Shape, Texts};
use crate::limits::{IMPORTED_ENTRIES, TABLE_MISTAKES};

/// What begins a part of a text that has still to be written.
const OPEN: &str = "[…";

/// A row of the table.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Row {
    /// The line that it begins on, counted from 1.
    pub line: usize,
    /// The texts of its columns. Only their columns and states are checked.
    pub texts: Texts,
}

/// The columns that a table of this kind may have.
pub fn columns(kind: SectionKind) -> impl Iterator<Item = &'static Rule> {
    let rules = kind.fields().iter();
    rules.filter(|rule| rule.shape != Shape::Item)
}

/// What a column is called: as in the form, except for what only makes sense there.
pub fn heading(rule: &Rule) -> &'static str {
    match rule.field {
        Field::Link => "Website",
        _ => rule.label,
    }
}

/// The first line of a table of this kind.
pub fn head(kind: SectionKind) -> String {
    let headings: Vec<_> = columns(kind).map(heading).collect();
    headings.join(",")
}

/// Reads a table whose first line names its columns: separated by commas, semicolons or
/// tabs, as spreadsheets have them.
///
/// # Errors
/// What is wrong with it, in sentences for the person who pasted it: some of the lines.
pub fn read(kind: SectionKind, text: &str) -> Result<Vec<Row>, Vec<String>> {
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    let before = text.len() - text.trim_start().len();
    let lines_before = text[..before].matches('\n').count();
    let text = text.trim();
    if text.matches('"').count() % 2 == 1 {
        return Err(vec![
            "A quotation mark is missing: each text that begins with one also ends with one."
                .to_owned(),
        ]);
    }
    let first = text.lines().next().unwrap_or_default();
    let mut reader = ReaderBuilder::new()
        .delimiter(delimiter(first))
        .flexible(true)
        .trim(Trim::All)
        .from_reader(text.as_bytes());
    let fields = reader
        .headers()
        .map_err(|error| vec![format!("The table can’t be read: {error}.")])
        .and_then(|head| fields(kind, head))?;
    let (mut rows, mut mistakes) = (Vec::new(), Vec::new());
    for record in reader.records() {
        match record {
            Ok(record) => match row(&fields, &record, lines_before + line(text, &record)) {
                Ok(Some(row)) => rows.push(row),
                Ok(None) => {}
                Err(mistake) => mistakes.push(mistake),
            },
            Err(error) => mistakes.push(format!("The table can’t be read: {error}.")),
        }
        if mistakes.len() >= TABLE_MISTAKES {
            break;
        }
    }
    match rows.len() {
        _ if !mistakes.is_empty() => Err(mistakes),
        0 => Err(vec![
            "The table has no rows below the first line.".to_owned(),
        ]),
        n if n > IMPORTED_ENTRIES => Err(vec![format!(
            "The table has {n} rows. Import at most {IMPORTED_ENTRIES} at once."
        )]),
        _ => Ok(rows),
    }
}

/// The line that the record begins on, counted from 1. The reader's own count is wrong after
/// empty lines.
fn line(text: &str, record: &StringRecord) -> usize {
    let at = record.position().map_or(0, csv::Position::byte);
    let at = usize::try_from(at).unwrap_or(text.len());
    let (before, rest) = text.split_at_checked(at).unwrap_or((text, ""));
    let empty = rest.len() - rest.trim_start_matches('\n').len();
    1 + before.matches('\n').count() + empty
}

/// The most frequent of the separators that spreadsheets use.
fn delimiter(line: &str) -> u8 {
    let count = |separator: &u8| line.bytes().filter(|byte| byte == separator).count();
    let separators = [b',', b';', b'\t'];
    separators.into_iter().max_by_key(count).unwrap_or(b',')
}

/// What each column holds.
fn fields(kind: SectionKind, head: &StringRecord) -> Result<Vec<&'static Rule>, Vec<String>> {
    let known = || {
        let headings: Vec<_> = columns(kind).map(heading).collect();
        headings.join(", ")
    };
    let mut found: Vec<&Rule> = Vec::new();
    for name in head {
        let rule = columns(kind).find(|rule| {
            heading(rule).eq_ignore_ascii_case(name) || rule.field.key().eq_ignore_ascii_case(name)
        });
        match rule {
            Some(rule) if found.iter().any(|other| other.field == rule.field) => {
                return Err(vec![format!("The column {} is there twice.", rule.label)]);
            }
            Some(rule) => found.push(rule),
            None => {
                return Err(vec![format!(
                    "The first line names the columns, and “{name}” is none of them: {}.",
                    known()
                )]);
            }
        }
    }
    let is_needed = |rule: &&Rule| rule.required || matches!(rule.shape, Shape::State(..));
    let missing = columns(kind)
        .filter(is_needed)
        .find(|rule| !found.iter().any(|other| other.field == rule.field));
    match missing {
        Some(rule) => Err(vec![format!("The column {} is missing.", rule.label)]),
        None => Ok(found),
    }
}

/// A row; `None` for an empty one.
fn row(
    fields: &[&'static Rule],
    record: &StringRecord,
    line: usize,
) -> Result<Option<Row>, String> {
    if record.iter().all(str::is_empty) {
        return Ok(None);
    }
    if record.len() > fields.len() {
        return Err(format!(
            "Line {line}: it has more cells than the first line. Put quotation marks around a \
             text with a comma."
        ));
    }
    let mut texts = Texts::default();
    for (rule, cell) in fields.iter().zip(record) {
        if cell.contains(OPEN) {
            return Err(format!(
                "Line {line}: complete what stands between brackets in {}.",
                rule.label
            ));
        }
        if cell.contains('\n') && !matches!(rule.shape, Shape::Markdown(_)) {
            return Err(format!(
                "Line {line}: {} has a line break. Check the quotation marks.",
                rule.label
            ));
        }
        texts.set(rule.field, value(rule, cell, line)?);
    }
    Ok(Some(Row { line, texts }))
}

/// A state in the words of the form, or any other text as it is.
fn value(rule: &Rule, cell: &str, line: usize) -> Result<String, String> {
    let Shape::State(done, in_progress) = rule.shape else {
        return Ok(cell.to_owned());
    };
    if rule.field != Field::State {
        return Ok(cell.to_owned());
    }
    let is = |words: [&str; 2]| words.iter().any(|word| word.eq_ignore_ascii_case(cell));
    if is([done, DONE]) {
        Ok(DONE.to_owned())
    } else if is([in_progress, IN_PROGRESS]) {
        Ok(IN_PROGRESS.to_owned())
    } else {
        Err(format!(
            "Line {line}: “{cell}” isn’t a status. Write {done} or {in_progress}."
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mistakes(kind: SectionKind, text: &str) -> String {
        read(kind, text).unwrap_err().join("\n")
    }

    #[test]
    fn what_spreadsheets_paste_and_export_is_read() {
        for text in [
            "Name,Purpose,Location\nKindred Desk,\"Support, tickets\",Denmark",
            "\u{feff}name;PURPOSE;Location;Website\r\nKindred Desk;Support, tickets;Denmark;\r\n;;;\r\n",
            "Purpose\tName\tLocation\nSupport, tickets\tKindred Desk\tDenmark\n",
        ] {
            let rows = read(SectionKind::Subprocessors, text).unwrap();
            let texts = Texts {
                title: "Kindred Desk".to_owned(),
                body: "Support, tickets".to_owned(),
                location: "Denmark".to_owned(),
                ..Texts::default()
            };
            assert_eq!(rows, [Row { line: 2, texts }], "{text:?}");
        }
    }

    #[test]
    fn a_state_is_written_as_the_form_has_it() {
        let rows = read(
            SectionKind::Controls,
            "Control,Category,Status\nA,B,implemented\nC,B,In progress\nD,B,done",
        );
        let states: Vec<_> = rows
            .unwrap()
            .into_iter()
            .map(|row| row.texts.state)
            .collect();
        assert_eq!(states, [DONE, IN_PROGRESS, DONE]);
        let maybe = mistakes(SectionKind::Controls, "Control,Category,Status\nA,B,maybe");
        assert_eq!(
            maybe,
            "Line 2: “maybe” isn’t a status. Write Implemented or In progress."
        );
    }

    #[test]
    fn each_mistake_says_where_it_is_and_what_to_do() {
        let subs = SectionKind::Subprocessors;
        for (text, expected) in [
            ("", "The column Name is missing."),
            (
                "Name,Purpose,Colour\na,b,c",
                "“Colour” is none of them: Name, Purpose",
            ),
            ("Name,Purpose\na,b", "The column Location is missing."),
            (
                "Name,Name,Purpose,Location\na,a,b,c",
                "The column Name is there twice.",
            ),
            ("Name,Purpose,Location", "no rows"),
            (
                "Name,Purpose,Location\na,b,c,d",
                "Line 2: it has more cells",
            ),
            (
                "Name,Purpose,Location\na,b,c\nx,[…what],z",
                "Line 3: complete what",
            ),
            (
                "Name,Purpose,Location\r\na,b,c\r\n\r\nx,[…what],z\r\n",
                "Line 4: complete what",
            ),
            (
                "\n\nName,Purpose,Location\na,[…],c",
                "Line 4: complete what",
            ),
            (
                "Name,Purpose,Location\na,\"b,c\nd,e,f",
                "A quotation mark is missing",
            ),
            (
                "Name,Purpose,Location\na,\"b,c\nd,\",f",
                "Line 2: Purpose has a line break",
            ),
        ] {
            let said = mistakes(subs, text);
            assert!(said.contains(expected), "{text:?}: {said}");
        }
        let badges = mistakes(SectionKind::Badges, "Name\nSOC 2");
        assert_eq!(
            badges, "The column Status is missing.",
            "nothing is claimed by accident"
        );
    }

    #[test]
    fn a_long_table_is_refused_and_so_are_many_mistakes_in_part() {
        let row = |n: usize| format!("\nc{n},p,l");
        let head = "Name,Purpose,Location".to_owned();
        let long = head.clone() + &(0..=IMPORTED_ENTRIES).map(row).collect::<String>();
        assert!(mistakes(SectionKind::Subprocessors, &long).contains("at most"));
        let wrong = head + &"\na,b,c,d".repeat(1_000);
        let said = read(SectionKind::Subprocessors, &wrong).unwrap_err();
        assert_eq!(said.len(), TABLE_MISTAKES);
    }
}

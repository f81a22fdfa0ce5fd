//! A list of people to invite, as it is pasted or exported: one a line, in any of
//! the forms that people have such lists in.

use std::collections::HashMap;

use crate::email::EmailAddress;
use crate::limits::{FIRST_NAME, INVALID_LINE, INVITED_PEOPLE, LAST_NAME};
use crate::names::tidy;

/// Someone to invite. Both names may be empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The address that is invited.
    pub email: EmailAddress,
    /// The first name, at most 40 characters; may be empty.
    pub first_name: String,
    /// The last name, at most 80 characters; may be empty.
    pub last_name: String,
}

/// A line that can't be read, and why.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrongLine {
    /// Counted from 1.
    pub number: usize,
    /// The beginning of the line, with an ellipsis where it was longer.
    pub text: String,
    /// Why it can't be read, in a sentence without a full stop.
    pub reason: String,
}

/// What was read from a list of people to invite.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct InviteList {
    /// Each address once, in the order of the lines.
    pub people: Vec<Entry>,
    /// The lines that can't be read; nobody is invited for them.
    pub wrong: Vec<WrongLine>,
    /// How often someone was named again.
    pub repeated: usize,
}

impl InviteList {
    /// Reads the list. What can't be read is in it, line by line.
    ///
    /// # Errors
    /// It is empty, or has more than [`INVITED_PEOPLE`] people.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut list = Self::default();
        let mut seen: HashMap<EmailAddress, usize> = HashMap::new();
        let mut columns = None;
        let text = text.trim_start_matches('\u{feff}');
        let lines = (1..).zip(text.lines().map(str::trim));
        for (at, (number, line)) in lines.filter(|(_, line)| !line.is_empty()).enumerate() {
            if at == 0 {
                columns = Columns::parse(line);
                if columns.is_some() {
                    continue;
                }
            }
            let read = match &columns {
                Some(columns) => columns.read(line).map(|entry| vec![entry]),
                None => read_line(line),
            };
            match read {
                Ok(entries) => entries
                    .into_iter()
                    .for_each(|entry| list.add(entry, &mut seen)),
                Err(reason) => list.wrong.push(WrongLine {
                    number,
                    text: shown(line),
                    reason,
                }),
            }
        }
        match list.people.len() {
            0 if list.wrong.is_empty() => Err("Enter at least one address".to_owned()),
            n if n > INVITED_PEOPLE => Err(format!(
                "The list has {n} people; invite at most {INVITED_PEOPLE} at once"
            )),
            _ => Ok(list),
        }
    }

    fn add(&mut self, entry: Entry, seen: &mut HashMap<EmailAddress, usize>) {
        let Some(&first) = seen.get(&entry.email) else {
            seen.insert(entry.email.clone(), self.people.len());
            self.people.push(entry);
            return;
        };
        self.repeated += 1;
        let known = &mut self.people[first];
        if known.first_name.is_empty() && known.last_name.is_empty() {
            *known = entry;
        }
    }
}

/// The people as lines that [`InviteList::parse`] reads back: address, first and last
/// name, separated by tabs.
pub fn to_lines<'a>(people: impl Iterator<Item = &'a Entry>) -> String {
    let line = |entry: &Entry| {
        let Entry {
            email,
            first_name,
            last_name,
        } = entry;
        format!("{email}\t{first_name}\t{last_name}")
    };
    people.map(line).collect::<Vec<_>>().join("\n")
}

/// Where a list with a header has what.
struct Columns {
    delimiter: u8,
    email: usize,
    first: Option<usize>,
    last: Option<usize>,
    name: Option<usize>,
}

impl Columns {
    /// Of a line that names its columns; `None` where it is no header.
    fn parse(line: &str) -> Option<Self> {
        if line.contains('@') {
            return None;
        }
        let delimiter = delimiter(line);
        let cells: Vec<String> = cells(line, delimiter)
            .iter()
            .map(|cell| cell.to_lowercase().replace(['-', '_', ' '], ""))
            .collect();
        let find = |names: &[&str]| cells.iter().position(|cell| names.contains(&cell.as_str()));
        Some(Self {
            delimiter,
            email: find(&["email", "emailaddress", "mail", "workemail", "emailadresse"])?,
            first: find(&["firstname", "first", "givenname", "forename", "vorname"]),
            last: find(&["lastname", "last", "surname", "familyname", "nachname"]),
            name: find(&["name", "fullname", "displayname"]),
        })
    }

    fn read(&self, line: &str) -> Result<Entry, String> {
        let cells = cells(line, self.delimiter);
        let cell = |at: Option<usize>| at.and_then(|at| cells.get(at)).map_or("", String::as_str);
        let email = cell(Some(self.email));
        if email.is_empty() {
            return Err("There is no address in the email column".to_owned());
        }
        let (mut first, mut last) = (cell(self.first).to_owned(), cell(self.last).to_owned());
        if first.is_empty() && last.is_empty() {
            (first, last) = split_name(cell(self.name));
        }
        entry(email, &first, &last)
    }
}

/// A line without a header: one person, or several addresses.
fn read_line(line: &str) -> Result<Vec<Entry>, String> {
    if line.matches('@').count() == 1 && line.ends_with('>') {
        return Ok(vec![mailbox(line)?]);
    }
    let cells = cells(line, delimiter(line));
    let addresses = cells.iter().filter(|cell| cell.contains('@')).count();
    if addresses > 1 {
        let mut entries = Vec::new();
        for cell in cells.iter().filter(|cell| !cell.is_empty()) {
            entries.extend(match cell.matches('@').count() {
                1 => vec![mailbox(cell)?],
                // The other sign separates them.
                _ => read_line(cell)?,
            });
        }
        return Ok(entries);
    }
    let Some(at) = cells.iter().position(|cell| cell.contains('@')) else {
        return Err("There is no email address in this line".to_owned());
    };
    let names: Vec<&str> = (0..)
        .zip(&cells)
        .filter(|(n, cell)| *n != at && !cell.is_empty())
        .map(|(_, cell)| cell.as_str())
        .collect();
    let entry = match names[..] {
        [] => mailbox(&cells[at])?,
        [name] => {
            let (first, last) = split_name(name);
            entry(&cells[at], &first, &last)?
        }
        [first, last, ..] => entry(&cells[at], first, last)?,
    };
    Ok(vec![entry])
}

/// `ada@x.com` or `Ada Lovelace <ada@x.com>`.
fn mailbox(text: &str) -> Result<Entry, String> {
    let text = text.trim();
    let inside = text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'));
    let Some((name, email)) = inside else {
        return entry(text, "", "");
    };
    let (first, last) = split_name(name.trim().trim_matches('"'));
    entry(email, &first, &last)
}

fn entry(email: &str, first_name: &str, last_name: &str) -> Result<Entry, String> {
    let email = EmailAddress::parse(email)?;
    // Quotation marks would be read as those of a list.
    let name = |text: &str| tidy(&text.replace('"', ""));
    let (first_name, last_name) = (name(first_name), name(last_name));
    if first_name.contains(['@', '<', '>']) || last_name.contains(['@', '<', '>']) {
        return Err("The name has a sign that names don’t have".to_owned());
    }
    for (what, name, most) in [
        ("first", &first_name, FIRST_NAME),
        ("last", &last_name, LAST_NAME),
    ] {
        let length = name.chars().count();
        if length > most {
            return Err(format!(
                "The {what} name has {length} characters; shorten it to {most}"
            ));
        }
    }
    Ok(Entry {
        email,
        first_name,
        last_name,
    })
}

/// First and last name of `Ada Lovelace` or `Lovelace, Ada`.
fn split_name(name: &str) -> (String, String) {
    let name = name.trim();
    let (first, last) = match name.split_once(',') {
        Some((last, first)) => (first, last),
        None => name.rsplit_once(char::is_whitespace).unwrap_or((name, "")),
    };
    (first.trim().to_owned(), last.trim().to_owned())
}

/// What separates the cells: tabs from a spreadsheet, semicolons where the comma is
/// for decimals, else commas.
fn delimiter(line: &str) -> u8 {
    if line.contains('\t') {
        return b'\t';
    }
    let count = |sign| line.matches(sign).count();
    if count(';') > 0 && count(';') >= count(',') {
        b';'
    } else {
        b','
    }
}

/// The cells of a line; quotation marks hold one together.
fn cells(line: &str, delimiter: u8) -> Vec<String> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .trim(csv::Trim::All)
        .from_reader(line.as_bytes());
    let record = reader.records().next().and_then(Result::ok);
    record.map_or_else(Vec::new, |record| {
        record.iter().map(str::to_owned).collect()
    })
}

fn shown(line: &str) -> String {
    if line.chars().count() <= INVALID_LINE {
        return line.to_owned();
    }
    let start: String = line.chars().take(INVALID_LINE).collect();
    format!("{start}…")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<String> {
        let list = InviteList::parse(text).unwrap();
        assert_eq!(list.wrong, [], "{text}");
        let word = |one: &Entry| format!("{}|{}|{}", one.email, one.first_name, one.last_name);
        list.people.iter().map(word).collect()
    }

    #[test]
    fn each_form_of_a_line_is_read() {
        for (line, is) in [
            ("Ada@X.com", "ada@x.com||"),
            ("<ada@x.com>", "ada@x.com||"),
            (
                "Ada King Lovelace <ada@x.com>",
                "ada@x.com|Ada King|Lovelace",
            ),
            ("\"Lovelace, Ada\" <ada@x.com>", "ada@x.com|Ada|Lovelace"),
            ("Lovelace, Ada <ada@x.com>", "ada@x.com|Ada|Lovelace"),
            ("ada@x.com, Ada, Lovelace", "ada@x.com|Ada|Lovelace"),
            ("ada@x.com; Ada; Lovelace", "ada@x.com|Ada|Lovelace"),
            ("Ada\tLovelace\tada@x.com", "ada@x.com|Ada|Lovelace"),
            ("ada@x.com\tAda Lovelace", "ada@x.com|Ada|Lovelace"),
            ("ada@x.com,Ada", "ada@x.com|Ada|"),
            (
                "ada@x.com,\"Ada, Countess\",\"Lovelace\"",
                "ada@x.com|Ada, Countess|Lovelace",
            ),
        ] {
            assert_eq!(read(line), [is], "{line}");
        }
    }

    #[test]
    fn a_line_of_a_mail_may_have_several_addresses() {
        let people = read("Ada Lovelace <ada@x.com>; grace@y.com, bob@z.com");
        assert_eq!(people.len(), 3, "{people:?}");
        let people = read("Ada Lovelace <ada@x.com>, Grace Hopper <grace@y.com>");
        assert_eq!(
            people,
            ["ada@x.com|Ada|Lovelace", "grace@y.com|Grace|Hopper"]
        );
    }

    #[test]
    fn a_header_says_where_what_is() {
        let text = "\u{feff}Company;Last Name;E-Mail;First_name\nAcme;Lovelace;ada@x.com;Ada\n;;bob@x.com;";
        assert_eq!(read(text), ["ada@x.com|Ada|Lovelace", "bob@x.com||"]);
        assert_eq!(
            read("name,email\n\"Lovelace, Ada\",ada@x.com"),
            ["ada@x.com|Ada|Lovelace"]
        );
    }

    #[test]
    fn wrong_lines_have_a_number_and_a_reason_and_repeats_are_one() {
        let text = "ada@x.com\n\nnot an address\nAda Lovelace <ADA@x.com>\nbob@\n";
        let list = InviteList::parse(text).unwrap();
        assert_eq!(list.people.len(), 1);
        assert_eq!(
            list.people[0].last_name, "Lovelace",
            "the line with the name counts"
        );
        assert_eq!(list.repeated, 1);
        let wrong: Vec<_> = list.wrong.iter().map(|one| one.number).collect();
        assert_eq!(wrong, [3, 5]);
        assert_eq!(
            list.wrong[0].reason,
            "There is no email address in this line"
        );
        assert!(list.wrong[1].reason.contains("is not an email address"));
    }

    #[test]
    fn too_many_and_too_long_are_said() {
        assert!(
            InviteList::parse(" \n ")
                .unwrap_err()
                .contains("at least one")
        );
        let many: Vec<_> = (0..=INVITED_PEOPLE)
            .map(|n| format!("p{n}@x.com"))
            .collect();
        assert!(
            InviteList::parse(&many.join("\n"))
                .unwrap_err()
                .contains("501 people")
        );
        let list = InviteList::parse(&format!("ada@x.com, Ada, {}", "é".repeat(81))).unwrap();
        assert!(list.wrong[0].reason.contains("has 81 characters"));
    }

    #[test]
    fn what_is_carried_forward_is_read_back_as_it_was() {
        let text =
            "ada@x.com, Ada, Lovelace\nbob@x.com\ncy@x.com, Cy\n\"O'Neil, \"\"Q\"\"\" <q@x.com>";
        let people = InviteList::parse(text).unwrap().people;
        let again = InviteList::parse(&to_lines(people.iter())).unwrap();
        assert_eq!(again.people, people);
        assert!(again.wrong.is_empty());
    }
}

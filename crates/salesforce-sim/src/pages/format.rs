//! Values as a person reads them.

use jiff::{Timestamp, civil::Date};

use super::record_path;
use crate::Id;
use crate::org::Org;
use crate::schema::Kind;
use crate::store::{Row, Value};

/// One value on a page, with a link where it leads somewhere.
#[derive(Debug, Clone, Default)]
pub(crate) struct Cell {
    /// What the value is.
    pub label: String,
    /// The value.
    pub text: String,
    /// Where it leads.
    pub href: Option<String>,
}

impl Cell {
    /// A field of a record.
    pub(crate) fn field(org: &Org, object: usize, row: &Row, name: &str, label: &str) -> Self {
        let object = org.data.object(object);
        let Some(no) = object.field_no(name) else {
            return Self::default();
        };
        let value = row.get(no);
        let (text, href) = match (value, object.fields[no].kind) {
            (Value::Id(id), _) => reference(org, *id),
            (Value::Text(email), Kind::Email) => {
                (email.to_string(), Some(format!("mailto:{email}")))
            }
            (Value::Text(url), Kind::Url) => (url.to_string(), web_address(url)),
            _ => (plain(org, value), None),
        };
        Self {
            label: label.to_owned(),
            text,
            href,
        }
    }
}

fn web_address(url: &str) -> Option<String> {
    (url.starts_with("https://") || url.starts_with("http://")).then(|| url.to_owned())
}

fn reference(org: &Org, id: Id) -> (String, Option<String>) {
    let Some((object, row)) = org.data.by_id(id) else {
        return (id.to_string(), None);
    };
    let name_field = object.fields.iter().position(|f| f.name_field).unwrap_or(0);
    let name = row
        .get(name_field)
        .as_str()
        .unwrap_or("(no name)")
        .to_owned();
    let has_page = matches!(object.name, "Account" | "Contact" | "Lead" | "Task");
    (name, has_page.then(|| record_path(object.name, id)))
}

fn plain(org: &Org, value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(true) => "Yes".to_owned(),
        Value::Bool(false) => "No".to_owned(),
        Value::Num(v) => v.to_string(),
        Value::Text(v) => v.to_string(),
        Value::Id(v) => v.to_string(),
        Value::Date(v) => date(*v),
        Value::Time(v) => moment(org, *v),
    }
}

/// `23 Nov 2026`.
pub(crate) fn date(date: Date) -> String {
    date.strftime("%-d %b %Y").to_string()
}

/// `23 Nov 2026, 09:15` in the org's time zone.
pub(crate) fn moment(org: &Org, millis: i64) -> String {
    let moment = Timestamp::from_millisecond(millis).unwrap_or_default();
    moment
        .to_zoned(org.zone())
        .strftime("%-d %b %Y, %H:%M")
        .to_string()
}

/// A piece of text, a link where it is an address.
pub(crate) struct Piece {
    /// The text.
    pub text: String,
    /// Whether it is an address.
    pub link: bool,
}

/// Splits text so that addresses in it can be followed.
pub(crate) fn pieces(text: &str) -> Vec<Piece> {
    let mut out: Vec<Piece> = Vec::new();
    for word in text.split_inclusive(char::is_whitespace) {
        let bare = word.trim_end();
        if web_address(bare).is_some() {
            out.push(Piece {
                text: bare.to_owned(),
                link: true,
            });
            out.push(Piece {
                text: word[bare.len()..].to_owned(),
                link: false,
            });
        } else {
            match out.last_mut().filter(|piece| !piece.link) {
                Some(piece) => piece.text.push_str(word),
                None => out.push(Piece {
                    text: word.to_owned(),
                    link: false,
                }),
            }
        }
    }
    out
}

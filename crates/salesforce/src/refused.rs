//! Queries whose columns an org may refuse one by one: a column that the
//! connected user can't read costs that column, and an object that can't be
//! read costs its own query, nothing else.
//!
//! What was refused is remembered for each org until its profile is read again
//! (`Client::org_profile`) or its permissions are checked (`Client::preflight`).

use std::collections::BTreeMap;

use salesforce_records::errors::without_query;

use super::errors::ApiError;
use super::soql;

/// A query that can do without some of its columns.
#[derive(Clone, Debug)]
pub(super) struct Ask {
    /// The object after FROM.
    pub object: &'static str,
    columns: &'static [&'static str],
    /// Columns without which there is nothing to ask; those it filters by too.
    needed: &'static [&'static str],
    /// From WHERE on.
    rest: String,
    /// Whether deleted records are seen, too.
    all: bool,
}

/// What an org refuses: columns by object and path. `Id` stands for the object.
#[derive(Clone, Default, Debug)]
pub(super) struct Refused(BTreeMap<(&'static str, &'static str), ApiError>);

const ID: &str = "Id";

impl Ask {
    pub(super) fn new(
        object: &'static str,
        columns: &'static [&'static str],
        needed: &'static [&'static str],
        rest: impl Into<String>,
    ) -> Self {
        Self {
            object,
            columns,
            needed,
            rest: rest.into(),
            all: false,
        }
    }

    pub(super) fn with_deleted(mut self) -> Self {
        self.all = true;
        self
    }

    /// The fields of the object itself that it reads, without its id.
    #[cfg(test)]
    pub(super) fn own_columns(&self) -> impl Iterator<Item = &'static str> {
        let own = |column: &&&str| !column.contains('.') && **column != ID;
        self.columns.iter().filter(own).copied()
    }

    pub(super) fn text(&self, refused: &Refused) -> String {
        let columns: Vec<&str> = self
            .columns
            .iter()
            .copied()
            .filter(|column| !refused.has(self.object, column))
            .collect();
        format!(
            "SELECT {} FROM {}{}",
            columns.join(", "),
            self.object,
            self.rest
        )
    }

    pub(super) fn path(&self, refused: &Refused) -> String {
        soql::path(&self.text(refused), self.all)
    }

    /// The columns that an error is about: at least one that wasn't refused before.
    fn concerned(&self, error: &ApiError, refused: &Refused) -> Vec<&'static str> {
        let left = || {
            let columns = self.columns.iter().copied();
            columns.filter(|column| !refused.has(self.object, column))
        };
        let named: Vec<_> = match error.code.as_str() {
            "INVALID_FIELD" => left().filter(|column| self.names(error, column)).collect(),
            _ => vec![ID],
        };
        if !named.is_empty() {
            return named;
        }
        // It names none of them: give up what is reached through others first.
        let related: Vec<_> = left().filter(|column| column.contains('.')).collect();
        if !related.is_empty() {
            return related;
        }
        let dispensable: Vec<_> = left()
            .filter(|column| *column != ID && !self.needed.contains(column))
            .collect();
        if dispensable.is_empty() {
            vec![ID]
        } else {
            dispensable
        }
    }

    /// Whether an `INVALID_FIELD` means this column: “No such column 'X' on entity
    /// 'Y'” or “Didn't understand relationship 'X' in field path”.
    fn names(&self, error: &ApiError, column: &str) -> bool {
        let said = without_query(&error.message);
        let mut segments = column.rsplit('.');
        let field = segments.next().unwrap_or(column);
        if let Some(relationship) = quoted_after(said, "relationship") {
            return segments.any(|one| one.eq_ignore_ascii_case(relationship));
        }
        let is_it = quoted_after(said, "column").is_some_and(|one| one.eq_ignore_ascii_case(field));
        let entity = match segments.next() {
            None => self.object,
            Some("Owner") => "User",
            Some("ConvertedAccount") => "Account",
            Some(other) => other,
        };
        // What several kinds of owners have in common is of the entity Name.
        let of =
            |one: &str| one.eq_ignore_ascii_case(entity) || (one == "Name" && entity == "User");
        is_it && quoted_after(said, "entity").is_none_or(of)
    }
}

/// What stands in quotes after the last such word.
fn quoted_after<'a>(text: &'a str, word: &str) -> Option<&'a str> {
    let (_, rest) = text.rsplit_once(&format!("{word} '"))?;
    rest.split_once('\'').map(|(quoted, _)| quoted)
}

impl Refused {
    pub(super) fn add(&mut self, more: Self) {
        self.0.extend(more.0);
    }

    /// Adds the columns of a query that an error is about.
    pub(super) fn note(&mut self, ask: &Ask, error: &ApiError) {
        for column in ask.concerned(error, self) {
            self.0.insert((ask.object, column), error.clone());
        }
    }

    /// How many columns and objects are refused.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether anything that is reached by that relationship can't be read.
    pub(super) fn has_relationship(&self, object: &'static str, relationship: &str) -> bool {
        let reached = |column: &str| column.split('.').any(|one| one == relationship);
        let keys = &mut self.0.keys();
        keys.any(|(of, column)| *of == object && column.contains('.') && reached(column))
    }

    pub(super) fn has(&self, object: &'static str, column: &str) -> bool {
        self.0
            .keys()
            .any(|(of, one)| *of == object && *one == column)
    }

    /// Whether that field of the object can't be read, or the whole object.
    pub(super) fn hides(&self, object: &'static str, field: &str) -> bool {
        self.has(object, field) || self.has(object, ID)
    }

    /// Forgets what would keep these from being asked at all.
    pub(super) fn try_again(&mut self, asks: &[Ask]) {
        self.0.retain(|(object, column), _| {
            let mut concerned = asks.iter().filter(|ask| ask.object == *object);
            !concerned.any(|ask| *column == ID || ask.needed.contains(column))
        });
    }

    /// Why there is no point in asking, if there is none.
    pub(super) fn rules_out(&self, ask: &Ask) -> Option<&ApiError> {
        std::iter::once(&ID)
            .chain(ask.needed)
            .find_map(|column| self.0.get(&(ask.object, *column)))
    }
}

/// How Salesforce says that an object or a field can't be seen.
pub(super) fn is_no_access(error: &ApiError, status: u16) -> bool {
    let codes = [
        "INVALID_TYPE",
        "INVALID_FIELD",
        "INSUFFICIENT_ACCESS",
        "NOT_FOUND",
    ];
    status == 404 || codes.contains(&error.code.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONTACT: [&str; 6] = [
        "Id",
        "Email",
        "OwnerId",
        "Owner.IsActive",
        "AccountId",
        "Account.Owner.IsActive",
    ];

    fn ask() -> Ask {
        Ask::new("Contact", &CONTACT, &["Email"], " WHERE Email = 'x'")
    }

    fn refusal(message: &str) -> ApiError {
        ApiError {
            code: "INVALID_FIELD".to_owned(),
            message: message.to_owned(),
            ..ApiError::default()
        }
    }

    #[test]
    fn a_refusal_names_the_columns_it_is_about() {
        let quoting = "\nSELECT Id FROM Contact WHERE Email = 'column 'Email''\n  ^\nERROR at \
                       Row:1:Column:2\nNo such column 'OwnerId' on entity 'Contact'. If you are";
        for (message, columns) in [
            (
                "No such column 'IsActive' on entity 'User'.",
                &CONTACT[3..=5],
            ),
            (
                "No such column 'IsActive' on entity 'Name'.",
                &CONTACT[3..=5],
            ),
            (
                "No such column 'OwnerId' on entity 'Contact'.",
                &CONTACT[2..=2],
            ),
            (
                "Didn't understand relationship 'Account' in field path.",
                &CONTACT[5..],
            ),
            (
                "Didn't understand relationship 'Owner' in field path.",
                &CONTACT[3..],
            ),
            (quoting, &CONTACT[2..=2]),
            ("something nobody has met yet", &CONTACT[3..]),
        ] {
            let concerned = ask().concerned(&refusal(message), &Refused::default());
            let related = |column: &&&str| columns.len() == 1 || column.contains('.');
            let expected: Vec<_> = columns.iter().filter(related).copied().collect();
            assert_eq!(concerned, expected, "{message}");
        }
    }

    #[test]
    fn a_query_without_what_it_filters_by_is_not_asked() {
        let mut refused = Refused::default();
        let error = refusal("No such column 'Email' on entity 'Contact'.");
        refused.note(&ask(), &error);
        assert_eq!(refused.rules_out(&ask()), Some(&error));
        assert!(refused.hides("Contact", "Email") && !refused.hides("Contact", "OwnerId"));
    }

    #[test]
    fn an_error_that_nothing_helps_against_ends_the_asking() {
        let mut refused = Refused::default();
        let error = refusal("something nobody has met yet");
        for _ in 0..3 {
            assert_eq!(refused.rules_out(&ask()), None);
            refused.note(&ask(), &error);
        }
        assert!(refused.rules_out(&ask()).is_some());
    }
}

//! In which order accounts are listed, and where a page of them ended.

use std::str::FromStr;

use domain::names::name_key;

use crate::accounts::list::HAS_ACCESS;
use crate::{Result, Row, Value};

/// A column by which accounts are sorted.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Column {
    /// The account's name.
    #[default]
    Name,
    /// The owner's name; those without an owner come first.
    Owner,
    /// The review status, in the order of a review.
    Review,
    /// The NDA: those that still have to sign come first, those that need none last.
    Nda,
    /// The end of access: those without an end come last.
    Access,
    /// How many people have access.
    People,
    /// When something last happened; those where nothing has come first.
    LastActivity,
}

impl Column {
    /// Every column, as the list shows them.
    pub const ALL: [Self; 7] = [
        Self::Name,
        Self::Owner,
        Self::Review,
        Self::Nda,
        Self::Access,
        Self::People,
        Self::LastActivity,
    ];

    /// The stable name in addresses.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Owner => "owner",
            Self::Review => "review",
            Self::Nda => "nda",
            Self::Access => "access",
            Self::People => "people",
            Self::LastActivity => "last_activity",
        }
    }

    /// What is compared. The statement it stands in has the organization in `$1` and today
    /// in `$2`.
    pub(super) fn expression(self) -> String {
        match self {
            Self::Name => "account.name_key".to_owned(),
            Self::Owner => "LOWER(COALESCE(staff_user.name, ''))".to_owned(),
            Self::Review => "CAST(CASE account.review WHEN 'not_reviewed' THEN 0
                 WHEN 'in_review' THEN 1 WHEN 'approved' THEN 2 ELSE 3 END AS BIGINT)"
                .to_owned(),
            Self::Nda => "CAST(CASE WHEN account.nda = 'none' THEN 2
                 WHEN account.nda_completed_at IS NULL THEN 0 ELSE 1 END AS BIGINT)"
                .to_owned(),
            Self::Access => "COALESCE(account.access_until, '9999-12-31')".to_owned(),
            Self::People => format!(
                "(SELECT COUNT(*) FROM member WHERE member.org_id = $1
                      AND member.account_id = account.id AND {HAS_ACCESS})"
            ),
            Self::LastActivity => "COALESCE((SELECT MAX(occurred_at) FROM activity
                 WHERE activity.org_id = $1 AND activity.account_id = account.id), 0)"
                .to_owned(),
        }
    }

    const fn is_number(self) -> bool {
        match self {
            Self::Name | Self::Owner | Self::Access => false,
            Self::Review | Self::Nda | Self::People | Self::LastActivity => true,
        }
    }

    /// What a row was compared by, as text.
    pub(super) fn read(self, row: &Row) -> Result<String> {
        if self.is_number() {
            let number: i64 = row.get("sort_key")?;
            return Ok(number.to_string());
        }
        row.get("sort_key")
    }
}

/// A column and a direction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Order {
    /// What is compared; accounts that are the same in it follow each other by name.
    pub column: Column,
    /// From the greatest to the least.
    pub descending: bool,
}

impl Order {
    /// For an ORDER BY of a statement with a column `sort_key`.
    pub(super) fn by(self) -> String {
        let direction = if self.descending { "DESC" } else { "ASC" };
        match self.column {
            Column::Name => format!("account.name_key {direction}"),
            _ => format!("sort_key {direction}, account.name_key"),
        }
    }

    /// The condition for what comes after this position; `None` where the position isn't one
    /// of this order.
    pub(super) fn after(
        self,
        position: &Position,
        mut mark: impl FnMut(Value) -> String,
    ) -> Option<String> {
        let key = self.column.expression();
        let further = if self.descending { "<" } else { ">" };
        let name = Value::from(name_key(&position.name));
        if self.column == Column::Name {
            return Some(format!("{key} {further} {}", mark(name)));
        }
        let value = if self.column.is_number() {
            Value::from(position.key.parse::<i64>().ok()?)
        } else {
            Value::from(&position.key)
        };
        let (value, name) = (mark(value), mark(name));
        Some(format!(
            "({key} {further} {value} OR ({key} = {value} AND account.name_key > {name}))"
        ))
    }
}

/// By name: `name`; by people, the most first: `-people`.
impl std::fmt::Display for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.descending { "-" } else { "" };
        write!(f, "{sign}{}", self.column.key())
    }
}

impl FromStr for Order {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Self, String> {
        let name = text.strip_prefix('-').unwrap_or(text);
        let found = Column::ALL.into_iter().find(|one| one.key() == name);
        let column = found.ok_or_else(|| format!("accounts aren’t sorted by `{name}`"))?;
        Ok(Self {
            column,
            descending: text.starts_with('-'),
        })
    }
}

/// Where a page ended: its last account's name, and what it was compared by. Both are
/// values, so that the next page begins there although the account has changed.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Position {
    /// What the column had.
    pub key: String,
    /// The account's name.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_read_as_it_is_written() {
        for column in Column::ALL {
            for descending in [false, true] {
                let order = Order { column, descending };
                assert_eq!(order.to_string().parse(), Ok(order));
            }
        }
        assert!("--name".parse::<Order>().is_err());
        assert!("".parse::<Order>().is_err());
    }

    #[test]
    fn a_position_of_another_order_is_none() {
        let by_people: Order = "-people".parse().unwrap();
        let position = Position {
            key: "ada".to_owned(),
            name: "Acme".to_owned(),
        };
        assert_eq!(by_people.after(&position, |_| "$3".to_owned()), None);
    }
}

//! Which accounts the list is asked for, and in which order: what its form and its links
//! send.

use domain::accounts::{Ending, ReviewStatus};
use domain::ids::StaffUserId;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;
use store::accounts::list::{Ends, Filter, Owner};
use store::accounts::order::{Column, Order, Position};

use crate::web::limits::ACCOUNT_SEARCH;

/// What can't be read filters nothing.
#[derive(Clone, Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    pub q: String,
    /// `none`, or a colleague's id.
    pub owner: String,
    pub review: String,
    /// `settled` or `open`.
    pub nda: String,
    /// `soon` or `ended`.
    pub access: String,
    /// `archived`: those instead of the current ones.
    pub show: String,
    /// The key of a column, after a `-` from the greatest to the least.
    sort: String,
    /// The last account of the page before.
    after: String,
    /// What that account was compared by.
    at: String,
}

impl Asked {
    /// What is looked for: without spaces around, and not longer than its field.
    pub(super) fn words(&self) -> String {
        let printed = self.q.trim().chars().filter(|c| !c.is_control());
        printed.take(ACCOUNT_SEARCH).collect()
    }

    pub(super) fn filter(&self, today: Date) -> Filter {
        let soon = today.saturating_add(Ending::SOON.days());
        Filter {
            search: self.words(),
            owner: match self.owner.as_str() {
                "none" => Some(Owner::Nobody),
                id => StaffUserId::parse(id).map(Owner::User),
            },
            review: self.review(),
            nda_settled: match self.nda.as_str() {
                "settled" => Some(true),
                "open" => Some(false),
                _ => None,
            },
            ends: match self.access.as_str() {
                "soon" => Some(Ends::Within(today, soon)),
                "ended" => Some(Ends::Before(today)),
                _ => None,
            },
            archived: self.shows_archived(),
        }
    }

    fn review(&self) -> Option<ReviewStatus> {
        self.review.parse().ok()
    }

    pub(super) fn order(&self) -> Order {
        self.sort.parse().unwrap_or_default()
    }

    /// Where the page before ended; `None` on the first page.
    pub(super) fn position(&self) -> Option<Position> {
        (!self.after.is_empty()).then(|| Position {
            key: self.at.clone(),
            name: self.after.clone(),
        })
    }

    pub(super) fn is_filtering(&self) -> bool {
        let fields = [&self.q, &self.owner, &self.review, &self.nda, &self.access];
        self.shows_archived() || fields.iter().any(|field| !field.trim().is_empty())
    }

    pub(super) fn shows_archived(&self) -> bool {
        self.show == "archived"
    }

    /// The query of the first page, and of the export.
    pub(super) fn query(&self) -> String {
        self.encoded(self.order(), None)
    }

    /// The query of the page after this position.
    pub(super) fn next(&self, position: &Position) -> String {
        self.encoded(self.order(), Some(position))
    }

    /// The query behind a column's title: the same accounts by this column; by the column
    /// that they are sorted by already, the other way round.
    pub(super) fn sorted_by(&self, column: Column) -> String {
        let now = self.order();
        let descending = if now.column == column {
            !now.descending
        } else {
            begins_descending(column)
        };
        self.encoded(Order { column, descending }, None)
    }

    /// The query of everything in this order.
    pub(super) fn cleared(&self) -> String {
        Self::default().encoded(self.order(), None)
    }

    fn encoded(&self, order: Order, after: Option<&Position>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        let sort = if order == Order::default() {
            String::new()
        } else {
            order.to_string()
        };
        let at = after.filter(|_| order.column != Column::Name);
        for (name, value) in [
            ("q", self.q.trim()),
            ("owner", &self.owner),
            ("review", &self.review),
            ("nda", &self.nda),
            ("access", &self.access),
            ("show", &self.show),
            ("sort", &sort),
            ("after", after.map_or("", |after| &after.name)),
            ("at", at.map_or("", |at| &at.key)),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }

    /// The filter in words, for the audit log. `owner` is the name of whose accounts are
    /// asked for.
    pub(super) fn in_words(&self, owner: &str) -> String {
        let nda = match self.nda.as_str() {
            "settled" => "Complete",
            "open" => "Pending",
            _ => "",
        };
        let access = match self.access.as_str() {
            "soon" => "Expiring soon",
            "ended" => "Expired",
            _ => "",
        };
        let words = self.words();
        let parts = [
            ("search", words.as_str()),
            ("owner", owner),
            ("review", self.review().map_or("", ReviewStatus::title)),
            ("NDA", nda),
            ("access", access),
        ];
        let given = parts.iter().filter(|(_, value)| !value.is_empty());
        let mut words: Vec<_> = given
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        if self.shows_archived() {
            words.push("archived".to_owned());
        }
        if words.is_empty() {
            "all accounts".to_owned()
        } else {
            words.join(", ")
        }
    }
}

/// What is looked for first in a column of numbers or times is the greatest.
const fn begins_descending(column: Column) -> bool {
    matches!(column, Column::People | Column::LastActivity)
}

/// Every order that can be chosen, with its name.
pub(super) fn orders() -> impl Iterator<Item = (Order, String)> {
    Column::ALL.into_iter().flat_map(|column| {
        let first = begins_descending(column);
        [first, !first].map(|descending| {
            let order = Order { column, descending };
            (order, format!("{}, {}", title(column), direction(order)))
        })
    })
}

/// What the list calls the column.
pub(super) const fn title(column: Column) -> &'static str {
    match column {
        Column::Name => "Account",
        Column::Owner => "Owner",
        Column::Review => "Review",
        Column::Nda => "NDA",
        Column::Access => "Access",
        Column::People => "People",
        Column::LastActivity => "Last activity",
    }
}

const fn direction(order: Order) -> &'static str {
    match (order.column, order.descending) {
        (Column::Name | Column::Owner, false) => "A to Z",
        (Column::Name | Column::Owner, true) => "Z to A",
        (Column::Review, false) => "not reviewed first",
        (Column::Review, true) => "rejected first",
        (Column::Nda, false) => "pending first",
        (Column::Nda, true) => "not required first",
        (Column::Access, false) => "soonest expiry first",
        (Column::Access, true) => "latest expiry first",
        (Column::People, false) => "fewest first",
        (Column::People, true) => "most first",
        (Column::LastActivity, false) => "oldest first",
        (Column::LastActivity, true) => "newest first",
    }
}

#[cfg(test)]
mod tests {
    use axum::extract::Query;

    use super::*;

    fn asked(query: &str) -> Asked {
        let address = format!("/?{query}").parse().unwrap();
        Query::try_from_uri(&address).unwrap().0
    }

    #[test]
    fn a_title_sorts_by_its_column_and_then_the_other_way_round() {
        let by_name = asked("q=acme&after=Acme");
        assert_eq!(by_name.sorted_by(Column::Name), "q=acme&sort=-name");
        assert_eq!(by_name.sorted_by(Column::People), "q=acme&sort=-people");
        let by_people = asked("q=acme&sort=-people&after=Acme&at=3");
        assert_eq!(by_people.sorted_by(Column::People), "q=acme&sort=people");
        assert_eq!(by_people.sorted_by(Column::Name), "q=acme");
        assert_eq!(by_people.cleared(), "sort=-people");
    }

    #[test]
    fn the_next_page_keeps_the_filter_and_the_order() {
        let position = Position {
            key: "3".to_owned(),
            name: "A & B".to_owned(),
        };
        let by_people = asked("nda=open&sort=-people");
        let next = by_people.next(&position);
        assert_eq!(next, "nda=open&sort=-people&after=A+%26+B&at=3");
        assert_eq!(asked(&next).position(), Some(position.clone()));
        assert_eq!(asked("").next(&position), "after=A+%26+B");
    }

    #[test]
    fn the_filter_in_words_names_what_is_left() {
        assert_eq!(asked("sort=people").in_words(""), "all accounts");
        let filter = asked("q=+acme+&review=approved&nda=open&access=soon&show=archived");
        assert_eq!(
            filter.in_words("Ada"),
            "search: acme, owner: Ada, review: Approved, NDA: Pending, access: Expiring soon, \
             archived"
        );
        assert_eq!(
            asked("review=x&nda=x&access=x").in_words(""),
            "all accounts"
        );
    }
}

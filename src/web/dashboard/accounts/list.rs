//! The list of accounts.

use askama::Template;
use axum::extract::{Query, State};
use domain::accounts::profile::Profile;
use domain::accounts::{Ending, ReviewStatus};
use domain::nda::NdaKind;
use domain::staff::StaffUser;
use domain::staff::saved_view::SavedList;
use jiff::civil::Date;
use store::accounts::list::{self, AccountRow};
use store::accounts::order::{Column, Order};

use super::asked::{self, Asked};
use crate::app::App;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::dashboard::saved_views::SavedViews;
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;
use crate::web::limits::ACCOUNTS;

#[derive(Template)]
#[template(path = "dashboard/accounts/list.html")]
struct AccountsPage {
    shell: Shell,
    asked: Asked,
    /// The filters that this person keeps.
    views: SavedViews,
    today: Date,
    people: Vec<StaffUser>,
    rows: Vec<AccountRow>,
    /// What the bulk actions offer.
    profiles: Vec<Profile>,
    /// How many there are with this filter.
    total: i64,
    /// The query of the next page.
    next: Option<String>,
}

impl AccountsPage {
    fn ending(&self, row: &AccountRow) -> Ending {
        Ending::new(row.account.access_until, self.today)
    }

    fn is_owner(&self, user: &StaffUser) -> bool {
        self.asked.owner == user.id.to_string()
    }

    /// Whether this isn't the first page.
    fn later(&self) -> bool {
        self.asked.position().is_some()
    }

    fn orders(&self) -> Vec<Choice> {
        let now = self.asked.order();
        let choice = |(order, title): (Order, String)| Choice {
            value: order.to_string(),
            title,
            is_chosen: order == now,
        };
        asked::orders().map(choice).collect()
    }

    fn columns(&self) -> Vec<Heading> {
        let now = self.asked.order();
        let heading = |column| Heading {
            title: asked::title(column),
            query: self.asked.sorted_by(column),
            is_number: column == Column::People,
            sorted: (now.column == column).then_some(if now.descending {
                "descending"
            } else {
                "ascending"
            }),
        };
        Column::ALL.into_iter().map(heading).collect()
    }
}

/// An order that can be chosen where the table is a list of cards.
struct Choice {
    value: String,
    title: String,
    is_chosen: bool,
}

/// The title of a column, which sorts by it.
struct Heading {
    title: &'static str,
    query: String,
    is_number: bool,
    /// The value of `aria-sort`.
    sorted: Option<&'static str>,
}

pub(super) async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let org = staff.org.id;
    let today = app.ambient.today();
    let filter = asked.filter(today);
    let mut tx = app.db.read().await?;
    let one_more = i64::try_from(ACCOUNTS + 1).unwrap_or(i64::MAX);
    let (order, after) = (asked.order(), asked.position());
    let after = after.as_ref();
    let mut rows = list::page(&mut tx, org, &filter, today, order, after, one_more).await?;
    let more = rows.len() > ACCOUNTS;
    rows.truncate(ACCOUNTS);
    let last = rows.last().filter(|_| more);
    let next = last.map(|last| asked.next(&last.position));
    page::html(&AccountsPage {
        shell: Shell::new(&mut tx, &staff, Section::Accounts, flash).await?,
        people: store::staff::users::list(&mut tx, org).await?,
        profiles: store::accounts::profiles::list(&mut tx, org).await?,
        total: list::count(&mut tx, org, &filter).await?,
        views: SavedViews::read(&mut tx, &staff, SavedList::Accounts, &asked.query()).await?,
        asked,
        today,
        rows,
        next,
    })
}

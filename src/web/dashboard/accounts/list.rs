//! The list of accounts, and making one by letting its first person in.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use domain::accounts::{Ending, ReviewStatus};
use domain::ids::StaffUserId;
use domain::nda::NdaKind;
use domain::staff::StaffUser;
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde::Deserialize;
use store::accounts::list::{self, AccountRow, Ends, Filter, Owner};

use crate::app::App;
use crate::use_cases::accounts::admission::{self, AdmissionError, Invitation};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};
use crate::web::limits::ACCOUNTS;

#[derive(Deserialize, Default)]
pub(super) struct ListQuery {
    #[serde(default)]
    q: String,
    /// `none`, or a colleague's id.
    #[serde(default)]
    owner: String,
    #[serde(default)]
    review: String,
    /// `settled` or `open`.
    #[serde(default)]
    nda: String,
    /// `soon` or `ended`.
    #[serde(default)]
    access: String,
    /// `archived`: those instead of the current ones.
    #[serde(default)]
    show: String,
    after: Option<String>,
}

impl ListQuery {
    /// What can't be read filters nothing.
    fn filter(&self, today: Date) -> Filter {
        let soon = today.saturating_add(Ending::SOON.days());
        Filter {
            search: self.q.trim().to_owned(),
            owner: match self.owner.as_str() {
                "none" => Some(Owner::Nobody),
                id => StaffUserId::parse(id).map(Owner::User),
            },
            review: self.review.parse().ok(),
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

    fn is_filtering(&self) -> bool {
        let fields = [&self.q, &self.owner, &self.review, &self.nda, &self.access];
        self.shows_archived() || fields.iter().any(|field| !field.trim().is_empty())
    }

    fn shows_archived(&self) -> bool {
        self.show == "archived"
    }

    /// The query of the page after this account.
    fn next(&self, last: &str) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in [
            ("q", self.q.trim()),
            ("owner", &self.owner),
            ("review", &self.review),
            ("nda", &self.nda),
            ("access", &self.access),
            ("show", &self.show),
            ("after", last),
        ] {
            if !value.is_empty() {
                query.append_pair(name, value);
            }
        }
        query.finish()
    }
}

#[derive(Template)]
#[template(path = "dashboard/accounts/list.html")]
struct AccountsPage {
    shell: Shell,
    asked: ListQuery,
    today: Date,
    people: Vec<StaffUser>,
    rows: Vec<AccountRow>,
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
}

pub(super) async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<ListQuery>,
    flash: Flash,
) -> WebResult {
    let org = staff.org.id;
    let today = app.ambient.today();
    let filter = asked.filter(today);
    let mut tx = app.db.read().await?;
    let one_more = i64::try_from(ACCOUNTS + 1).unwrap_or(i64::MAX);
    let after = asked.after.as_deref();
    let mut rows = list::page(&mut tx, org, &filter, today, after, one_more).await?;
    let more = rows.len() > ACCOUNTS;
    rows.truncate(ACCOUNTS);
    let last = rows.last().filter(|_| more);
    let next = last.map(|last| asked.next(&last.account.name));
    page::html(&AccountsPage {
        shell: Shell::new(&mut tx, &staff, Section::Accounts, flash).await?,
        people: store::staff::users::list(&mut tx, org).await?,
        total: list::count(&mut tx, org, &filter).await?,
        asked,
        today,
        rows,
        next,
    })
}

#[derive(Template)]
#[template(path = "dashboard/accounts/new.html")]
struct NewAccountPage {
    shell: Shell,
    typed: Invitation,
    problems: Problems,
    problem: String,
}

pub(super) async fn form(State(app): State<App>, Editor(staff): Editor, flash: Flash) -> WebResult {
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, Section::Accounts, flash).await?;
    page::html(&NewAccountPage {
        shell,
        typed: Invitation::default(),
        problems: Problems::default(),
        problem: String::new(),
    })
}

#[derive(Deserialize)]
pub(super) struct InvitationForm {
    account: String,
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
}

pub(super) async fn invite(
    State(app): State<App>,
    Editor(staff): Editor,
    Form(form): Form<InvitationForm>,
) -> WebResult {
    let typed = Invitation {
        account: form.account,
        email: form.email,
        first_name: form.first_name,
        last_name: form.last_name,
    };
    let mut tx = app.db.begin().await?;
    let done = admission::invite(&mut tx, staff.action(&app), &typed).await;
    let (problems, problem) = match done {
        Ok(account) => {
            tx.commit().await?;
            let said = format!(
                "Access is given. A link is on its way to {}.",
                typed.email.trim()
            );
            let to = format!("/dashboard/accounts/{}", account.id);
            return Ok(see_other_saying(&to, &said));
        }
        Err(AdmissionError::Invalid(problems)) => (
            problems,
            "Nothing was saved: see below what is missing.".to_owned(),
        ),
        Err(error @ AdmissionError::AlreadyMember(_)) => (Problems::default(), format!("{error}.")),
        Err(error) => return Err(error.into()),
    };
    drop(tx);
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, Section::Accounts, Flash::default()).await?;
    let page = NewAccountPage {
        shell,
        typed,
        problems,
        problem,
    };
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

//! The list of accounts, and making one by letting its first person in.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::store::account_list::{self, AccountRow};
use crate::trust_center::admission::{self, AdmissionError, Invitation};
use crate::trust_center::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::error::WebResult;
use crate::web::flash::{Flash, see_other_saying};
use crate::web::form::Form;
use crate::web::page;
use crate::web::staff::{Editor, Staff};

const PAGE: usize = 50;

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    q: String,
    after: Option<String>,
}

#[derive(Template)]
#[template(path = "dashboard/accounts.html")]
struct AccountsPage {
    shell: Shell,
    search: String,
    later: bool,
    rows: Vec<AccountRow>,
    /// The query of the next page.
    next: Option<String>,
}

pub async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<ListQuery>,
    flash: Flash,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let shell = Shell::of(&mut tx, &staff, Section::Accounts, flash).await?;
    let one_more = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let after = asked.after.as_deref();
    let search = asked.q.trim();
    let mut rows = account_list::page(&mut tx, staff.org.id, search, after, one_more).await?;
    let more = rows.len() > PAGE;
    rows.truncate(PAGE);
    let next = rows.last().filter(|_| more).map(|last| {
        url::form_urlencoded::Serializer::new(String::new())
            .append_pair("q", search)
            .append_pair("after", &last.account.name)
            .finish()
    });
    page::html(&AccountsPage {
        shell,
        search: search.to_owned(),
        later: after.is_some(),
        rows,
        next,
    })
}

#[derive(Template)]
#[template(path = "dashboard/account_new.html")]
struct NewAccountPage {
    shell: Shell,
    typed: Invitation,
    problems: Problems,
    problem: String,
}

pub async fn form(State(app): State<App>, Editor(staff): Editor, flash: Flash) -> WebResult {
    let mut tx = app.db.read().await?;
    let shell = Shell::of(&mut tx, &staff, Section::Accounts, flash).await?;
    page::html(&NewAccountPage {
        shell,
        typed: Invitation::default(),
        problems: Problems::default(),
        problem: String::new(),
    })
}

#[derive(Deserialize)]
pub struct InvitationForm {
    account: String,
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
}

pub async fn invite(
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
    let url = &app.config.public_url;
    let done = admission::invite(&mut tx, &app.ambient, &staff.org, url, &staff.user, &typed).await;
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
    let shell = Shell::of(&mut tx, &staff, Section::Accounts, Flash(None)).await?;
    let page = NewAccountPage {
        shell,
        typed,
        problems,
        problem,
    };
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

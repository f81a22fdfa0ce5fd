//! Making an account by letting its first person in.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::accounts::admission::{self, AdmissionError, Invitation};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::Editor;

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

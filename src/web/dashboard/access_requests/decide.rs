//! Deciding one request.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::ids::{AccessRequestId, AccountId};
use domain::names::tidy;
use serde::Deserialize;
use store::Tx;

use super::HERE;
use super::page::{Pending, again};
use crate::app::App;
use crate::use_cases::access_requests::{self, DecideError};
use crate::use_cases::accounts::admission::Target;
use crate::use_cases::problems::Problems;
use crate::web::http::error::{WebResult, explain_decision};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

/// What the form chose: an account of the list, or a name.
#[derive(Deserialize)]
pub struct Approval {
    /// An account's id; empty or absent where the name counts.
    #[serde(default)]
    to: String,
    #[serde(default)]
    account: String,
    /// What stood in the field for the name when the page was made.
    #[serde(default)]
    typed: String,
}

impl Approval {
    fn target(&self) -> Result<Target, DecideError> {
        let Ok(id) = self.to.parse::<AccountId>() else {
            return Ok(Target::from(&self.account));
        };
        // Who writes a name means it, though the mark stayed where it was.
        let named = tidy(&self.account);
        if !named.is_empty() && named != tidy(&self.typed) {
            let mut problems = Problems::default();
            let text = "You wrote a name, but an account of the list is chosen: choose one of both";
            problems.add("account", text);
            return Err(problems.into());
        }
        Ok(Target::Account(id))
    }
}

pub async fn approve(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<Approval>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let approved = match form.target() {
        Ok(target) => access_requests::approve(&mut tx, staff.action(&app), id, target).await,
        Err(error) => Err(error),
    };
    match approved {
        Ok((request, account)) => {
            tx.commit().await?;
            let said = format!(
                "{} now has access with {}. A link to sign in is on its way to {}.",
                request.display_name(),
                account.name,
                request.email
            );
            Ok(see_other_saying(HERE, &said))
        }
        Err(DecideError::Invalid(problems)) => {
            drop(tx);
            let mut tx = app.db.read().await?;
            let problem = "Nothing was approved: see below what to correct.";
            corrected(&mut tx, &staff, id, problem, |pending| {
                problems.of("account").clone_into(&mut pending.error);
                pending.chosen = form.to.parse().ok();
                pending.account = form.account;
            })
            .await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub struct Denial {
    #[serde(default)]
    message: String,
}

pub async fn deny(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<Denial>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let message = &form.message;
    match access_requests::deny(&mut tx, staff.action(&app), id, message).await {
        Ok(request) => {
            tx.commit().await?;
            let name = request.display_name();
            let said = if message.trim().is_empty() {
                format!("The request of {name} is denied. Nothing was sent.")
            } else {
                format!("The request of {name} is denied. Your message is on its way.")
            };
            Ok(see_other_saying(HERE, &said))
        }
        Err(error @ DecideError::Invalid(_)) => {
            drop(tx);
            let mut tx = app.db.read().await?;
            let why = explain_decision(error)?;
            let problem = "Nothing was denied: see below what to correct.";
            corrected(&mut tx, &staff, id, problem, |pending| {
                pending.message_error = why;
                pending.message = form.message;
            })
            .await
        }
        Err(error) => Err(error.into()),
    }
}

/// The page with what was wrong in the form of that request.
async fn corrected(
    tx: &mut Tx,
    staff: &Staff,
    id: AccessRequestId,
    problem: &str,
    fill: impl FnOnce(&mut Pending),
) -> WebResult {
    let mut page = again(tx, staff).await?;
    problem.clone_into(&mut page.problem);
    if let Some(pending) = page.pending.iter_mut().find(|one| one.request.id == id) {
        fill(pending);
    }
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

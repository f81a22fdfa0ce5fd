//! Deciding one request.

use std::str::FromStr;

use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::ids::{AccessRequestId, AccountId};
use domain::names::tidy;
use serde::Deserialize;
use store::Tx;

use super::HERE;
use super::page::again_with_panel;
use super::panel::{Chosen, Panel};
use crate::app::App;
use crate::use_cases::access_requests::{self, DecideError, Terms};
use crate::use_cases::accounts::admission::Target;
use crate::use_cases::problems::Problems;
use crate::web::http::error::WebResult;
use crate::web::http::flash::{Undo, see_other_saying, see_other_with_undo};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

/// What the form chose: an account of the list, or a name; and on which terms.
#[derive(Deserialize)]
pub(super) struct Approval {
    /// An account's id; empty or absent where the name counts.
    #[serde(default)]
    to: String,
    #[serde(default)]
    account: String,
    /// What stood in the field for the name when the page was made.
    #[serde(default)]
    typed: String,
    /// In a row of the list: the account that stood in the field for the name.
    #[serde(default)]
    suggested: String,
    #[serde(default)]
    profile: String,
    #[serde(default)]
    nda: String,
    #[serde(default)]
    access_until: String,
}

impl Approval {
    fn target(&self) -> Result<Target, DecideError> {
        let named = tidy(&self.account);
        let is_as_it_stood = named == tidy(&self.typed);
        if let Ok(id) = self.to.parse::<AccountId>() {
            // Who writes a name means it, though the mark stayed where it was.
            if !named.is_empty() && !is_as_it_stood {
                let mut problems = Problems::default();
                let text =
                    "You wrote a name, but an account of the list is chosen: choose one of both";
                problems.add("account", text);
                return Err(problems.into());
            }
            return Ok(Target::Account(id));
        }
        match self.suggested.parse::<AccountId>() {
            Ok(id) if is_as_it_stood => Ok(Target::Account(id)),
            _ => Ok(Target::from(&self.account)),
        }
    }

    /// The profile and the NDA stand in the form for the case that a new account is
    /// chosen: with one of the list they are not meant.
    fn terms(&self, target: &Target) -> Result<Terms, Problems> {
        let mut terms = Terms {
            until: self.access_until.clone(),
            ..Terms::default()
        };
        if matches!(target, Target::Account(_)) {
            return Ok(terms);
        }
        let mut problems = Problems::default();
        terms.profile = chosen(&self.profile).unwrap_or_else(|()| {
            problems.add("profile", "Choose a profile from the list");
            None
        });
        terms.nda = chosen(&self.nda).unwrap_or_else(|()| {
            problems.add("nda", "Choose an NDA from the list");
            None
        });
        problems.into_result().map(|()| terms)
    }
}

/// What a list of the form has as its value; `None` where the default is chosen.
fn chosen<T: FromStr>(value: &str) -> Result<Option<T>, ()> {
    match value {
        "" => Ok(None),
        value => value.parse().map(Some).map_err(|_| ()),
    }
}

pub(super) async fn approve(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<Approval>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let read = form.target().and_then(|target| {
        let terms = form.terms(&target)?;
        Ok((target, terms))
    });
    let approved = match read {
        Ok((target, terms)) => {
            access_requests::approve(&mut tx, staff.action(&app), id, target, &terms).await
        }
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
            let problem = "Not approved. Please fix the fields below.";
            corrected(&mut tx, &staff, id, problem, |panel| {
                panel.problems = problems;
                panel.one.chosen = form.to.parse().ok();
                panel.chosen = Chosen {
                    profile: form.profile.parse().ok(),
                    nda: form.nda.parse().ok(),
                    until: form.access_until,
                };
                panel.one.account = form.account;
            })
            .await
        }
        Err(error) => Err(error.into()),
    }
}

#[derive(Deserialize)]
pub(super) struct Denial {
    #[serde(default)]
    message: String,
}

pub(super) async fn deny(
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
            Ok(see_other_with_undo(HERE, &said, Undo::Denial(id)))
        }
        Err(DecideError::Invalid(problems)) => {
            drop(tx);
            let mut tx = app.db.read().await?;
            let problem = "Not denied. Please fix the fields below.";
            corrected(&mut tx, &staff, id, problem, |panel| {
                panel.problems = problems;
                panel.message = form.message;
            })
            .await
        }
        Err(error) => Err(error.into()),
    }
}

/// Takes a denial back.
pub(super) async fn reopen(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let request = access_requests::reopen(&mut tx, staff.action(&app), id).await?;
    tx.commit().await?;
    let told = request
        .decision
        .is_some_and(|denied| !denied.message.is_empty());
    let name = format!("{} {}", request.first_name, request.last_name);
    let said = if told {
        format!("The request of {name} waits again. They were emailed that it was denied.")
    } else {
        format!("The request of {name} waits again.")
    };
    Ok(see_other_saying(HERE, &said))
}

/// The page with what was wrong in the panel of that request.
async fn corrected(
    tx: &mut Tx,
    staff: &Staff,
    id: AccessRequestId,
    problem: &str,
    fill: impl FnOnce(&mut Panel),
) -> WebResult {
    let mut page = again_with_panel(tx, staff, id).await?;
    problem.clone_into(&mut page.problem);
    if let Some(panel) = &mut page.panel {
        fill(panel);
    }
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

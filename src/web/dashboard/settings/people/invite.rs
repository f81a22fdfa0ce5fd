//! Inviting colleagues by email.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::email::EmailAddress;
use serde::Deserialize;

use super::{HERE, PeoplePage, load, said};
use crate::app::App;
use crate::use_cases::staff::{self, Manager};
use crate::web::http::error::WebResult;
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Admin, Staff};

#[derive(Deserialize, Default)]
pub(super) struct InviteForm {
    pub name: String,
    pub email: String,
    pub role: String,
}

impl InviteForm {
    /// Whether this role is chosen; a new form offers the least.
    pub(super) fn is(&self, role: &str) -> bool {
        self.role == role || (self.role.is_empty() && role == "viewer")
    }
}

pub(super) async fn send(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<InviteForm>,
) -> WebResult {
    let (email, role) = match (EmailAddress::parse(&form.email), form.role.parse()) {
        (Ok(email), Ok(role)) => (email, role),
        (Err(problem), _) => {
            let problem = format!("Check the email address: {problem}.");
            return again(
                &app,
                &staff,
                form,
                StatusCode::UNPROCESSABLE_ENTITY,
                problem,
            )
            .await;
        }
        (_, Err(problem)) => {
            return again(
                &app,
                &staff,
                form,
                StatusCode::UNPROCESSABLE_ENTITY,
                problem,
            )
            .await;
        }
    };
    let mut tx = app.db.begin().await?;
    let manager = Manager::Admin(staff.action(&app));
    match staff::invite(&mut tx, manager, email, &form.name, role).await {
        Ok(invitation) => {
            tx.commit().await?;
            let message = format!("We emailed an invitation to {}.", invitation.email);
            Ok(see_other_saying(HERE, &message))
        }
        Err(error) => {
            drop(tx);
            let (status, error) = said(error)?;
            again(&app, &staff, form, status, error).await
        }
    }
}

/// The page again, with what was typed and what was wrong.
pub(super) async fn again(
    app: &App,
    staff: &Staff,
    draft: InviteForm,
    status: StatusCode,
    error: String,
) -> WebResult<Response> {
    let page = PeoplePage {
        draft,
        error,
        ..load(app, staff, Flash::default()).await?
    };
    page::html_with(status, &page)
}

pub(super) async fn resend(
    State(app): State<App>,
    Admin(staff): Admin,
    Path(id): Path<String>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    let manager = Manager::Admin(staff.action(&app));
    let sent = staff::resend(&mut tx, manager, page::id(&id)?).await;
    let invitation = match sent {
        Ok(invitation) => invitation,
        Err(error) => {
            drop(tx);
            let (status, error) = said(error)?;
            return again(&app, &staff, InviteForm::default(), status, error).await;
        }
    };
    tx.commit().await?;
    let message = format!("The invitation to {} was sent again.", invitation.email);
    Ok(see_other_saying(HERE, &message))
}

pub(super) async fn withdraw(
    State(app): State<App>,
    Admin(staff): Admin,
    Path(id): Path<String>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    let manager = Manager::Admin(staff.action(&app));
    let withdrawn = staff::withdraw(&mut tx, manager, page::id(&id)?).await;
    let invitation = match withdrawn {
        Ok(invitation) => invitation,
        Err(error) => {
            drop(tx);
            let (status, error) = said(error)?;
            return again(&app, &staff, InviteForm::default(), status, error).await;
        }
    };
    tx.commit().await?;
    let message = format!("The invitation to {} is withdrawn.", invitation.email);
    Ok(see_other_saying(HERE, &message))
}

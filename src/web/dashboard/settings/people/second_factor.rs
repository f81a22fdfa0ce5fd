//! Whether everyone has to have a second factor.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;

use super::HERE;
use super::invite::{self, InviteForm};
use crate::app::App;
use crate::use_cases::staff::second_factor::{self, FactorError};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::staff_session::Admin;

#[derive(Deserialize)]
pub(super) struct RequireForm {
    second_factor: String,
}

pub(super) async fn require(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<RequireForm>,
) -> WebResult {
    let required = match form.second_factor.as_str() {
        "required" => true,
        "optional" => false,
        _ => {
            let text = "Choose whether a second factor is optional or required.";
            return Err(WebError::BadRequest(text.to_owned()));
        }
    };
    let mut tx = app.db.begin().await?;
    match second_factor::require(&mut tx, staff.action(&app), required).await {
        Ok(()) => tx.commit().await?,
        Err(error @ FactorError::OwnFirst) => {
            drop(tx);
            let (status, draft) = (StatusCode::UNPROCESSABLE_ENTITY, InviteForm::default());
            return invite::again(&app, &staff, draft, status, error.to_string()).await;
        }
        Err(FactorError::Store(error)) => return Err(error.into()),
        Err(error) => return Err(WebError::Internal(error.into())),
    }
    let message = if required {
        "A second factor is required from the next sign-in on."
    } else {
        "A second factor is optional."
    };
    Ok(see_other_saying(HERE, message))
}

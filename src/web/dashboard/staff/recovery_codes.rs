//! Recovery codes, on the only page that ever shows them.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use secrecy::SecretString;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::staff;
use crate::use_cases::staff::second_factor::{self, FactorError};
use crate::web::dashboard::staff::login_code::other;
use crate::web::dashboard::staff::password::said;
use crate::web::dashboard::staff::profile;
use crate::web::http::error::WebResult;
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{SETUP, Staff};

#[derive(Template)]
#[template(path = "dashboard/staff/recovery_codes.html")]
pub(super) struct RecoveryCodesPage {
    pub codes: Vec<String>,
    /// A second factor was just set up.
    pub is_new: bool,
}

/// Of a form that only the password sends.
#[derive(Deserialize)]
pub(super) struct PresentForm {
    #[serde(default)]
    pub present: String,
}

/// `None` where the password is right; else the profile with what is wrong.
pub(super) async fn refused(
    app: &App,
    staff: &Staff,
    present: String,
) -> WebResult<Option<Response>> {
    let (act, present) = (staff.action(app), SecretString::from(present));
    match staff::check_present(&app.db, act, present).await {
        Ok(_) => Ok(None),
        Err(error) => {
            let (status, error) = said(error)?;
            profile::again(app, staff, status, error).await.map(Some)
        }
    }
}

pub(super) async fn renew(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<PresentForm>,
) -> WebResult {
    if let Some(refused) = refused(&app, &staff, form.present).await? {
        return Ok(refused);
    }
    let mut tx = app.db.begin().await?;
    let codes = match second_factor::new_recovery_codes(&mut tx, staff.action(&app)).await {
        Ok(codes) => codes,
        Err(FactorError::Gone) => {
            let error = "Set up a second factor first.".to_owned();
            drop(tx);
            return profile::again(&app, &staff, StatusCode::CONFLICT, error).await;
        }
        Err(error) => return Err(other(error)),
    };
    tx.commit().await?;
    page::html(&RecoveryCodesPage {
        codes,
        is_new: false,
    })
}

pub(super) async fn turn_off(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<PresentForm>,
) -> WebResult {
    if let Some(refused) = refused(&app, &staff, form.present).await? {
        return Ok(refused);
    }
    let mut tx = app.db.begin().await?;
    let turned = second_factor::turn_off(&mut tx, staff.action(&app)).await;
    let is_required = turned.map_err(other)?;
    tx.commit().await?;
    if is_required {
        return Ok(page::see_other(SETUP));
    }
    let message = "Your second factor is off.";
    Ok(see_other_saying("/dashboard/profile", message))
}

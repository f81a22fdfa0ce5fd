//! The code of the second factor, after the password.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{StatusCode, header};
use domain::staff::SessionStage;
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::staff::second_factor::{self, FactorError};
use crate::web::dashboard::staff::login::{Next, own_path};
use crate::web::http::cookie;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{self, SigningIn};

#[derive(Template)]
#[template(path = "dashboard/staff/login_code.html")]
struct CodePage {
    next: String,
    error: String,
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn form(signing_in: SigningIn, Query(Next { next }): Query<Next>) -> WebResult {
    if signing_in.session.stage != SessionStage::Code {
        return Ok(page::see_other(own_path(&next)));
    }
    page::html(&CodePage {
        next: own_path(&next).to_owned(),
        error: String::new(),
    })
}

pub(super) async fn enter(
    State(app): State<App>,
    signing_in: SigningIn,
    Form(form): Form<CodeForm>,
) -> WebResult {
    let next = own_path(&form.next);
    if signing_in.session.stage != SessionStage::Code {
        return Ok(page::see_other(next));
    }
    let (act, keyring) = (signing_in.staff.action(&app), &app.config.keyring);
    let error = match second_factor::enter(&app.db, act, keyring, &form.code).await {
        Ok(token) => {
            let mut response = page::see_other(next);
            let cookie = cookie::set(
                &app.config,
                staff_session::COOKIE,
                token.expose_secret(),
                None,
            );
            response.headers_mut().append(header::SET_COOKIE, cookie);
            return Ok(response);
        }
        Err(error) => error,
    };
    let status = match error {
        FactorError::Wrong => StatusCode::UNAUTHORIZED,
        FactorError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        FactorError::Gone => return Ok(see_other_saying("/login", &error.to_string())),
        error => return Err(other(error)),
    };
    let page = CodePage {
        next: next.to_owned(),
        error: error.to_string(),
    };
    page::html_with(status, &page)
}

/// What is no fault of whoever signs in.
pub(super) fn other(error: FactorError) -> WebError {
    match error {
        FactorError::Store(error) => error.into(),
        error => WebError::Internal(error.into()),
    }
}

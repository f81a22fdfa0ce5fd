//! A forgotten password: asking for a link, and choosing another behind it.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use secrecy::SecretString;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::staff::password::{self, PasswordError};
use crate::use_cases::staff::{self, NewPasswordError, PersonError};
use crate::web::http::client_ip::ClientIp;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/login/forgot", get(ask).post(send))
        .route("/login/reset", get(choose).post(reset))
}

#[derive(Template)]
#[template(path = "dashboard/staff/password_forgot.html")]
struct ForgotPage {
    email: String,
    error: String,
}

#[derive(Template)]
#[template(path = "dashboard/staff/password_sent.html")]
struct SentPage;

#[derive(Template)]
#[template(path = "dashboard/staff/password_new.html")]
struct NewPasswordPage {
    email: String,
    token: String,
    error: String,
}

/// A link that was used, has expired, or never was one.
#[derive(Template)]
#[template(path = "dashboard/staff/link_stale.html")]
pub(super) struct StalePage {
    pub is_invitation: bool,
}

#[derive(Deserialize)]
pub(super) struct EmailForm {
    email: String,
}

#[derive(Deserialize)]
pub(super) struct Token {
    #[serde(default)]
    pub token: String,
}

#[derive(Deserialize)]
pub(super) struct ResetForm {
    token: String,
    password: String,
}

async fn ask() -> WebResult {
    page::html(&ForgotPage {
        email: String::new(),
        error: String::new(),
    })
}

/// Answers the same for every address.
async fn send(
    State(app): State<App>,
    ClientIp(network): ClientIp,
    Form(form): Form<EmailForm>,
) -> WebResult {
    let url = &app.config.public_url;
    let sent = staff::forgot(&app.db, &app.ambient, url, &network, &form.email).await;
    match sent {
        Ok(()) => page::html(&SentPage),
        Err(error) => {
            let (status, error) = said(error)?;
            let email = form.email;
            page::html_with(status, &ForgotPage { email, error })
        }
    }
}

async fn choose(State(app): State<App>, Query(Token { token }): Query<Token>) -> WebResult {
    let Some(email) = whose(&app, &token).await? else {
        return stale(false);
    };
    page::html(&NewPasswordPage {
        email,
        token,
        error: String::new(),
    })
}

async fn whose(app: &App, token: &str) -> WebResult<Option<String>> {
    let mut tx = app.db.read().await?;
    let user = staff::whose_reset(&mut tx, app.ambient.now(), token).await?;
    Ok(user.map(|user| user.email.to_string()))
}

async fn reset(State(app): State<App>, Form(form): Form<ResetForm>) -> WebResult {
    let mut tx = app.db.read().await?;
    let user = staff::whose_reset(&mut tx, app.ambient.now(), &form.token).await?;
    drop(tx);
    let Some(user) = user else {
        return stale(false);
    };
    let new = SecretString::from(form.password);
    let hash = match password::hash(&app.ambient.random, &user.email, new).await {
        Ok(hash) => hash,
        Err(error) => {
            let page = NewPasswordPage {
                email: user.email.to_string(),
                token: form.token,
                error: refused(error)?,
            };
            return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let mut tx = app.db.begin().await?;
    let url = &app.config.public_url;
    let done = staff::reset(&mut tx, &app.ambient, url, &form.token, &hash).await;
    if !done.map_err(person_error)? {
        return stale(false);
    }
    tx.commit().await?;
    let message = "Your password is changed. Sign in with the new one.";
    Ok(see_other_saying("/login", message))
}

/// 410: what the link was for is gone.
pub(super) fn stale(is_invitation: bool) -> WebResult {
    page::html_with(StatusCode::GONE, &StalePage { is_invitation })
}

/// Why a new password can't be, for its form.
pub(super) fn refused(error: PasswordError) -> WebResult<String> {
    match error {
        PasswordError::Hashing(_) => Err(WebError::Internal(error.into())),
        error => Ok(error.to_string()),
    }
}

/// What is said on the page itself, with its status; the rest is a page of its own.
pub(super) fn said(error: NewPasswordError) -> WebResult<(StatusCode, String)> {
    match error {
        NewPasswordError::TooMany(_) => Ok((StatusCode::TOO_MANY_REQUESTS, error.to_string())),
        NewPasswordError::Wrong => Ok((StatusCode::UNPROCESSABLE_ENTITY, error.to_string())),
        NewPasswordError::Password(error) => {
            Ok((StatusCode::UNPROCESSABLE_ENTITY, refused(error)?))
        }
        NewPasswordError::Person(error) => Err(person_error(error)),
    }
}

fn person_error(error: PersonError) -> WebError {
    match error {
        PersonError::Store(error) => error.into(),
        error => WebError::Internal(error.into()),
    }
}

//! Accepting an invitation to the dashboard, behind its emailed link.

use askama::Template;
use axum::Router;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::routing::get;
use domain::organizations::Organization;
use domain::staff::Invitation;
use secrecy::SecretString;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::staff::password;
use crate::use_cases::staff::{self, PersonError};
use crate::web::dashboard::staff::password::{Token, refused, stale};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;

pub(super) fn router() -> Router<App> {
    Router::new().route("/login/invitation", get(form).post(accept))
}

#[derive(Template)]
#[template(path = "dashboard/staff/invitation.html")]
struct InvitationPage {
    org: String,
    invitation: Invitation,
    typed: String,
    token: String,
    error: String,
}

#[derive(Deserialize)]
pub(super) struct AcceptForm {
    token: String,
    name: String,
    password: String,
}

async fn form(State(app): State<App>, Query(Token { token }): Query<Token>) -> WebResult {
    let Some((org, invitation)) = open(&app, &token).await? else {
        return stale(true);
    };
    page::html(&InvitationPage {
        org: org.name,
        typed: invitation.name.clone(),
        invitation,
        token,
        error: String::new(),
    })
}

async fn open(app: &App, token: &str) -> WebResult<Option<(Organization, Invitation)>> {
    let mut tx = app.db.read().await?;
    Ok(staff::invitation(&mut tx, app.ambient.now(), token).await?)
}

async fn accept(State(app): State<App>, Form(form): Form<AcceptForm>) -> WebResult {
    let Some((org, invitation)) = open(&app, &form.token).await? else {
        return stale(true);
    };
    let new = SecretString::from(form.password);
    let hash = password::hash(&app.ambient.random, &invitation.email, new).await;
    let error = match hash {
        Err(error) => refused(error)?,
        Ok(hash) => {
            let mut tx = app.db.begin().await?;
            match staff::accept(&mut tx, &app.ambient, &form.token, &form.name, &hash).await {
                Ok(Some(_)) => {
                    tx.commit().await?;
                    let message = format!("Welcome to {}. Sign in to get started.", org.name);
                    return Ok(see_other_saying("/login", &message));
                }
                Ok(None) => return stale(true),
                Err(error) => said(error)?,
            }
        }
    };
    let page = InvitationPage {
        org: org.name,
        invitation,
        typed: form.name,
        token: form.token,
        error,
    };
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

fn said(error: PersonError) -> WebResult<String> {
    match error {
        PersonError::NoName | PersonError::LongName => Ok(error.to_string()),
        PersonError::AddressTaken(email) => Ok(format!(
            "{email} already signs in to another trust center here, and an email address \
             belongs to one. Ask to be invited at another address."
        )),
        PersonError::Store(error) => Err(error.into()),
        error => Err(WebError::Internal(error.into())),
    }
}

//! Your profile: what each of the staff manages of their own.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::Response;
use axum::routing::{get, post};
use domain::audit::Action;
use domain::staff::StaffUser;
use domain::staff::device::device_name;
use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use store::Tx;
use store::request_origin::session_name;
use store::staff::sessions::OwnSession;

use crate::app::App;
use crate::use_cases::staff::second_factor::{self, Status};
use crate::use_cases::staff::{self, PersonError};
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::dashboard::staff::password::said;
use crate::web::http::cookie;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{self, Staff};
use crate::web::http::theme::Theme;

const HERE: &str = "/dashboard/profile";

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/profile", get(profile).post(save))
        .route("/dashboard/profile/password", post(change_password))
        .route("/dashboard/profile/theme", post(choose_theme))
        .route("/dashboard/profile/sign-out", post(sign_out_everywhere))
        .route("/dashboard/profile/sessions/{name}/end", post(end_session))
}

#[derive(Template)]
#[template(path = "dashboard/staff/profile.html")]
struct ProfilePage {
    shell: Shell,
    me: StaffUser,
    /// The name in the form.
    typed: String,
    name_error: String,
    password_error: String,
    factor: Status,
    factor_error: String,
    sessions: Vec<SessionRow>,
}

/// A session as the page shows it.
struct SessionRow {
    /// See [`session_name`].
    name: String,
    device: String,
    network: String,
    last_used: Timestamp,
    since: Timestamp,
    is_this: bool,
}

#[derive(Deserialize)]
pub(super) struct NameForm {
    name: String,
}

#[derive(Deserialize)]
pub(super) struct ThemeForm {
    theme: String,
}

#[derive(Deserialize)]
pub(super) struct PasswordForm {
    present: String,
    new: String,
}

async fn profile(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    page::html(&load(&app, &staff, flash).await?)
}

async fn choose_theme(State(app): State<App>, _: Staff, Form(form): Form<ThemeForm>) -> WebResult {
    let theme = Theme::from_key(&form.theme)
        .ok_or_else(|| WebError::BadRequest("Choose system, light or dark.".to_owned()))?;
    let mut response = see_other_saying(&format!("{HERE}#look"), "Colors changed.");
    let cookie = theme.cookie(&app.config);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

async fn load(app: &App, staff: &Staff, flash: Flash) -> WebResult<ProfilePage> {
    let mut tx = app.db.read().await?;
    Ok(ProfilePage {
        shell: Shell::new(&mut tx, staff, Section::Settings, flash).await?,
        me: staff.user.clone(),
        typed: staff.user.name.clone(),
        name_error: String::new(),
        password_error: String::new(),
        factor: second_factor::status(&mut tx, &staff.org, &staff.user).await?,
        factor_error: String::new(),
        sessions: sessions(&mut tx, app, staff).await?,
    })
}

async fn sessions(tx: &mut Tx, app: &App, staff: &Staff) -> store::Result<Vec<SessionRow>> {
    let (org, user, now) = (staff.org.id, staff.user.id, app.ambient.now());
    let found = store::staff::sessions::of_user(tx, org, user, now).await?;
    let row = |session: OwnSession| SessionRow {
        name: session_name(&session.token_hash).to_owned(),
        device: device_name(&session.last_use.user_agent),
        network: session.last_use.network,
        last_used: session.last_use.at,
        since: session.created_at,
        is_this: session.token_hash == staff.session_hash,
    };
    Ok(found.into_iter().map(row).collect())
}

/// The page again, with what was wrong about the second factor.
pub(super) async fn again(
    app: &App,
    staff: &Staff,
    status: StatusCode,
    factor_error: String,
) -> WebResult {
    let page = ProfilePage {
        factor_error,
        ..load(app, staff, Flash::default()).await?
    };
    page::html_with(status, &page)
}

async fn save(State(app): State<App>, staff: Staff, Form(form): Form<NameForm>) -> WebResult {
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    let error = match staff::rename(&mut tx, act, &form.name).await {
        Ok(()) => {
            tx.commit().await?;
            return Ok(see_other_saying(HERE, "Your name is saved."));
        }
        Err(PersonError::Store(error)) => return Err(error.into()),
        Err(error @ (PersonError::NoName | PersonError::LongName)) => error,
        Err(error) => return Err(WebError::Internal(error.into())),
    };
    drop(tx);
    let page = ProfilePage {
        typed: form.name,
        name_error: error.to_string(),
        ..load(&app, &staff, Flash::default()).await?
    };
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

async fn change_password(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<PasswordForm>,
) -> WebResult {
    let (present, new) = (
        SecretString::from(form.present),
        SecretString::from(form.new),
    );
    let act = staff.action(&app);
    match staff::change_password(&app.db, act, present, new).await {
        Ok(()) => {
            let message = "Your password is changed, and you’re signed out everywhere else.";
            Ok(see_other_saying(HERE, message))
        }
        Err(error) => {
            let (status, password_error) = said(error)?;
            let page = ProfilePage {
                password_error,
                ..load(&app, &staff, Flash::default()).await?
            };
            page::html_with(status, &page)
        }
    }
}

/// Ends one other session of this person.
async fn end_session(
    State(app): State<App>,
    staff: Staff,
    Path(name): Path<String>,
) -> WebResult<Response> {
    let (org, user, now) = (staff.org.id, staff.user.id, app.ambient.now());
    let mut tx = app.db.begin().await?;
    let found = store::staff::sessions::of_user(&mut tx, org, user, now).await?;
    let other = found.iter().find(|session| {
        session_name(&session.token_hash) == name && session.token_hash != staff.session_hash
    });
    let Some(other) = other else {
        return Ok(see_other_saying(HERE, "That session has ended already."));
    };
    store::staff::sessions::delete(&mut tx, org, &other.token_hash).await?;
    let device = device_name(&other.last_use.user_agent);
    let act = staff.action(&app);
    act.audit(&mut tx, Action::EndedSession, &device).await?;
    tx.commit().await?;
    Ok(see_other_saying(HERE, &format!("Signed out on {device}.")))
}

/// Ends every session of this person, also this one.
async fn sign_out_everywhere(State(app): State<App>, staff: Staff) -> WebResult<Response> {
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    store::staff::sessions::delete_of_user(&mut tx, act.org.id, act.by.id, "").await?;
    act.audit(&mut tx, Action::SignedOutEverywhere, "").await?;
    tx.commit().await?;
    let mut response = see_other_saying("/login", "You’re signed out everywhere.");
    let cookie = cookie::clear(&app.config, staff_session::COOKIE);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

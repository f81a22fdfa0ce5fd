//! Setting up a second factor: of one's own accord, or right after signing in where the
//! organization requires it.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::routing::{get, post};
use domain::staff::SessionStage;
use secrecy::ExposeSecret as _;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::staff::second_factor::{self, FactorError};
use crate::web::components::qr::Qr;
use crate::web::dashboard::staff::login_code::other;
use crate::web::dashboard::staff::recovery_codes::{self, PresentForm, RecoveryCodesPage};
use crate::web::http::cookie;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{self, SETUP, SigningIn, Staff};

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/login/second-factor", get(form).post(confirm))
        .route("/login/second-factor/begin", post(begin))
        .route(
            "/dashboard/profile/recovery-codes",
            post(recovery_codes::renew),
        )
        .route(
            "/dashboard/profile/second-factor/off",
            post(recovery_codes::turn_off),
        )
}

#[derive(Template)]
#[template(path = "dashboard/staff/second_factor.html")]
struct SetupPage {
    org: String,
    /// Nothing else can be done before.
    is_required: bool,
    scan: Option<Scan>,
    error: String,
}

/// What an authenticator app takes.
struct Scan {
    qr: Qr,
    secret: String,
}

#[derive(Deserialize)]
pub(super) struct CodeForm {
    code: String,
}

/// Whoever is signed in, or only has this left to do.
fn may_set_up(signing_in: SigningIn) -> WebResult<(Staff, SessionStage)> {
    let SigningIn { staff, session } = signing_in;
    match session.stage {
        SessionStage::Full | SessionStage::Setup => Ok((staff, session.stage)),
        SessionStage::Code => Err(WebError::SigningIn {
            to: staff_session::code_page("/dashboard"),
        }),
    }
}

async fn form(State(app): State<App>, signing_in: SigningIn) -> WebResult {
    let (staff, stage) = may_set_up(signing_in)?;
    let page = load(&app, &staff, stage).await?;
    // Who is signed in begins on the profile, with the password.
    if page.scan.is_none() && stage == SessionStage::Full {
        return Ok(page::see_other("/dashboard/profile"));
    }
    page::html(&page)
}

async fn load(app: &App, staff: &Staff, stage: SessionStage) -> WebResult<SetupPage> {
    let mut tx = app.db.read().await?;
    let shown = second_factor::shown(&mut tx, staff.action(app), &app.config.keyring).await;
    let scan = match shown.map_err(other)? {
        None => None,
        Some(shown) => Some(Scan {
            qr: Qr::new(shown.address.expose_secret())
                .ok_or_else(|| anyhow::anyhow!("an address too long for a QR code"))?,
            secret: shown.in_groups(),
        }),
    };
    Ok(SetupPage {
        org: staff.org.name.clone(),
        is_required: stage == SessionStage::Setup,
        scan,
        error: String::new(),
    })
}

async fn begin(
    State(app): State<App>,
    signing_in: SigningIn,
    Form(form): Form<PresentForm>,
) -> WebResult {
    let (staff, stage) = may_set_up(signing_in)?;
    // Whoever finds an open session must not lock its owner out. Right after signing in
    // the password was just given.
    if stage == SessionStage::Full
        && let Some(refused) = recovery_codes::refused(&app, &staff, form.present).await?
    {
        return Ok(refused);
    }
    let mut tx = app.db.begin().await?;
    match second_factor::begin(&mut tx, staff.action(&app), &app.config.keyring).await {
        Ok(()) => tx.commit().await?,
        Err(FactorError::SetUp) => return Ok(page::see_other("/dashboard/profile")),
        Err(error) => return Err(other(error)),
    }
    Ok(page::see_other(SETUP))
}

async fn confirm(
    State(app): State<App>,
    signing_in: SigningIn,
    Form(form): Form<CodeForm>,
) -> WebResult {
    let (staff, stage) = may_set_up(signing_in)?;
    let (act, keyring) = (staff.action(&app), &app.config.keyring);
    let confirmed = second_factor::confirm(&app.db, act, keyring, &form.code).await;
    let error = match confirmed {
        Ok((token, codes)) => {
            let mut response = page::html(&RecoveryCodesPage {
                codes,
                is_new: true,
            })?;
            let cookie = cookie::set(
                &app.config,
                staff_session::COOKIE,
                token.expose_secret(),
                None,
            );
            response.headers_mut().append(header::SET_COOKIE, cookie);
            return Ok(response);
        }
        Err(error @ FactorError::Wrong) => error,
        Err(FactorError::SetUp | FactorError::Gone) => return Ok(page::see_other(SETUP)),
        Err(error) => return Err(other(error)),
    };
    let page = SetupPage {
        error: error.to_string(),
        ..load(&app, &staff, stage).await?
    };
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

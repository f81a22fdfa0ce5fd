//! Signing in and out.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use domain::audit::Action;
use domain::staff::SessionStage;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::staff::sign_in::{SignInError, SignInPlace, SignedIn, sign_in as check};
use crate::web::dashboard::staff::device;
use crate::web::http::client_ip::ClientIp;
use crate::web::http::cookie;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{self, Staff};

#[derive(Template)]
#[template(path = "dashboard/staff/login.html")]
struct LoginPage {
    email: String,
    next: String,
    error: String,
    flash: Option<String>,
}

#[derive(Deserialize)]
pub(super) struct Next {
    #[serde(default)]
    pub next: String,
}

pub(super) async fn form(
    staff: Result<Staff, WebError>,
    Query(Next { next }): Query<Next>,
    Flash { message: flash, .. }: Flash,
) -> WebResult {
    match staff {
        Ok(_) => return Ok(page::see_other(own_path(&next))),
        // Whoever stopped half-way may start again.
        Err(WebError::SignIn { .. } | WebError::SigningIn { .. }) => {}
        Err(error) => return Err(error),
    }
    page::html(&LoginPage {
        email: String::new(),
        next: own_path(&next).to_owned(),
        error: String::new(),
        flash,
    })
}

#[derive(Deserialize)]
pub(super) struct Credentials {
    email: String,
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn sign_in(
    State(app): State<App>,
    ClientIp(network): ClientIp,
    headers: HeaderMap,
    Form(form): Form<Credentials>,
) -> WebResult {
    let password = SecretString::from(form.password);
    let device = device::known(&app, &headers, &form.email);
    let from = SignInPlace {
        network: &network,
        device: device.as_deref(),
    };
    let error = match check(&app.db, &app.ambient, from, &form.email, password).await {
        Ok(SignedIn { token, stage }) => {
            let next = own_path(&form.next);
            let mut response = match stage {
                SessionStage::Full => page::see_other(next),
                SessionStage::Code => page::see_other(&staff_session::code_page(next)),
                SessionStage::Setup => page::see_other(staff_session::SETUP),
            };
            let cookie = cookie::set(
                &app.config,
                staff_session::COOKIE,
                token.expose_secret(),
                None,
            );
            response.headers_mut().append(header::SET_COOKIE, cookie);
            let cookie = device::remember(&app, &form.email);
            response.headers_mut().append(header::SET_COOKIE, cookie);
            return Ok(response);
        }
        Err(SignInError::Store(error)) => return Err(error.into()),
        Err(error) => error,
    };
    let status = match error {
        SignInError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
        _ => StatusCode::UNAUTHORIZED,
    };
    let page = LoginPage {
        email: form.email,
        next: own_path(&form.next).to_owned(),
        error: error.to_string(),
        flash: None,
    };
    page::html_with(status, &page)
}

pub(super) async fn sign_out(State(app): State<App>, staff: Staff) -> WebResult<Response> {
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    store::staff::sessions::delete(&mut tx, act.org.id, act.session).await?;
    act.audit(&mut tx, Action::SignedOut, "").await?;
    tx.commit().await?;
    let mut response = crate::web::http::flash::see_other_saying("/login", "You are signed out.");
    let cookie = cookie::clear(&app.config, staff_session::COOKIE);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

/// Where to go after signing in: a page of the dashboard, and never another site.
pub(super) fn own_path(next: &str) -> &str {
    let own =
        next == "/dashboard" || next.starts_with("/dashboard/") || next.starts_with("/dashboard?");
    if own && !next.contains(['\\', '\r', '\n']) {
        next
    } else {
        "/dashboard"
    }
}

#[cfg(test)]
mod tests {
    use super::own_path;

    #[test]
    fn signing_in_never_leads_to_another_site() {
        assert_eq!(
            own_path("/dashboard/requests?x=1"),
            "/dashboard/requests?x=1"
        );
        for bad in [
            "",
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "/trust/x",
            "/dashboard\\..",
            "/dashboardx",
        ] {
            assert_eq!(own_path(bad), "/dashboard", "{bad}");
        }
    }
}

//! Your profile: what each of the staff manages of their own.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::header;
use axum::response::Response;
use axum::routing::{get, post};

use super::layout::{Section, Shell};
use crate::app::App;
use crate::domain::staff::StaffUser;
use crate::store;
use crate::web::error::WebResult;
use crate::web::flash::{Flash, see_other_saying};
use crate::web::staff::{self, Staff};
use crate::web::{cookie, page};

pub fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/profile", get(profile))
        .route("/dashboard/profile/sign-out", post(sign_out_everywhere))
}

#[derive(Template)]
#[template(path = "dashboard/profile.html")]
struct ProfilePage {
    shell: Shell,
    me: StaffUser,
}

async fn profile(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    let mut tx = app.db.read().await?;
    page::html(&ProfilePage {
        shell: Shell::of(&mut tx, &staff, Section::Settings, flash).await?,
        me: staff.user,
    })
}

/// Ends every session of this person, also this one.
async fn sign_out_everywhere(State(app): State<App>, staff: Staff) -> WebResult<Response> {
    let mut tx = app.db.begin().await?;
    let (org, actor) = (staff.org.id, staff.user.actor());
    store::staff_session::delete_of_user(&mut tx, org, staff.user.id, "").await?;
    let action = "Signed out everywhere";
    store::audit::insert(&mut tx, &app.ambient, org, &actor, action, "").await?;
    tx.commit().await?;
    let mut response = see_other_saying("/login", "You’re signed out everywhere.");
    let cookie = cookie::clear(staff::COOKIE);
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

//! Settings → People: who works in the dashboard.

mod person;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::{get, post};

use crate::app::App;
use crate::domain::staff::StaffUser;
use crate::store;
use crate::trust_center::people::PersonError;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::error::{WebError, WebResult};
use crate::web::flash::Flash;
use crate::web::page;
use crate::web::staff::Staff;

const HERE: &str = "/dashboard/settings/people";

pub fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/settings/people", get(list))
        .route(
            "/dashboard/settings/people/{staff}",
            get(person::page).post(person::save),
        )
        .route(
            "/dashboard/settings/people/{staff}/deactivate",
            post(person::deactivate),
        )
        .route(
            "/dashboard/settings/people/{staff}/reactivate",
            post(person::reactivate),
        )
}

#[derive(Template)]
#[template(path = "dashboard/people/list.html")]
struct PeoplePage {
    shell: Shell,
    people: Vec<StaffUser>,
    /// Whoever looks at the page.
    me: StaffUser,
}

/// Everybody sees who works here; only Admins change it.
async fn list(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    let mut tx = app.db.read().await?;
    let shell = Shell::of(&mut tx, &staff, Section::Settings, flash).await?;
    let mut people = store::staff_user::list(&mut tx, staff.org.id).await?;
    // Whoever left comes last.
    people.sort_by_key(|user| !user.is_active);
    page::html(&PeoplePage {
        shell,
        people,
        me: staff.user,
    })
}

/// What is said on the page itself, with its status; the rest is a page of its own.
fn said(error: PersonError) -> WebResult<(StatusCode, String)> {
    match error {
        PersonError::NotFound => Err(WebError::NotFound),
        PersonError::NotAdmin => Err(WebError::Forbidden(error.to_string())),
        PersonError::Store(error) => Err(error.into()),
        error => Ok((StatusCode::UNPROCESSABLE_ENTITY, error.to_string())),
    }
}

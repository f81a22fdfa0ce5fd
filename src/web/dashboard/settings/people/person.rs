//! One colleague, as Admins manage them.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::ids::StaffUserId;
use domain::organizations::Role;
use domain::staff::StaffUser;
use serde::Deserialize;
use store::Tx;

use super::{HERE, said};
use crate::app::App;
use crate::use_cases::staff::{self, Manager, Owned, PersonError};
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Admin, Reauthenticated, Staff};

#[derive(Template)]
#[template(path = "dashboard/settings/people/person.html")]
struct PersonPage {
    shell: Shell,
    person: StaffUser,
    /// What is in the form.
    typed: String,
    role: Role,
    owned: Owned,
    /// Who can take over from this person.
    successors: Vec<StaffUser>,
    is_me: bool,
    has_second_factor: bool,
    error: String,
}

impl PersonPage {
    fn is(&self, role: Role) -> bool {
        self.role == role
    }
}

#[derive(Deserialize)]
pub(super) struct PersonForm {
    name: String,
    role: String,
}

#[derive(Deserialize)]
pub(super) struct SuccessorForm {
    #[serde(default)]
    to: String,
}

pub(super) async fn page(
    State(app): State<App>,
    Admin(staff): Admin,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    page::html(&load(&app, &staff, page::id(&id)?, flash).await?)
}

async fn load(app: &App, staff: &Staff, id: StaffUserId, flash: Flash) -> WebResult<PersonPage> {
    let mut tx = app.db.read().await?;
    let org = staff.org.id;
    let found = store::staff::users::by_id(&mut tx, org, id).await?;
    let person = found.ok_or(WebError::NotFound)?;
    let mut successors = store::staff::users::active(&mut tx, org).await?;
    successors.retain(|user| user.role >= Role::Editor && user.id != id);
    Ok(PersonPage {
        shell: Shell::new(&mut tx, staff, Section::Settings, flash).await?,
        typed: person.name.clone(),
        role: person.role,
        owned: staff::owned(&mut tx, org, id).await?,
        successors,
        is_me: staff.user.id == id,
        has_second_factor: store::staff::second_factors::is_confirmed(&mut tx, org, id).await?,
        error: String::new(),
        person,
    })
}

pub(super) async fn save(
    State(app): State<App>,
    Reauthenticated(Admin(staff)): Reauthenticated<Admin>,
    Path(id): Path<String>,
    Form(form): Form<PersonForm>,
) -> WebResult {
    let id = page::id(&id)?;
    let role: Role = form.role.parse().map_err(WebError::BadRequest)?;
    let mut tx = app.db.begin().await?;
    let manager = Manager::Admin(staff.action(&app));
    match staff::change(&mut tx, manager, id, &form.name, role).await {
        Ok(user) => {
            // Without the role, this person's page is out of reach.
            let to = if staff.user.id == id && role < Role::Admin {
                HERE.to_owned()
            } else {
                format!("{HERE}/{id}")
            };
            let message = format!("Saved. {} is {}.", user.name, role.with_article());
            done(tx, &to, &message).await
        }
        Err(error) => {
            drop(tx);
            let (status, error) = said(error)?;
            let page = PersonPage {
                typed: form.name,
                role,
                error,
                ..load(&app, &staff, id, Flash::default()).await?
            };
            page::html_with(status, &page)
        }
    }
}

pub(super) async fn deactivate(
    State(app): State<App>,
    Reauthenticated(Admin(staff)): Reauthenticated<Admin>,
    Path(id): Path<String>,
    Form(form): Form<SuccessorForm>,
) -> WebResult {
    let id = page::id(&id)?;
    let successor = match form.to.as_str() {
        "" => None,
        // What can't be an id is nobody who could take over.
        to => match to.parse() {
            Ok(id) => Some(id),
            Err(_) => return refused(&app, &staff, id, PersonError::BadSuccessor).await,
        },
    };
    let mut tx = app.db.begin().await?;
    let manager = Manager::Admin(staff.action(&app));
    match staff::deactivate(&mut tx, manager, id, successor).await {
        Ok((user, owned)) => {
            let mut message = format!("{} is deactivated and signed out everywhere.", user.name);
            if let (false, Some(to)) = (owned.is_nothing(), successor) {
                let to = store::staff::users::by_id(&mut tx, staff.org.id, to).await?;
                let to = to.map_or_else(String::new, |user| user.name);
                message = format!("{message} {owned} went to {to}.");
            }
            done(tx, &format!("{HERE}/{id}"), &message).await
        }
        Err(error) => {
            drop(tx);
            refused(&app, &staff, id, error).await
        }
    }
}

pub(super) async fn reactivate(
    State(app): State<App>,
    Admin(staff): Admin,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let manager = Manager::Admin(staff.action(&app));
    let changed = staff::reactivate(&mut tx, manager, id).await;
    let said = changed.map(|user| format!("{} can sign in again.", user.name));
    answer(&app, &staff, tx, id, said).await
}

pub(super) async fn reset_password(
    State(app): State<App>,
    Reauthenticated(Admin(staff)): Reauthenticated<Admin>,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let manager = Manager::Admin(staff.action(&app));
    let changed = staff::send_reset(&mut tx, manager, id).await;
    let said =
        changed.map(|user| format!("We emailed {} a link to choose a new password.", user.email));
    answer(&app, &staff, tx, id, said).await
}

pub(super) async fn reset_second_factor(
    State(app): State<App>,
    Reauthenticated(Admin(staff)): Reauthenticated<Admin>,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let manager = Manager::Admin(staff.action(&app));
    let changed = staff::reset_second_factor(&mut tx, manager, id).await;
    let said = changed.map(|user| format!("{} can sign in without a second factor.", user.name));
    answer(&app, &staff, tx, id, said).await
}

/// Says on the person's page what was done, or what was wrong.
async fn answer(
    app: &App,
    staff: &Staff,
    tx: Tx,
    id: StaffUserId,
    said: Result<String, PersonError>,
) -> WebResult {
    match said {
        Ok(message) => done(tx, &format!("{HERE}/{id}"), &message).await,
        Err(error) => {
            drop(tx);
            refused(app, staff, id, error).await
        }
    }
}

/// The page again, with what was wrong.
async fn refused(app: &App, staff: &Staff, id: StaffUserId, error: PersonError) -> WebResult {
    let (status, error): (StatusCode, String) = said(error)?;
    let page = PersonPage {
        error,
        ..load(app, staff, id, Flash::default()).await?
    };
    page::html_with(status, &page)
}

async fn done(tx: Tx, to: &str, message: &str) -> WebResult<Response> {
    tx.commit().await?;
    Ok(see_other_saying(to, message))
}

//! Your notifications: what each of the staff hears of by email, and how.

use std::collections::BTreeMap;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use domain::email::notification::{Choice, NotificationKind};

use crate::app::App;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;

pub(super) fn router() -> Router<App> {
    Router::new().route("/dashboard/notifications", get(page).post(save))
}

const HERE: &str = "/dashboard/notifications";

#[derive(Template)]
#[template(path = "dashboard/staff/notifications.html")]
struct Notifications {
    shell: Shell,
    email: String,
    /// What this person's role hears of, and what was chosen.
    kinds: Vec<(NotificationKind, Choice)>,
}

impl Notifications {
    fn is(&self, chosen: &Choice, one: &Choice) -> bool {
        chosen == one
    }
}

async fn page(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, Section::Settings, flash).await?;
    let chosen =
        store::email::staff_preferences::of_user(&mut tx, staff.org.id, staff.user.id).await?;
    page::html(&Notifications {
        shell,
        email: staff.user.email.to_string(),
        kinds: kinds(&staff)
            .map(|kind| (kind, chosen.get(&kind).copied().unwrap_or_default()))
            .collect(),
    })
}

fn kinds(staff: &Staff) -> impl Iterator<Item = NotificationKind> {
    let role = staff.user.role;
    NotificationKind::ALL
        .into_iter()
        .filter(move |kind| role >= kind.least_role())
}

/// Everyone chooses for themselves only; what the form lacks stays.
async fn save(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<BTreeMap<String, String>>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    for kind in kinds(&staff) {
        if let Some(choice) = form.get(kind.key()) {
            let choice: Choice = choice.parse().map_err(WebError::BadRequest)?;
            store::email::staff_preferences::set(
                &mut tx,
                staff.org.id,
                staff.user.id,
                kind,
                choice,
            )
            .await?;
        }
    }
    tx.commit().await?;
    Ok(see_other_saying(HERE, "Your notifications are saved."))
}

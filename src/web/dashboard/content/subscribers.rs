//! Who gets updates by email.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::routing::{get, post};
use domain::content::update::Subscriber;

use crate::app::App;
use crate::use_cases::content::subscriptions;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};

const HERE: &str = "/dashboard/content/subscribers";

#[derive(Template)]
#[template(path = "dashboard/content/subscribers.html")]
struct SubscribersPage {
    shell: Shell,
    subscribers: Vec<Subscriber>,
}

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/content/subscribers", get(list))
        .route("/dashboard/content/subscribers/{id}/remove", post(remove))
}

async fn list(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    let mut tx = app.db.read().await?;
    page::html(&SubscribersPage {
        shell: Shell::new(&mut tx, &staff, Section::Content, flash).await?,
        subscribers: store::content::subscribers::confirmed(&mut tx, staff.org.id).await?,
    })
}

async fn remove(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
) -> WebResult {
    let mut tx = app.db.begin().await?;
    subscriptions::remove(&mut tx, staff.action(&app), page::id(&id)?).await?;
    tx.commit().await?;
    Ok(see_other_saying(HERE, "Removed: no more updates go there."))
}

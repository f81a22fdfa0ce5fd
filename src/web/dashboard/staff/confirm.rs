//! The password once more, before what can't be undone.

use askama::Template;
use axum::extract::{Query, State};
use secrecy::SecretString;
use serde::Deserialize;

use crate::app::App;
use crate::use_cases::staff;
use crate::web::dashboard::staff::login::{Next, own_path};
use crate::web::dashboard::staff::password::said;
use crate::web::http::error::WebResult;
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;

#[derive(Template)]
#[template(path = "dashboard/staff/confirm.html")]
struct ConfirmPage {
    email: String,
    next: String,
    error: String,
}

#[derive(Deserialize)]
pub(super) struct ConfirmForm {
    password: String,
    #[serde(default)]
    next: String,
}

pub(super) async fn form(staff: Staff, Query(Next { next }): Query<Next>) -> WebResult {
    page::html(&ConfirmPage {
        email: staff.user.email.to_string(),
        next: own_path(&next).to_owned(),
        error: String::new(),
    })
}

pub(super) async fn confirm(
    State(app): State<App>,
    staff: Staff,
    Form(form): Form<ConfirmForm>,
) -> WebResult {
    let next = own_path(&form.next);
    let act = staff.action(&app);
    let present = SecretString::from(form.password);
    if let Err(error) = staff::check_present(&app.db, act, present).await {
        let (status, error) = said(error)?;
        let page = ConfirmPage {
            email: staff.user.email.to_string(),
            next: next.to_owned(),
            error,
        };
        return page::html_with(status, &page);
    }
    let (org, now) = (staff.org.id, app.ambient.now());
    let mut tx = app.db.begin().await?;
    store::staff::sessions::confirm(&mut tx, org, &staff.session_hash, now).await?;
    tx.commit().await?;
    let message = "Thank you. Nothing was done yet: choose it again now.";
    Ok(see_other_saying(next, message))
}

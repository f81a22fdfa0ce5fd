//! The outbox: every email that is to be sent, was sent, or could not be.

use askama::Template;
use axum::Router;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use domain::audit::Action;
use domain::email::message::EmailState;
use domain::ids::EmailId;
use serde::Deserialize;
use store::Tx;
use store::email::list::{self, ListEmail};

use crate::app::App;
use crate::use_cases::email::test_email;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::page;
use crate::web::http::staff_session::{Admin, Staff};
use crate::web::limits::EMAILS;

pub(super) fn router() -> Router<App> {
    Router::new()
        .route("/dashboard/settings/email", get(page))
        .route("/dashboard/settings/mail", get(moved))
        .route("/dashboard/settings/email/test", post(test))
        .route("/dashboard/settings/email/{id}/retry", post(retry))
        .route("/dashboard/settings/email/{id}/cancel", post(cancel))
}

const HERE: &str = "/dashboard/settings/email";

#[derive(Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    state: String,
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "dashboard/settings/email.html")]
struct Outbox {
    shell: Shell,
    /// Whether there is a mail server to hand emails to.
    has_server: bool,
    /// How many emails are in each state.
    counts: Vec<(EmailState, i64)>,
    state: Option<EmailState>,
    emails: Vec<ListEmail>,
    later: bool,
    older: Option<EmailId>,
}

impl Outbox {
    fn shows(&self, one: &EmailState) -> bool {
        self.state == Some(*one)
    }

    fn key(&self) -> &'static str {
        self.state.map_or("", EmailState::key)
    }
}

async fn page(
    State(app): State<App>,
    Admin(staff): Admin,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let org = staff.org.id;
    let state = EmailState::from_key(&asked.state);
    let before = EmailId::parse(&asked.before);
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, Section::Settings, flash).await?;
    let mut counts = Vec::new();
    for one in EmailState::ALL {
        counts.push((one, store::email::count(&mut tx, org, one).await?));
    }
    let one_more = i64::try_from(EMAILS + 1).unwrap_or(i64::MAX);
    let mut emails = list::page(&mut tx, org, state, before, one_more).await?;
    let more = emails.len() > EMAILS;
    emails.truncate(EMAILS);
    page::html(&Outbox {
        shell,
        has_server: app.config.smtp_url.is_some(),
        counts,
        state,
        older: emails.last().filter(|_| more).map(|email| email.id),
        emails,
        later: before.is_some(),
    })
}

/// The page's address until version 0.1, which may stand in a bookmark.
async fn moved(_: Admin) -> Response {
    page::see_other(HERE)
}

async fn test(State(app): State<App>, Admin(staff): Admin) -> WebResult {
    let mut tx = app.db.begin().await?;
    test_email::send(&mut tx, staff.action(&app)).await?;
    tx.commit().await?;
    let said = format!("A test email is on its way to {}.", staff.user.email);
    Ok(see_other_saying(HERE, &said))
}

async fn retry(State(app): State<App>, Admin(staff): Admin, Path(id): Path<String>) -> WebResult {
    let id: EmailId = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let now = app.ambient.now();
    let email = list::retry(&mut tx, staff.org.id, id, now).await?;
    let email = changed(&mut tx, &app, &staff, email, Action::RetriedEmail).await?;
    tx.commit().await?;
    Ok(see_other_saying(
        HERE,
        &format!("The email to {email} is tried again."),
    ))
}

async fn cancel(State(app): State<App>, Admin(staff): Admin, Path(id): Path<String>) -> WebResult {
    let id: EmailId = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let email = list::cancel(&mut tx, staff.org.id, id).await?;
    let email = changed(&mut tx, &app, &staff, email, Action::CancelledEmail).await?;
    tx.commit().await?;
    Ok(see_other_saying(
        HERE,
        &format!("The email to {email} is not sent."),
    ))
}

/// Notes in the audit log what was done; answers to whom the email was.
async fn changed(
    tx: &mut Tx,
    app: &App,
    staff: &Staff,
    email: Option<(String, String)>,
    action: Action,
) -> WebResult<String> {
    let (to, subject) = email.ok_or_else(|| {
        let stale = "This email is in another state by now. Go back and reload the page.";
        WebError::Stale(stale.to_owned())
    })?;
    let detail = format!("{to}: {subject}");
    staff.action(app).audit(tx, action, &detail).await?;
    Ok(to)
}

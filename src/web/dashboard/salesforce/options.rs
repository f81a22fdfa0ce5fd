//! Switches and options, each saved on its own.

use axum::extract::{Path, State};
use domain::activities::ActivityKind;
use domain::matching::candidates::RecordId;
use domain::salesforce::{ConnectionOptions, DefaultOwner};
use serde::Deserialize;

use super::answer::Reply;
use super::gate::SalesforceAdmin;
use crate::app::App;
use crate::salesforce_connection;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::form::Form;

/// A checkbox: the field is absent where it isn't ticked.
#[derive(Deserialize)]
pub(super) struct Tick {
    on: Option<String>,
}

pub(super) async fn switch(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Path(kind): Path<String>,
    Form(tick): Form<Tick>,
) -> WebResult {
    let kind = ActivityKind::from_key(&kind).ok_or(WebError::NotFound)?;
    let on = tick.on.is_some();
    let done = salesforce_connection::save_switch(&app, admin.staff.action(&app), kind, on).await;
    reply.to(
        "activities",
        done.map(|()| saved(&admin.staff.org.subject_prefix, kind, on)),
    )
}

fn saved(prefix: &str, kind: ActivityKind, on: bool) -> String {
    let title = kind.title();
    if on {
        format!("{prefix}: {title} is on, for what happens from now on.")
    } else {
        format!("{prefix}: {title} is off.")
    }
}

pub(super) async fn option(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Path(name): Path<String>,
    Form(tick): Form<Tick>,
) -> WebResult {
    let on = tick.on.is_some();
    let (part, set) = known(&name).ok_or(WebError::NotFound)?;
    let done = salesforce_connection::save_options(&app, admin.staff.action(&app), |options| {
        set(options, on);
    })
    .await;
    let words = if on { "Saved: on." } else { "Saved: off." };
    reply.to(part, done.map(|()| words))
}

type Set = fn(&mut ConnectionOptions, bool);

/// The part of the modal an option is in, and how it is set.
fn known(name: &str) -> Option<(&'static str, Set)> {
    Some(match name {
        "create_contact" => ("activities", |options, on| options.create_contact = on),
        "create_lead" => ("activities", |options, on| options.create_lead = on),
        "assignment_rule" => ("activities", |options, on| {
            options.skip_lead_assignment = !on;
        }),
        "mark_completed" => ("activities", |options, on| options.mark_completed = on),
        "associate_contact" => ("tasks", |options, on| options.associate_contact = on),
        _ => return None,
    })
}

/// Empty for no default owner.
#[derive(Deserialize)]
pub(super) struct Owner {
    #[serde(default)]
    id: String,
}

pub(super) async fn owner(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Form(owner): Form<Owner>,
) -> WebResult {
    let act = admin.staff.action(&app);
    let chosen = match owner.id.trim() {
        "" => None,
        id => match salesforce_connection::active_user(&app, act, &RecordId::new(id)).await {
            Ok(user) => Some(DefaultOwner {
                id: user.id,
                name: user.name,
            }),
            Err(error) => return reply.to("tasks", Err::<String, _>(error)),
        },
    };
    let words = match &chosen {
        Some(owner) => format!("{} is the default task owner.", owner.name),
        None => "There is no default task owner anymore.".to_owned(),
    };
    let done =
        salesforce_connection::save_options(&app, act, |options| options.default_owner = chosen)
            .await;
    reply.to("tasks", done.map(|()| words))
}

#[derive(Deserialize)]
pub(super) struct LeadField {
    #[serde(default)]
    lead_account_field: String,
}

pub(super) async fn lead_field(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Form(form): Form<LeadField>,
) -> WebResult {
    let done = salesforce_connection::save_lead_field(
        &app,
        admin.staff.action(&app),
        &form.lead_account_field,
    )
    .await;
    let words = |field| match field {
        Some(field) => format!("New Leads are linked to Accounts by {field} from now on."),
        None => "New Leads aren’t linked to Accounts.".to_owned(),
    };
    reply.to("tasks", done.map(words))
}

#[derive(Deserialize)]
pub(super) struct Prefix {
    #[serde(default)]
    subject_prefix: String,
}

pub(super) async fn prefix(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Form(form): Form<Prefix>,
) -> WebResult {
    let done = salesforce_connection::save_subject_prefix(
        &app,
        admin.staff.action(&app),
        &form.subject_prefix,
    )
    .await;
    reply.to(
        "tasks",
        done.map(|()| "Subjects of Tasks begin with it from now on."),
    )
}

#[derive(Deserialize)]
pub(super) struct ApiShare {
    #[serde(default)]
    api_share: String,
}

pub(super) async fn api_share(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Form(form): Form<ApiShare>,
) -> WebResult {
    let done =
        salesforce_connection::save_quota_share(&app, admin.staff.action(&app), &form.api_share)
            .await;
    let words = |share| format!("Gatehouse may use {share}% of the org’s API calls.");
    reply.to("sync", done.map(words))
}

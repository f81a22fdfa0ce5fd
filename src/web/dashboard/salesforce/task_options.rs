//! How the Tasks of one kind look: the form beside its switch.

use axum::extract::{Path, State};
use domain::activities::ActivityKind;
use domain::salesforce::Connection;
use serde::Deserialize;

use super::answer::Reply;
use super::gate::SalesforceAdmin;
use crate::app::App;
use crate::salesforce_connection::{self, Mapping, TaskForm, org_profile, usual_status};
use crate::web::error::{WebError, WebResult};
use crate::web::http::form::Form;

/// The form as it stands.
pub struct TaskOptionsView {
    /// Whether what happens of this kind is about an item or a file.
    pub has_item: bool,
    pub names_item: bool,
    pub without_due_date: bool,
    /// The username of who was chosen to own them; empty for the usual owners.
    pub owner: String,
    /// Whether the Status that is written closes the Task.
    pub is_closed: bool,
    pub statuses: Choices,
    pub priorities: Choices,
    /// Whether any of it isn't as usual.
    pub is_changed: bool,
}

/// A list to choose from.
pub struct Choices {
    /// What is written where nothing is chosen.
    pub usual: String,
    pub all: Vec<String>,
    /// Empty where it is as usual.
    pub chosen: String,
    /// What was chosen isn't in the list anymore, so the usual one is written.
    pub is_gone: bool,
}

impl Choices {
    fn new(usual: String, all: Vec<String>, chosen: Option<&str>) -> Self {
        let chosen = chosen.unwrap_or_default();
        let is_gone = !chosen.is_empty() && !all.iter().any(|one| one == chosen);
        Self {
            usual,
            chosen: if is_gone {
                String::new()
            } else {
                chosen.to_owned()
            },
            all,
            is_gone,
        }
    }
}

impl TaskOptionsView {
    pub(super) fn new(kind: ActivityKind, connection: &Connection) -> Self {
        let profile = org_profile(connection);
        let options = Mapping::of(connection).options(kind);
        let usual = profile.as_ref().map_or_else(String::new, |profile| {
            usual_status(kind, connection, profile).to_owned()
        });
        let (statuses, priorities, usual_priority) = profile.map_or_else(Default::default, |one| {
            (one.statuses, one.priorities, one.default_priority)
        });
        let names = statuses.iter().map(|one| one.name.clone()).collect();
        let chosen = Choices::new(usual, names, options.status.as_deref());
        let written = if chosen.chosen.is_empty() {
            &chosen.usual
        } else {
            &chosen.chosen
        };
        let closes = |name: &str| {
            let status = statuses.iter().find(|one| one.name == name);
            status.and_then(|one| one.is_closed) == Some(true)
        };
        Self {
            has_item: has_item(kind),
            names_item: options.names_item,
            without_due_date: options.without_due_date,
            is_closed: closes(written),
            priorities: Choices::new(usual_priority, priorities, options.priority.as_deref()),
            statuses: chosen,
            is_changed: !options.is_usual(),
            owner: options
                .owner
                .map_or_else(String::new, |owner| owner.username),
        }
    }
}

const fn has_item(kind: ActivityKind) -> bool {
    match kind {
        ActivityKind::RequestedAccess
        | ActivityKind::CommentOnStatusPage
        | ActivityKind::FileDownloaded
        | ActivityKind::QuestionnaireUploaded => true,
        ActivityKind::AccountCreated
        | ActivityKind::AccountMemberAdded
        | ActivityKind::NdaSigned
        | ActivityKind::StatusPageView => false,
    }
}

#[derive(Deserialize)]
pub(super) struct Chosen {
    names_item: Option<String>,
    #[serde(default)]
    status: String,
    #[serde(default)]
    priority: String,
    /// `day` or `none`.
    #[serde(default)]
    due: String,
    #[serde(default)]
    owner: String,
}

pub(super) async fn save(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Path(kind): Path<String>,
    Form(chosen): Form<Chosen>,
) -> WebResult {
    let kind = ActivityKind::from_key(&kind).ok_or(WebError::NotFound)?;
    let form = TaskForm {
        names_item: chosen.names_item.is_some() && has_item(kind),
        status: chosen.status,
        priority: chosen.priority,
        without_due_date: chosen.due == "none",
        owner: chosen.owner,
    };
    let act = admin.staff.action(&app);
    let done = salesforce_connection::save_task_options(&app, act, kind, form).await;
    let message = format!("Saved for {} Tasks that aren’t written yet.", kind.title());
    reply.to("activities", done.map(|()| message))
}

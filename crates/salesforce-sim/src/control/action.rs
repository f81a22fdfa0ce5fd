//! What can be done to an org by `POST /_sim/do`.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::refused;
use crate::{DuplicateAction, FieldAccess, FieldSeed, Id, ObjectAccess, Sim};

/// A user, by login or id.
#[derive(Deserialize)]
#[serde(transparent)]
pub(crate) struct Who(String);

/// What a simple validation rule looks at.
#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Looks {
    /// The field is empty.
    Blank,
    /// The field is exactly this.
    Equals(String),
    /// The field contains this.
    Contains(String),
}

/// The codes seen where a user may not create records of an object.
#[derive(Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Refusal {
    CannotInsertUpdateActivateEntity,
    InsufficientAccessOrReadonly,
}

impl Refusal {
    fn text(&self) -> &'static str {
        match self {
            Self::CannotInsertUpdateActivateEntity => "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            Self::InsufficientAccessOrReadonly => "INSUFFICIENT_ACCESS_OR_READONLY",
        }
    }
}

/// An act of an administrator, or of fate.
#[derive(Deserialize)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Action {
    SetActive {
        user: Who,
        active: bool,
    },
    ApiEnabled {
        user: Who,
        enabled: bool,
    },
    MayApproveApps {
        user: Who,
        may: bool,
    },
    ObjectAccess {
        user: Who,
        object: String,
        access: ObjectAccess,
    },
    FieldAccess {
        user: Who,
        object: String,
        field: String,
        access: Option<FieldAccess>,
    },
    HideRecord {
        user: Who,
        record: Id,
        hidden: bool,
    },
    SeesOthersTasks {
        user: Who,
        sees: bool,
    },
    ViewsSetup {
        user: Who,
        views: bool,
    },
    RecordType {
        object: String,
        name: Option<String>,
    },
    AssignLeads {
        to: Option<Id>,
    },
    StorageFull {
        full: bool,
    },
    CreateRefusal {
        code: Refusal,
    },
    ConvertLead {
        lead: Id,
        contact: Id,
        account: Id,
    },
    Merge {
        loser: Id,
        winner: Id,
    },
    Delete {
        id: Id,
    },
    TaskStatuses {
        values: Vec<(String, bool, bool)>,
    },
    TaskPriorities {
        values: Vec<(String, bool, bool)>,
    },
    RestrictedPicklist {
        object: String,
        field: String,
        restricted: bool,
    },
    AddField {
        object: String,
        field: FieldSeed,
    },
    RequireField {
        object: String,
        field: String,
    },
    ValidationRule {
        object: String,
        field: String,
        refuse_if: Looks,
        message: String,
    },
    ClearValidationRules {
        object: String,
    },
    DuplicateRule {
        object: String,
        rule: Option<DuplicateAction>,
    },
    TimeZone {
        zone: String,
    },
    ApiLimit {
        limit: u64,
    },
    ResetApiCalls,
    ExpireAccessTokens,
    RevokeEverything,
}

/// Performs an action.
pub(crate) async fn perform(State(sim): State<Arc<Sim>>, Json(action): Json<Action>) -> Response {
    match act(&sim, action) {
        Ok(()) => StatusCode::NO_CONTENT.into_response(),
        Err(message) => refused(&message),
    }
}

fn act(sim: &Sim, action: Action) -> Result<(), String> {
    match action {
        Action::SetActive { user, active } => sim.set_active(user.id(sim)?, active),
        Action::ApiEnabled { user, enabled } => sim.set_api_enabled(user.id(sim)?, enabled),
        Action::MayApproveApps { user, may } => sim.set_may_approve_apps(user.id(sim)?, may),
        Action::ObjectAccess {
            user,
            object,
            access,
        } => {
            known(sim, &object, None)?;
            sim.restrict_object(user.id(sim)?, &object, access);
        }
        Action::FieldAccess {
            user,
            object,
            field,
            access,
        } => {
            known(sim, &object, Some(&field))?;
            sim.restrict_field(user.id(sim)?, &object, &field, access);
        }
        Action::HideRecord {
            user,
            record,
            hidden,
        } => sim.hide_record(user.id(sim)?, record, hidden),
        Action::ConvertLead {
            lead,
            contact,
            account,
        } => sim.convert_lead(lead, contact, account),
        Action::SeesOthersTasks { user, sees } => {
            sim.set_sees_others_tasks(user.id(sim)?, sees);
        }
        Action::ViewsSetup { user, views } => sim.set_views_setup(user.id(sim)?, views),
        Action::RecordType { object, name } => sim.set_record_type(&object, name.as_deref()),
        Action::AssignLeads { to } => sim.assign_leads(to),
        Action::StorageFull { full } => sim.set_storage_full(full),
        Action::CreateRefusal { code } => sim.configure(|org| org.create_refusal = code.text()),
        Action::Merge { loser, winner } => sim.merge(loser, winner),
        Action::Delete { id } => sim.delete(id),
        Action::TimeZone { zone } => {
            jiff::tz::TimeZone::get(&zone).map_err(|e| e.to_string())?;
            sim.set_time_zone(&zone);
        }
        Action::ApiLimit { limit } => sim.set_api_limit(limit),
        Action::ResetApiCalls => sim.reset_api_calls(),
        Action::ExpireAccessTokens => sim.expire_access_tokens(),
        Action::RevokeEverything => sim.revoke_everything(),
        setup => set_up(sim, setup)?,
    }
    Ok(())
}

/// Changes of the schema and its rules.
fn set_up(sim: &Sim, action: Action) -> Result<(), String> {
    match action {
        Action::TaskStatuses { values } => sim.rename_task_statuses(&borrowed(&values)),
        Action::TaskPriorities { values } => sim.rename_task_priorities(&borrowed(&values)),
        Action::RestrictedPicklist {
            object,
            field,
            restricted,
        } => {
            known(sim, &object, Some(&field))?;
            sim.set_restricted(&object, &field, restricted);
        }
        Action::AddField { object, field } => {
            known(sim, &object, None)?;
            sim.add_field(&object, field);
        }
        Action::RequireField { object, field } => {
            known(sim, &object, None)?;
            sim.require_field(&object, &field);
        }
        Action::ValidationRule {
            object,
            field,
            refuse_if,
            message,
        } => {
            known(sim, &object, Some(&field))?;
            sim.add_validation_rule(&object, &message, move |record| match &refuse_if {
                Looks::Blank => record.value(&field).is_null(),
                Looks::Equals(text) => record.text(&field) == text,
                Looks::Contains(text) => record.text(&field).contains(text.as_str()),
            });
        }
        Action::ClearValidationRules { object } => {
            known(sim, &object, None)?;
            sim.clear_validation_rules(&object);
        }
        Action::DuplicateRule { object, rule } => {
            known(sim, &object, None)?;
            sim.duplicate_rule(&object, rule);
        }
        _ => return Err("not an act of setup".to_owned()),
    }
    Ok(())
}

fn borrowed(values: &[(String, bool, bool)]) -> Vec<(&str, bool, bool)> {
    values
        .iter()
        .map(|(name, flag, default)| (name.as_str(), *flag, *default))
        .collect()
}

fn known(sim: &Sim, object: &str, field: Option<&str>) -> Result<(), String> {
    sim.with(|org, _| {
        let no = org
            .data
            .schema
            .find(object)
            .ok_or_else(|| format!("no object {object}"))?;
        match field.filter(|field| org.data.object(no).field_no(field).is_none()) {
            Some(field) => Err(format!("{object} has no field {field}")),
            None => Ok(()),
        }
    })
}

impl Who {
    fn id(&self, sim: &Sim) -> Result<Id, String> {
        let by_login = sim.with(|org, _| org.user_by_name(&self.0));
        by_login
            .or_else(|| self.0.parse().ok())
            .ok_or_else(|| format!("no user {}", self.0))
    }
}

//! Envelopes and templates over the REST API.

use std::sync::Arc;

use axum::extract::{Path, Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::account::Sim;
use crate::error::ApiError;
use crate::model::{Envelope, Status, View};
use crate::validate::{Definition, TEMPLATE_RECIPIENT, check};
use crate::{paper, random};

type Answer = Result<Response, ApiError>;

/// How long the page to sign may be opened, in seconds.
const VIEW_SECONDS: i64 = 300;

pub(crate) fn routes() -> Router<Arc<Sim>> {
    Router::new()
        .route("/envelopes", post(create).get(list))
        .route("/envelopes/{id}", get(read).put(change))
        .route("/envelopes/{id}/views/recipient", post(view))
        .route("/envelopes/{id}/documents/{document}", get(document))
        .route("/templates/{id}", get(template))
}

async fn create(
    State(sim): State<Arc<Sim>>,
    Path(_): Path<String>,
    Json(definition): Json<Definition>,
) -> Answer {
    let mut state = sim.state();
    let checked = check(&state, &definition)?;
    let transaction = &definition.transaction_id;
    let before = state
        .envelopes
        .iter()
        .find(|envelope| !transaction.is_empty() && envelope.transaction == *transaction);
    let id = before.map_or_else(random::guid, |envelope| envelope.id.clone());
    if before.is_none() {
        state.envelopes.push(Envelope {
            id: id.clone(),
            transaction: transaction.clone(),
            subject: definition.email_subject.clone(),
            documents: checked.documents,
            name: checked.signer.name,
            email: checked.signer.email,
            client_user_id: checked.signer.client_user_id,
            recipient_id: checked.signer.recipient_id,
            status: Status::Sent,
            reason: String::new(),
            created_at: sim.clock.now(),
            completed_at: None,
            webhook: checked.webhook,
        });
    }
    let body = json!({ "envelopeId": id, "status": "sent", "uri": format!("/envelopes/{id}") });
    Ok((axum::http::StatusCode::CREATED, Json(body)).into_response())
}

/// What to answer beside the envelope itself.
#[derive(Deserialize)]
struct Include {
    #[serde(default)]
    include: String,
}

impl Include {
    /// Recipients are told only to who asks for them.
    fn of(&self, envelope: &Envelope) -> Value {
        let mut body = summary(envelope);
        if !self.include.split(',').any(|part| part == "recipients")
            && let Some(body) = body.as_object_mut()
        {
            body.remove("recipients");
        }
        body
    }
}

/// An envelope with its recipients, as the REST API and the messages show it.
pub(crate) fn summary(envelope: &Envelope) -> Value {
    let mut signer = json!({
        "recipientId": envelope.recipient_id,
        "name": envelope.name,
        "email": envelope.email,
        "clientUserId": envelope.client_user_id,
        "status": envelope.status.word(),
    });
    let mut body = json!({
        "envelopeId": envelope.id,
        "status": envelope.status.word(),
        "emailSubject": envelope.subject,
        "createdDateTime": envelope.created_at.to_string(),
    });
    if let Some(at) = envelope.completed_at {
        body["completedDateTime"] = at.to_string().into();
    }
    match envelope.status {
        Status::Declined => signer["declinedReason"] = envelope.reason.as_str().into(),
        Status::Voided => body["voidedReason"] = envelope.reason.as_str().into(),
        Status::Sent | Status::Delivered | Status::Completed => {}
    }
    body["recipients"] = json!({ "signers": [signer] });
    body
}

#[derive(Deserialize)]
struct Filter {
    envelope_ids: Option<String>,
    transaction_ids: Option<String>,
}

async fn list(
    State(sim): State<Arc<Sim>>,
    Query(filter): Query<Filter>,
    Query(include): Query<Include>,
) -> Answer {
    let names = |list: &Option<String>| -> Vec<String> {
        let list = list.iter().flat_map(|list| list.split(','));
        list.map(str::to_ascii_lowercase).collect()
    };
    let (ids, transactions) = (names(&filter.envelope_ids), names(&filter.transaction_ids));
    if ids.is_empty() && transactions.is_empty() {
        return Err(ApiError::bad(
            "INVALID_REQUEST_PARAMETER",
            "Name envelope_ids, transaction_ids or a from_date.",
        ));
    }
    let state = sim.state();
    let found: Vec<_> = state
        .envelopes
        .iter()
        .filter(|envelope| {
            ids.contains(&envelope.id) || transactions.contains(&envelope.transaction)
        })
        .map(|envelope| include.of(envelope))
        .collect();
    let mut body = json!({ "resultSetSize": found.len().to_string() });
    // An empty list has no such member at all.
    if !found.is_empty() {
        body["envelopes"] = found.into();
    }
    Ok(Json(body).into_response())
}

async fn read(
    State(sim): State<Arc<Sim>>,
    Path((_, id)): Path<(String, String)>,
    Query(include): Query<Include>,
) -> Answer {
    let mut state = sim.state();
    let envelope = state.envelope(&id).ok_or_else(ApiError::no_envelope)?;
    Ok(Json(include.of(envelope)).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Change {
    status: String,
    #[serde(default)]
    voided_reason: String,
}

async fn change(
    State(sim): State<Arc<Sim>>,
    Path((_, id)): Path<(String, String)>,
    Json(change): Json<Change>,
) -> Answer {
    if change.status != "voided" || change.voided_reason.is_empty() {
        return Err(ApiError::body("An envelope is voided with a reason."));
    }
    if sim.state().envelope(&id).is_none() {
        return Err(ApiError::no_envelope());
    }
    if !sim.close(&id, Status::Voided, &change.voided_reason).await {
        return Err(ApiError::bad(
            "ENVELOPE_CANNOT_VOID_INVALID_STATE",
            "Only envelopes that are sent or delivered may be voided.",
        ));
    }
    Ok(Json(json!({ "envelopeId": id })).into_response())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ViewRequest {
    return_url: String,
    authentication_method: String,
    user_name: String,
    email: String,
    client_user_id: String,
    #[serde(default)]
    recipient_id: String,
}

async fn view(
    State(sim): State<Arc<Sim>>,
    Path((_, id)): Path<(String, String)>,
    Json(asked): Json<ViewRequest>,
) -> Answer {
    let now = sim.clock.now();
    let mut state = sim.state();
    let envelope = state.envelope(&id).ok_or_else(ApiError::no_envelope)?;
    let same = envelope.name == asked.user_name
        && envelope.email.eq_ignore_ascii_case(&asked.email)
        && envelope.client_user_id == asked.client_user_id
        && (asked.recipient_id.is_empty() || envelope.recipient_id == asked.recipient_id);
    if !same {
        return Err(ApiError::bad(
            "UNKNOWN_ENVELOPE_RECIPIENT",
            "The recipient you have identified is not a valid recipient of the envelope.",
        ));
    }
    if asked.authentication_method.is_empty() || url::Url::parse(&asked.return_url).is_err() {
        return Err(ApiError::bad(
            "INVALID_REQUEST_PARAMETER",
            "A field is missing.",
        ));
    }
    if !envelope.status.is_open() && envelope.status != Status::Completed {
        return Err(ApiError::bad(
            "ENVELOPE_IN_INVALID_STATE",
            "The envelope is not in a state in which it can be signed.",
        ));
    }
    let view = View {
        envelope: envelope.id.clone(),
        return_url: asked.return_url,
        expires_at: now + std::time::Duration::from_secs(VIEW_SECONDS.unsigned_abs()),
    };
    let token = random::token();
    state.views.insert(token.clone(), view);
    let url = format!("{}/Signing/{token}", sim.config.url);
    Ok((axum::http::StatusCode::CREATED, Json(json!({ "url": url }))).into_response())
}

async fn document(
    State(sim): State<Arc<Sim>>,
    Path((_, id, document)): Path<(String, String, String)>,
) -> Answer {
    let mut state = sim.state();
    let envelope = state.envelope(&id).ok_or_else(ApiError::no_envelope)?;
    let pdf = match document.as_str() {
        "combined" => paper::combined(envelope),
        "certificate" => paper::certificate(envelope),
        _ => {
            return Err(ApiError::bad(
                "DOCUMENT_DOES_NOT_EXIST",
                "No such document.",
            ));
        }
    };
    let pdf = pdf.map_err(|error| ApiError::body(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}

async fn template(State(sim): State<Arc<Sim>>, Path((_, id)): Path<(String, String)>) -> Answer {
    let state = sim.state();
    let found = state.templates.iter().find(|template| template.id == id);
    let template =
        found.ok_or_else(|| ApiError::bad("TEMPLATE_ID_INVALID", "Invalid template ID."))?;
    let signers: Vec<_> = template
        .roles
        .iter()
        .map(|role| json!({ "roleName": role, "recipientId": TEMPLATE_RECIPIENT }))
        .collect();
    Ok(Json(json!({
        "templateId": template.id,
        "name": template.name,
        "recipients": { "signers": signers },
    }))
    .into_response())
}

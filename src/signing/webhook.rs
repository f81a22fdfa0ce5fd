//! Hearing DocuSign. Whoever knows the address may post to it; only what is signed
//! with one of the organization's keys is believed.

use docusign::{is_authentic, read_event};
use reqwest::header::HeaderMap;
use tracing::instrument;

use super::error::SigningError;
use super::{envelope_status, settings};
use crate::app::App;

/// What came of a message.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Heard {
    /// It is known now, or was before.
    Noted,
    /// About an envelope that is none of ours.
    Unknown,
    /// Nobody's address, or no signature that proves DocuSign.
    Refused,
    /// Signed, but not in the form that is read here.
    Unreadable,
}

/// Takes a message: its headers, and its body byte for byte.
#[instrument(name = "signing.webhook.hear", skip_all)]
pub async fn hear(
    app: &App,
    webhook: &str,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Heard, SigningError> {
    let mut tx = app.db.read().await?;
    let org = store::nda::docusign::org_of_webhook(&mut tx, webhook).await?;
    drop(tx);
    let Some(org) = org else {
        return Ok(Heard::Refused);
    };
    let keys = settings::webhook_keys(app, org).await?;
    if !is_authentic(headers, body, &keys) {
        tracing::warn!(%org, keys = keys.len(), "a message without a valid signature of DocuSign was refused");
        return Ok(Heard::Refused);
    }
    let Ok(event) = read_event(body) else {
        tracing::warn!(%org, "DocuSign sent something other than JSON events");
        return Ok(Heard::Unreadable);
    };
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    store::nda::docusign::set_heard(&mut tx, org, now).await?;
    let found = store::nda::envelopes::by_envelope(&mut tx, org, &event.envelope).await?;
    let same_sender = |found: &::domain::nda::docusign::Envelope| {
        event.sender.is_empty() || event.sender == found.sender
    };
    let Some(envelope) = found.filter(same_sender) else {
        tx.commit().await?;
        tracing::info!(%org, envelope = event.envelope, event = event.name, "an envelope that is none of ours");
        return Ok(Heard::Unknown);
    };
    if event.facts.is_none() {
        store::nda::envelopes_due::look_now(&mut tx, org, envelope.id, now).await?;
    }
    tx.commit().await?;
    if let Some(facts) = &event.facts {
        envelope_status::learn(app, org, envelope.id, facts).await?;
    }
    Ok(Heard::Noted)
}

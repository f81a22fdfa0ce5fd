//! What DocuSign says of an envelope, and what follows from it here.

use domain::activities::{ActivityKind, Details, NewActivity};
use domain::ids::{EnvelopeId, OrganizationId};
use domain::nda::docusign::{Envelope, EnvelopeFacts, EnvelopeStatus};
use domain::nda::{AccountNda, NdaKind};
use domain::organizations::Organization;
use jiff::Timestamp;
use store::Tx;
use tracing::instrument;

use super::error::SigningError;
use super::limits::CHECK_EVERY;
use super::limits::STATUS_TRIES;
use super::settings::{self, Setup};
use crate::app::App;
use crate::use_cases::activities::record;
use crate::use_cases::email::notification::Notification;
use crate::use_cases::organizations::address::StatusAddress;

/// Notes what DocuSign said, in whatever order and however often it comes. The first
/// that says “completed” opens the account, records the activity and thanks the
/// signer. Answers how far the envelope is then.
#[instrument(name = "signing.envelope_status.learn", skip_all, fields(%org, envelope = %id))]
pub(super) async fn learn(
    app: &App,
    org: OrganizationId,
    id: EnvelopeId,
    facts: &EnvelopeFacts,
) -> Result<EnvelopeStatus, SigningError> {
    for _ in 0..STATUS_TRIES {
        let mut tx = app.db.begin().await?;
        let found = store::nda::envelopes::by_id(&mut tx, org, id).await?;
        let envelope = found.ok_or(SigningError::NothingToSign)?;
        let status = envelope.status.then(facts.status);
        if status == envelope.status {
            return Ok(status);
        }
        let now = app.ambient.now();
        let facts = EnvelopeFacts {
            status,
            completed_at: (status == EnvelopeStatus::Completed)
                .then(|| facts.completed_at.unwrap_or(now)),
            ..facts.clone()
        };
        let due_at = next_look(status, now);
        if !store::nda::envelopes::set_facts(&mut tx, org, &envelope, &facts, due_at).await? {
            continue;
        }
        if let Some(at) = facts.completed_at {
            complete(app, &mut tx, org, &envelope, at).await?;
        }
        tx.commit().await?;
        tracing::info!(%org, envelope = envelope.envelope, %status, "news of an envelope");
        return Ok(status);
    }
    Err(store::StoreError::Busy.into())
}

/// When a worker looks at it: at once for the documents, later for what is open.
fn next_look(status: EnvelopeStatus, now: Timestamp) -> Option<Timestamp> {
    match status {
        EnvelopeStatus::Completed => Some(now),
        EnvelopeStatus::Declined | EnvelopeStatus::Voided => None,
        EnvelopeStatus::Creating | EnvelopeStatus::Sent | EnvelopeStatus::Delivered => {
            Some(now + CHECK_EVERY)
        }
    }
}

#[instrument(
    name = "signing.envelope_status.complete",
    skip_all,
    fields(org = %id, envelope = %envelope.id)
)]
async fn complete(
    app: &App,
    tx: &mut Tx,
    id: OrganizationId,
    envelope: &Envelope,
    at: Timestamp,
) -> Result<(), SigningError> {
    let org = store::organizations::by_id(tx, id).await?;
    let account = store::accounts::by_id(tx, id, envelope.account).await?;
    let visitor = store::visitors::by_id(tx, id, envelope.visitor).await?;
    let (Some(org), Some(account), Some(visitor)) = (org, account, visitor) else {
        return Err(SigningError::NothingToSign);
    };
    if account.nda.kind == NdaKind::Docusign && !account.nda.is_settled() {
        let nda = AccountNda {
            completed_at: Some(at),
            ..AccountNda::needing(NdaKind::Docusign)
        };
        store::accounts::set_nda(tx, id, account.id, &nda).await?;
    }
    let now = app.ambient.now();
    store::nda::envelopes_due::look_at_others(tx, id, account.id, envelope.id, now).await?;
    if store::accounts::note_nda_recorded(tx, id, account.id).await? {
        let what = NewActivity {
            kind: ActivityKind::NdaSigned,
            person: Some(visitor.person()),
            company: account.name.clone(),
            account: Some(account.id),
            details: Details {
                text: Some(format!(
                    "Signed as {} through DocuSign, envelope {}",
                    envelope.full_name, envelope.envelope
                )),
                page: Some(format!("/trust/{}/nda · NDA", org.slug)),
                ..Details::default()
            },
        };
        record(tx, &app.ambient, id, what).await?;
    }
    thank(app, tx, &org, &account.name, envelope).await
}

async fn thank(
    app: &App,
    tx: &mut Tx,
    org: &Organization,
    account: &str,
    envelope: &Envelope,
) -> Result<(), SigningError> {
    let address = StatusAddress::for_organization(tx, org, &app.config.public_url).await?;
    let email = Notification {
        org,
        subject: format!("You signed the NDA of {}", org.name),
        heading: "You signed the NDA",
        text: format!(
            "You signed as {} for {account}, through DocuSign (envelope {}). What is locked on \
             the trust center of {} is open to you and your colleagues now. The signed document \
             and DocuSign’s certificate are on the page below.",
            envelope.full_name, envelope.envelope, org.name
        ),
        quote: "",
        button: "See what you signed",
        link: address.page("/nda"),
        why: "You get this because you signed.",
    };
    email.send(tx, &app.ambient, org, &envelope.email).await?;
    Ok(())
}

/// Asks DocuSign about an envelope whose signer has come back, unless it was asked
/// lately. Answers how far the envelope is.
#[instrument(name = "signing.envelope_status.ask", skip_all, fields(%org, envelope = %envelope.id))]
pub async fn ask(
    app: &App,
    org: OrganizationId,
    envelope: &Envelope,
) -> Result<EnvelopeStatus, SigningError> {
    if !envelope.status.is_open() || envelope.envelope.is_empty() {
        return Ok(envelope.status);
    }
    let now = app.ambient.now();
    let since = now.saturating_sub(CHECK_EVERY).unwrap_or(now);
    let mut tx = app.db.begin().await?;
    let may = store::nda::envelopes_due::may_check(&mut tx, org, envelope.id, since, now).await?;
    tx.commit().await?;
    if !may {
        return Ok(envelope.status);
    }
    let setup = settings::setup(app, org).await?;
    let setup = setup.ok_or(SigningError::NotReady)?;
    look(app, org, &setup, envelope).await
}

/// Asks now.
#[instrument(
    name = "signing.envelope_status.look",
    skip_all,
    fields(%org, envelope = %envelope.id)
)]
pub(super) async fn look(
    app: &App,
    org: OrganizationId,
    setup: &Setup,
    envelope: &Envelope,
) -> Result<EnvelopeStatus, SigningError> {
    let facts = match setup.sender(app).envelope(&envelope.envelope).await {
        // Of another account than the one that is set up now, or long deleted.
        Err(error) if error.is_about_state() => EnvelopeFacts {
            envelope: envelope.envelope.clone(),
            status: EnvelopeStatus::Voided,
            completed_at: None,
            reason: "DocuSign has it no longer".to_owned(),
        },
        found => match found? {
            Some(facts) => facts,
            None => return Ok(envelope.status),
        },
    };
    learn(app, org, envelope.id, &facts).await
}

//! Sending someone to DocuSign: one envelope a person and account, and a page to sign
//! it that is good for one click.

use docusign::{DocusignError, NewEnvelope, Signer, Source};
use domain::ids::{EnvelopeId, OrganizationId};
use domain::nda::docusign::{Agreement, Envelope, EnvelopeStatus};
use domain::organizations::Organization;
use futures::TryStreamExt as _;
use tracing::instrument;
use url::Url;

use super::envelope_status;
use super::error::SigningError;
use super::limits::CHECK_EVERY;
use super::limits::{
    NAME, SENDING, SENDING_CHECKS, SENDING_PAUSE, STARTS_PER_ACCOUNT, STARTS_PER_MEMBER,
};
use super::settings::{self, Setup};
use crate::app::App;
use crate::use_cases::rate_limits::{self, Counter};
use crate::use_cases::visitors::MemberOf;

/// Where this member signs for the account. An envelope that is open is used again;
/// DocuSign leads back to `return_url`.
#[instrument(
    name = "signing.begin",
    skip_all,
    fields(org = %org.id, account = %member.account.id, visitor = %member.visitor.id)
)]
pub async fn begin(
    app: &App,
    org: &Organization,
    member: MemberOf<'_>,
    return_url: &Url,
) -> Result<Url, SigningError> {
    let setup = settings::setup(app, org.id).await?;
    let setup = setup.ok_or(SigningError::NotReady)?;
    count_start(app, org, member).await?;
    for _ in 0..2 {
        let envelope = open_envelope(app, org, member, &setup).await?;
        let user = envelope.visitor.to_string();
        let signer = signer(&envelope, &user);
        let sender = setup.sender(app);
        let view = sender.recipient_view(&envelope.envelope, &signer, return_url);
        match view.await {
            Ok(url) => return Ok(url),
            // Declined or withdrawn without our knowing: then it is a new one.
            Err(error) if error.is_about_state() => {
                let status = envelope_status::look(app, org.id, &setup, &envelope).await?;
                match status {
                    EnvelopeStatus::Completed => return Err(SigningError::NothingToSign),
                    status if status.is_open() => return Err(error.into()),
                    _ => {}
                }
            }
            Err(error) => return Err(error.into()),
        }
    }
    let odd = "the envelope was closed again at once".to_owned();
    Err(DocusignError::Unavailable(odd).into())
}

/// Each start is a call of DocuSign's, and may be an envelope that is paid for.
async fn count_start(
    app: &App,
    org: &Organization,
    member: MemberOf<'_>,
) -> Result<(), SigningError> {
    let (account, visitor) = (member.account.id, member.visitor.id);
    let counters = [
        Counter::new(format!("docusign:{}:{visitor}", org.id), STARTS_PER_MEMBER),
        Counter::new(format!("docusign:{}:{account}", org.id), STARTS_PER_ACCOUNT),
    ];
    let mut tx = app.db.begin().await?;
    let wait = rate_limits::count(&mut tx, &counters, app.ambient.now()).await?;
    tx.commit().await?;
    wait.map_or(Ok(()), |wait| Err(SigningError::TooMany(wait)))
}

fn signer<'a>(envelope: &'a Envelope, user: &'a str) -> Signer<'a> {
    Signer {
        name: &envelope.full_name,
        email: envelope.email.as_str(),
        client_user_id: user,
    }
}

/// The open envelope of this member; made and sent where there is none.
#[instrument(
    name = "signing.begin.open_envelope",
    skip_all,
    fields(org = %org.id, account = %member.account.id, visitor = %member.visitor.id)
)]
async fn open_envelope(
    app: &App,
    org: &Organization,
    member: MemberOf<'_>,
    setup: &Setup,
) -> Result<Envelope, SigningError> {
    let (account, visitor) = (member.account.id, member.visitor);
    for _ in 0..SENDING_CHECKS {
        let now = app.ambient.now();
        let until = now + SENDING;
        let mut tx = app.db.begin().await?;
        let latest = store::nda::envelopes::latest(&mut tx, org.id, account, visitor.id).await?;
        match latest {
            Some(found) if found.status == EnvelopeStatus::Creating => {
                if store::nda::envelopes::take_over(&mut tx, org.id, found.id, now, until).await? {
                    tx.commit().await?;
                    return send(app, org, setup, found, true).await;
                }
            }
            Some(found) if found.status.is_open() => return Ok(found),
            Some(found) if found.status == EnvelopeStatus::Completed => {
                return Err(SigningError::NothingToSign);
            }
            _ => {
                let new = drafted(app, member);
                if store::nda::envelopes::begin(&mut tx, org.id, &new, until).await? {
                    tx.commit().await?;
                    return send(app, org, setup, new, false).await;
                }
            }
        }
        drop(tx);
        tokio::time::sleep(SENDING_PAUSE).await;
    }
    let slow = "another click has been sending it for ten seconds".to_owned();
    Err(DocusignError::Unavailable(slow).into())
}

fn drafted(app: &App, member: MemberOf<'_>) -> Envelope {
    let person = member.visitor.person();
    Envelope {
        id: app.ambient.id(EnvelopeId::from_uuid),
        account: member.account.id,
        visitor: member.visitor.id,
        envelope: String::new(),
        sender: String::new(),
        full_name: person.display_name().chars().take(NAME).collect(),
        email: member.visitor.email.clone(),
        status: EnvelopeStatus::Creating,
        reason: String::new(),
        created_at: app.ambient.now(),
        completed_at: None,
        checked_at: None,
        signed: None,
        certificate: None,
    }
}

/// Sends it, or finds that DocuSign has it: an answer may have been lost.
#[instrument(name = "signing.begin.send", skip_all, fields(org = %org.id))]
async fn send(
    app: &App,
    org: &Organization,
    setup: &Setup,
    envelope: Envelope,
    again: bool,
) -> Result<Envelope, SigningError> {
    let done = ask_to_send(app, org, setup, &envelope, again).await;
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    let (docusigns, sender) = match done {
        Ok(done) => done,
        Err(error) => {
            store::nda::envelopes::give_up(&mut tx, org.id, envelope.id, now).await?;
            tx.commit().await?;
            return Err(error);
        }
    };
    let due_at = now + CHECK_EVERY;
    store::nda::envelopes::sent(&mut tx, org.id, envelope.id, &docusigns, &sender, due_at).await?;
    tx.commit().await?;
    Ok(Envelope {
        envelope: docusigns,
        sender,
        status: EnvelopeStatus::Sent,
        ..envelope
    })
}

/// DocuSign's ids of the envelope and of the account that sent it.
#[instrument(
    name = "signing.begin.ask_to_send",
    skip_all,
    fields(org = %org.id, envelope = %envelope.id)
)]
async fn ask_to_send(
    app: &App,
    org: &Organization,
    setup: &Setup,
    envelope: &Envelope,
    again: bool,
) -> Result<(String, String), SigningError> {
    let sender = setup.sender(app);
    let account = sender.account().await?.id;
    let transaction = envelope.id.to_string();
    if again && let Some(found) = sender.of_transaction(&transaction).await? {
        return Ok((found, account));
    }
    let agreement = setup.agreement.as_ref().ok_or(SigningError::NotReady)?;
    let pdf = pdf_of(app, org.id, agreement).await?;
    let source = match (agreement, &pdf) {
        (Agreement::Template { id, role }, _) => Source::Template { id, role },
        (Agreement::Pdf { anchor, .. }, Some((name, content))) => Source::Pdf {
            name,
            content,
            anchor,
        },
        (Agreement::Pdf { .. }, None) => return Err(SigningError::NotReady),
    };
    let subject: String = format!("NDA of {}", org.name).chars().take(NAME).collect();
    let user = envelope.visitor.to_string();
    let new = NewEnvelope {
        subject: &subject,
        source,
        signer: signer(envelope, &user),
        transaction: &transaction,
        webhook: (setup.webhook.scheme() == "https").then_some(&setup.webhook),
    };
    Ok((sender.create(&new).await?, account))
}

/// Name and content of the PDF that is signed, where it is one.
#[instrument(name = "signing.begin.pdf_of", skip_all, fields(%org))]
async fn pdf_of(
    app: &App,
    org: OrganizationId,
    agreement: &Agreement,
) -> Result<Option<(String, Vec<u8>)>, SigningError> {
    let Agreement::Pdf { document, .. } = agreement else {
        return Ok(None);
    };
    let mut tx = app.db.read().await?;
    let found = store::documents::by_id(&mut tx, org, *document).await?;
    drop(tx);
    let Some(found) = found else { return Ok(None) };
    let content = app.files.get(&found.storage_key, None).await?;
    let content = content
        .try_fold(Vec::new(), |mut all, piece| async move {
            all.extend_from_slice(&piece);
            Ok(all)
        })
        .await?;
    Ok(Some((found.file_name, content)))
}

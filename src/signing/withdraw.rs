//! Withdrawing envelopes that nobody needs to sign anymore.

use docusign::DocusignError;
use domain::ids::OrganizationId;
use domain::nda::docusign::{EnvelopeFacts, EnvelopeStatus};
use store::nda::envelopes_due::ClaimedEnvelope;
use tracing::instrument;

use super::claims::failed;
use super::envelope_status;
use super::error::SigningError;
use super::limits::FIRST_RETRY;
use super::settings::Setup;
use crate::app::App;

/// What DocuSign tells whoever still has it to sign.
const REASON: &str = "Nobody has to sign this anymore: the account has its NDA";

/// Withdraws those whose account has signed meanwhile; answers the others. One that
/// DocuSign won't withdraw was signed at the same time: it is asked about as usual.
#[instrument(name = "signing.withdraw.needless", skip_all, fields(%org))]
pub(super) async fn needless<'a>(
    app: &App,
    org: OrganizationId,
    setup: &Setup,
    open: Vec<&'a ClaimedEnvelope>,
) -> store::Result<Vec<&'a ClaimedEnvelope>> {
    let mut needed = Vec::new();
    for claimed in open {
        if !is_needless(app, org, claimed).await? {
            needed.push(claimed);
            continue;
        }
        match withdraw(app, org, setup, claimed).await {
            Ok(()) => {}
            Err(SigningError::Docusign(DocusignError::Refused { .. })) => needed.push(claimed),
            Err(error) => failed(app, &[claimed], FIRST_RETRY, &error).await?,
        }
    }
    Ok(needed)
}

#[instrument(
    name = "signing.withdraw.is_needless",
    skip_all,
    fields(%org, envelope = %claimed.envelope.id)
)]
async fn is_needless(
    app: &App,
    org: OrganizationId,
    claimed: &ClaimedEnvelope,
) -> store::Result<bool> {
    if claimed.envelope.envelope.is_empty() {
        return Ok(false);
    }
    let mut tx = app.db.read().await?;
    let account = store::accounts::by_id(&mut tx, org, claimed.envelope.account).await?;
    Ok(account.is_some_and(|account| account.nda.is_settled()))
}

#[instrument(name = "signing.withdraw", skip_all, fields(%org, envelope = %claimed.envelope.id))]
async fn withdraw(
    app: &App,
    org: OrganizationId,
    setup: &Setup,
    claimed: &ClaimedEnvelope,
) -> Result<(), SigningError> {
    let envelope = &claimed.envelope;
    setup.sender(app).void(&envelope.envelope, REASON).await?;
    let facts = EnvelopeFacts {
        envelope: envelope.envelope.clone(),
        status: EnvelopeStatus::Voided,
        completed_at: None,
        reason: REASON.to_owned(),
    };
    envelope_status::learn(app, org, envelope.id, &facts).await?;
    Ok(())
}

//! Making up for messages that never came, and fetching what was signed. Several
//! replicas may run one each: what one has claimed, no other touches.

use domain::ids::OrganizationId;
use domain::nda::docusign::EnvelopeStatus;
use store::Work;
use store::nda::envelopes_due::ClaimedEnvelope;
use tokio_util::sync::CancellationToken;
use tracing::instrument;

use super::claims::{doubled, failed, put_back};
use super::limits::{BATCH, CHECK_EVERY, FIRST_RETRY, LEASE, LONGEST_RETRY, POLL};
use super::settings::Setup;
use super::{documents, envelope_status, settings, withdraw};
use crate::app::App;

/// Works until told to shut down.
pub async fn run(app: App, shutdown: CancellationToken) {
    while !shutdown.is_cancelled() {
        let worked = pass(&app).await;
        if let Err(error) = &worked {
            tracing::error!(%error, "envelopes can't be worked");
        }
        if matches!(worked, Ok(count) if count > 0) {
            continue;
        }
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = app.db.work_signal().wait(Work::Envelopes) => {}
            () = tokio::time::sleep(POLL) => {}
        }
    }
}

/// Works until nothing is due at this moment of the clock.
pub async fn run_until_idle(app: &App) -> store::Result<()> {
    while pass(app).await? > 0 {}
    Ok(())
}

/// Claims a batch and works it; answers how many were claimed.
#[instrument(name = "signing.worker.pass", skip_all)]
async fn pass(app: &App) -> store::Result<usize> {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    let claimed =
        store::nda::envelopes_due::claim_across_tenants(&mut tx, now, LEASE, BATCH).await?;
    tx.commit().await?;
    let mut orgs: Vec<OrganizationId> = claimed.iter().map(|claimed| claimed.org).collect();
    orgs.sort_unstable();
    orgs.dedup();
    for org in orgs {
        let of_org: Vec<_> = claimed
            .iter()
            .filter(|claimed| claimed.org == org)
            .collect();
        work(app, org, &of_org).await?;
    }
    Ok(claimed.len())
}

#[instrument(name = "signing.worker.work", skip_all, fields(%org, envelopes = claimed.len()))]
async fn work(app: &App, org: OrganizationId, claimed: &[&ClaimedEnvelope]) -> store::Result<()> {
    let setup = match settings::setup(app, org).await {
        Ok(Some(setup)) => setup,
        Ok(None) => return put_back(app, claimed, |_| LONGEST_RETRY).await,
        Err(error) => {
            tracing::warn!(%org, %error, "DocuSign’s settings can't be used");
            return put_back(app, claimed, |_| LONGEST_RETRY).await;
        }
    };
    let completed =
        |claimed: &&ClaimedEnvelope| claimed.envelope.status == EnvelopeStatus::Completed;
    let (done, open): (Vec<_>, Vec<_>) = claimed.iter().copied().partition(completed);
    for claimed in done {
        if let Err(error) = documents::keep(app, org, &setup, &claimed.envelope).await {
            failed(app, &[claimed], FIRST_RETRY, &error).await?;
        }
    }
    let open = withdraw::needless(app, org, &setup, open).await?;
    reconcile(app, org, &setup, &open).await
}

/// Asks about those that DocuSign was not asked about lately, in one call.
#[instrument(name = "signing.worker.reconcile", skip_all, fields(%org, envelopes = open.len()))]
async fn reconcile(
    app: &App,
    org: OrganizationId,
    setup: &Setup,
    open: &[&ClaimedEnvelope],
) -> store::Result<()> {
    let now = app.ambient.now();
    let since = now.saturating_sub(CHECK_EVERY).unwrap_or(now);
    let (mut asked, mut early) = (Vec::new(), Vec::new());
    let mut tx = app.db.begin().await?;
    for claimed in open {
        let id = claimed.envelope.id;
        if store::nda::envelopes_due::may_check(&mut tx, org, id, since, now).await? {
            asked.push(*claimed);
        } else {
            early.push(*claimed);
        }
    }
    tx.commit().await?;
    put_back(app, &early, |_| CHECK_EVERY).await?;
    if asked.is_empty() {
        return Ok(());
    }
    let ids: Vec<_> = asked
        .iter()
        .map(|claimed| claimed.envelope.envelope.clone())
        .collect();
    let facts = match setup.sender(app).envelopes(&ids).await {
        Ok(facts) => facts,
        Err(error) => return failed(app, &asked, CHECK_EVERY, &error.into()).await,
    };
    for claimed in &asked {
        let envelope = &claimed.envelope;
        // First, so that DocuSign may say otherwise.
        put_back(app, &[*claimed], |attempts| doubled(CHECK_EVERY, attempts)).await?;
        let found = facts
            .iter()
            .find(|facts| facts.envelope == envelope.envelope);
        if let Some(facts) = found
            && let Err(error) = envelope_status::learn(app, org, envelope.id, facts).await
        {
            tracing::warn!(%org, envelope = envelope.envelope, %error, "news could not be noted");
        }
    }
    Ok(())
}

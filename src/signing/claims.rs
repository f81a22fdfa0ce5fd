//! What a worker has claimed and could not settle: when it is looked at again.

use std::time::Duration;

use docusign::DocusignError;
use jiff::Timestamp;
use store::nda::envelopes_due::ClaimedEnvelope;
use tracing::instrument;

use super::error::SigningError;
use super::limits::LONGEST_RETRY;
use crate::app::App;

/// Puts back what could not be done, until the limit is lifted or for a growing while.
#[instrument(name = "signing.claims.failed", skip_all, fields(envelopes = claimed.len()))]
pub(super) async fn failed(
    app: &App,
    claimed: &[&ClaimedEnvelope],
    first: Duration,
    error: &SigningError,
) -> store::Result<()> {
    for claimed in claimed {
        let (org, envelope) = (claimed.org, &claimed.envelope.envelope);
        tracing::warn!(%org, envelope, attempts = claimed.attempts, %error, "DocuSign is asked again later");
    }
    let now = app.ambient.now();
    let lifted = match error {
        SigningError::Docusign(DocusignError::Limited { until }) => *until,
        _ => None,
    };
    let wait = lifted.and_then(|until| Duration::try_from(until.duration_since(now)).ok());
    put_back(app, claimed, |attempts| {
        let usual = doubled(first, attempts);
        wait.map_or(usual, |wait| wait.max(first))
    })
    .await
}

#[instrument(name = "signing.claims.put_back", skip_all, fields(envelopes = claimed.len()))]
pub(super) async fn put_back(
    app: &App,
    claimed: &[&ClaimedEnvelope],
    wait: impl Fn(i64) -> Duration,
) -> store::Result<()> {
    let now: Timestamp = app.ambient.now();
    let mut tx = app.db.begin().await?;
    for claimed in claimed {
        let due_at = now + wait(claimed.attempts);
        store::nda::envelopes_due::postpone(&mut tx, claimed, due_at).await?;
    }
    tx.commit().await
}

/// `first`, twice that, four times that … up to half a day.
pub(super) fn doubled(first: Duration, attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(0)
        .min(16);
    first.saturating_mul(1 << doublings).min(LONGEST_RETRY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::signing::limits::CHECK_EVERY;

    #[test]
    fn waits_double_up_to_half_a_day_and_never_below_what_docusign_asks() {
        let minutes: Vec<_> = [1, 2, 3, 9, 90]
            .map(|attempts| doubled(CHECK_EVERY, attempts).as_secs() / 60)
            .into();
        assert_eq!(minutes, [15, 30, 60, 720, 720]);
    }
}

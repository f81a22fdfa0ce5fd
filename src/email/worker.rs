//! The worker over the outbox. Several replicas may run one each.

use std::time::Duration;

use domain::email::message::EmailState;
use store::Work;
use store::email::Claimed;
use tokio_util::sync::CancellationToken;
use tracing::instrument;

use super::limits::{ATTEMPTS, BATCH, LEASE, POLL};
use super::smtp::{SendError, Smtp};
use crate::app::App;

pub use super::smtp::SmtpError;

/// Sends mail until told to shut down. Without a mail server in the
/// configuration it returns at once, and mail waits in the outbox.
pub async fn run(app: App, shutdown: CancellationToken) -> Result<(), SmtpError> {
    let Some(url) = &app.config.smtp_url else {
        tracing::warn!("GATEHOUSE_SMTP_URL is not set: mail waits in the outbox");
        return Ok(());
    };
    let smtp = Smtp::new(url, &app.config.mail_from)?;
    while !shutdown.is_cancelled() {
        match send_due(&app, &smtp, &shutdown).await {
            Ok(0) => rest(&app, &shutdown).await,
            Ok(_) => {}
            Err(error) => {
                tracing::error!(%error, "the outbox can't be worked");
                rest(&app, &shutdown).await;
            }
        }
    }
    Ok(())
}

/// Until there may be something to do.
async fn rest(app: &App, shutdown: &CancellationToken) {
    tokio::select! {
        () = shutdown.cancelled() => {}
        () = app.db.work_signal().wait(Work::Mail) => {}
        () = tokio::time::sleep(POLL) => {}
    }
}

/// Claims a batch and sends it; answers how many were claimed. What is left of
/// a batch at shutdown waits for its claim to run out.
#[instrument(name = "email.worker.send_due", skip_all)]
async fn send_due(app: &App, smtp: &Smtp, shutdown: &CancellationToken) -> store::Result<usize> {
    let mut tx = app.db.begin().await?;
    let claimed =
        store::email::claim_across_tenants(&mut tx, app.ambient.now(), LEASE, BATCH).await?;
    tx.commit().await?;
    for mail in &claimed {
        if shutdown.is_cancelled() {
            release(app, mail).await?;
            continue;
        }
        let sent = match &mail.email {
            Ok(email) => smtp.send(mail.id, email).await,
            // The key may come back.
            Err(error) => Err(SendError::Later(error.to_string())),
        };
        settle(app, mail, sent).await?;
    }
    Ok(claimed.len())
}

#[instrument(name = "email.worker.settle", skip_all, fields(org = %mail.org, email_id = %mail.id))]
async fn settle(app: &App, mail: &Claimed, sent: Result<(), SendError>) -> store::Result<()> {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    match sent {
        Ok(()) => store::email::settle(&mut tx, mail, EmailState::Sent, now, "").await?,
        Err(SendError::Later(why)) if mail.attempts < ATTEMPTS => {
            tracing::warn!(mail = %mail.id, attempts = mail.attempts, why = without_addresses(&why), "mail is tried again later");
            let due_at = now + backoff(mail.attempts);
            store::email::postpone(&mut tx, mail, due_at, &why).await?;
        }
        Err(SendError::Later(why) | SendError::Refused(why)) => {
            tracing::error!(mail = %mail.id, attempts = mail.attempts, why = without_addresses(&why), "mail was refused for good");
            store::email::settle(&mut tx, mail, EmailState::Failed, now, &why).await?;
        }
    }
    tx.commit().await
}

/// What a mail server says, without the addresses that it repeats: nobody's address stands
/// in the log. The outbox has the text as it was.
fn without_addresses(why: &str) -> String {
    let words = why.split_whitespace();
    let words = words.map(|word| if word.contains('@') { "…" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

/// Gives a claim back, so that another worker need not wait for it to run out.
#[instrument(name = "email.worker.release", skip_all, fields(org = %mail.org, email_id = %mail.id))]
async fn release(app: &App, mail: &Claimed) -> store::Result<()> {
    let mut tx = app.db.begin().await?;
    store::email::postpone(&mut tx, mail, app.ambient.now(), "").await?;
    tx.commit().await
}

/// 5 s, 10 s, 20 s, … up to an hour.
fn backoff(attempts: i64) -> Duration {
    let doublings = u32::try_from(attempts.saturating_sub(1))
        .unwrap_or(0)
        .min(10);
    Duration::from_secs((5u64 << doublings).min(3600))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobodys_address_is_logged_because_a_mail_server_repeats_it() {
        let why = "permanent error (550): 5.1.1 <ada@example.com>: Recipient address rejected";
        let logged = "permanent error (550): 5.1.1 … Recipient address rejected";
        assert_eq!(without_addresses(why), logged);
    }

    #[test]
    fn waits_double_up_to_an_hour() {
        let waits: Vec<_> = [1, 2, 3, 10, 50].map(|n| backoff(n).as_secs()).into();
        assert_eq!(waits, [5, 10, 20, 2560, 3600]);
    }
}

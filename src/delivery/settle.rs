//! Writing down what came of a turn, and giving its lanes back.

use std::collections::HashSet;
use std::time::Duration;

use domain::deliveries::DeliveryState;
use domain::ids::{ConnectionId, DeliveryId, OrganizationId};
use domain::salesforce::HoldKind;
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::{self, Settlement};
use store::deliveries::turns::{self, Turn};
use store::salesforce::api_usage::{self, Spent};
use store::salesforce::holds::{self, Hold};
use tracing::instrument;

use super::candidates;
use super::late_links;
use super::limits::{
    FIRST_HOLD, LINGER, LONGEST_HOLD, LONGEST_REFUSED_HOLD, PER_CONNECTION, ROWS_AT_ONCE,
};
use super::org_session::OrgSession;
use super::outcome::{HoldBack, Outcome, later};
use super::quota::Budget;
use crate::app::App;
use crate::use_cases::deliveries::notification;

/// Settles each row under the turn. Where the turn was lost meanwhile, nothing is
/// settled but the truth about Tasks that were written.
#[instrument(name = "delivery.settle", skip_all, fields(deliveries = outcome.rows.len()))]
pub(super) async fn settle(
    app: &App,
    held: &Turn,
    (budget, session): (&Budget, Option<&OrgSession<'_>>),
    outcome: &Outcome,
) -> store::Result<()> {
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    // The connection's row before the turn's, as whoever begins a turn locks them.
    store::salesforce::sending::lock(&mut tx, held.org, held.connection).await?;
    note_calls(&mut tx, held, (budget, session), now).await?;
    if !turns::confirm(&mut tx, held, now).await? {
        tracing::warn!(
            connection = %held.connection,
            "the turn was taken over; what it was sending will be asked about"
        );
        settle_what_was_written(&mut tx, &outcome.rows, outcome.sent_at, now).await?;
        return tx.commit().await;
    }
    let (first, rest) = outcome.rows.split_at(outcome.rows.len().min(ROWS_AT_ONCE));
    let first = late_links::rows(&mut tx, session, outcome, first).await?;
    note_changed(held, &first, &journal::settle(&mut tx, &first, now).await?);
    tell_of_parked(&mut tx, app, (held.org, held.connection), outcome).await?;
    let forget: Vec<&DueDelivery> = outcome.forget.iter().collect();
    candidates::forget(&mut tx, held.connection, &forget).await?;
    if outcome.reread_profile {
        store::salesforce::connections::expire_profile(&mut tx, held.org, held.connection).await?;
    }
    hold_or_go_on(&mut tx, app, held, outcome).await?;
    let by = signed(outcome.linger.unwrap_or_default()) - signed(LINGER);
    if !by.is_zero() {
        let (org, connection) = (held.org, held.connection);
        store::salesforce::sending::linger_more(&mut tx, org, connection, by).await?;
    }
    tx.commit().await?;
    settle_rest(app, held, session, outcome, rest).await
}

/// The rows that were left for further transactions, so that others who write needn't
/// wait for all of them: an embedded database has one writer. What isn't settled when the
/// turn is lost is asked about, as after a crash.
async fn settle_rest(
    app: &App,
    held: &Turn,
    session: Option<&OrgSession<'_>>,
    outcome: &Outcome,
    rows: &[Settlement],
) -> store::Result<()> {
    for some in rows.chunks(ROWS_AT_ONCE) {
        let now = app.ambient.now();
        let mut tx = app.db.begin().await?;
        // Before the turn's row, as at the beginning of a turn.
        let linked = late_links::rows(&mut tx, session, outcome, some).await?;
        if turns::confirm(&mut tx, held, now).await? {
            let changed = journal::settle(&mut tx, &linked, now).await?;
            note_changed(held, some, &changed);
        } else {
            tracing::warn!(connection = %held.connection, "the turn was taken over meanwhile");
            settle_what_was_written(&mut tx, some, outcome.sent_at, now).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

fn note_changed(held: &Turn, rows: &[Settlement], changed: &HashSet<DeliveryId>) {
    let others = rows.len() - changed.len();
    if others > 0 {
        tracing::info!(connection = %held.connection, others, "changed by an Admin meanwhile");
    }
}

fn signed(time: Duration) -> SignedDuration {
    SignedDuration::try_from(time).unwrap_or(SignedDuration::MAX)
}

async fn note_calls(
    tx: &mut Tx,
    held: &Turn,
    (budget, session): (&Budget, Option<&OrgSession<'_>>),
    now: Timestamp,
) -> store::Result<()> {
    let mut spent = session.map_or_else(Spent::default, |session| session.spent);
    spent.calls -= session.map_or(budget, |session| &session.budget).counted();
    let (org, connection) = (held.org, held.connection);
    api_usage::note(tx, org, connection, spent, now).await?;
    if let Some(offset) = session.and_then(|session| session.clock_offset) {
        let micros = i64::try_from(offset.as_micros()).unwrap_or(0);
        store::salesforce::sending::save_clock_offset(tx, org, connection, micros).await?;
    }
    Ok(())
}

/// Whoever took over finds these uncertain, and would ask for them.
async fn settle_what_was_written(
    tx: &mut Tx,
    rows: &[Settlement],
    sent_at: Option<Timestamp>,
    now: Timestamp,
) -> store::Result<()> {
    let Some(sent_at) = sent_at else {
        return Ok(());
    };
    let written: Vec<Settlement> = rows
        .iter()
        .filter(|row| row.state == DeliveryState::Delivered)
        .cloned()
        .collect();
    journal::settle_late(tx, &written, sent_at, now).await?;
    Ok(())
}

async fn hold_or_go_on(
    tx: &mut Tx,
    app: &App,
    held: &Turn,
    outcome: &Outcome,
) -> store::Result<()> {
    let now = app.ambient.now();
    let (org, connection) = (held.org, held.connection);
    let Some(back) = &outcome.hold else {
        let delivered = |row: &Settlement| row.state == DeliveryState::Delivered;
        if outcome.rows.iter().any(delivered) {
            holds::went_well(tx, org, connection, held.began, PER_CONNECTION).await?;
        }
        return Ok(());
    };
    let streak = holds::streak(tx, org, connection, held.began).await?;
    let wait = wait(back, streak, app.ambient.random.below(u64::MAX));
    tracing::warn!(
        %connection, reason = back.reason, kind = %back.kind, seconds = wait.as_secs(),
        "holding the connection"
    );
    let hold = Hold {
        kind: back.kind,
        until: later(now, wait),
        reason: &back.reason,
        met_since: held.began,
    };
    if back.kind == HoldKind::Refused {
        store::salesforce::org_checks::want(tx, org, connection, now).await?;
    }
    holds::hold(tx, org, connection, &hold, now).await
}

/// As long as the org asked for; else 5 seconds, doubled with each hold in a row up to a
/// minute. What needs the quota to have room again, or someone to change something,
/// is tried every minute at first and every five minutes later.
fn wait(back: &HoldBack, streak: i64, jitter: u64) -> Duration {
    if let Some(asked) = back.wait {
        return asked;
    }
    let (first, longest) = match back.kind {
        HoldKind::Outage | HoldKind::Busy => (FIRST_HOLD, LONGEST_HOLD),
        HoldKind::Quota | HoldKind::Share | HoldKind::Refused => {
            (LONGEST_HOLD, LONGEST_REFUSED_HOLD)
        }
    };
    let doublings = u32::try_from(streak.clamp(0, 10)).unwrap_or(0);
    let wait = (first * 2u32.pow(doublings)).min(longest);
    let millis = u64::try_from(wait.as_millis()).unwrap_or(u64::MAX);
    // A quarter less at the most, so that connections don't all come back at once.
    Duration::from_millis(millis - jitter % (millis / 4 + 1))
}

/// Once for each error, however many activities have it.
async fn tell_of_parked(
    tx: &mut Tx,
    app: &App,
    (org, connection): (OrganizationId, ConnectionId),
    outcome: &Outcome,
) -> store::Result<()> {
    let parked = |row: &&Settlement| row.state == DeliveryState::Parked;
    let mut told = HashSet::new();
    for row in outcome.rows.iter().filter(parked) {
        let (code, message) = (&row.error_code, &row.error_message);
        if told.insert(code) {
            store::salesforce::org_checks::want(tx, org, connection, app.ambient.now()).await?;
            let url = &app.config.public_url;
            notification::parked(tx, &app.ambient, org, url, code, message).await?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(kind: HoldKind, wait: Option<Duration>) -> HoldBack {
        HoldBack {
            kind,
            wait,
            reason: String::new(),
        }
    }

    #[test]
    fn an_org_that_works_again_waits_a_minute_at_the_most() {
        for streak in 0..50 {
            let longest = wait(&held(HoldKind::Outage, None), streak, 0);
            assert!(longest <= Duration::from_mins(1), "{streak}");
        }
        assert_eq!(
            wait(&held(HoldKind::Outage, None), 0, 0),
            Duration::from_secs(5)
        );
        assert_eq!(
            wait(&held(HoldKind::Busy, None), 2, 0),
            Duration::from_secs(20)
        );
    }

    #[test]
    fn what_the_org_asks_for_is_kept_to_the_second() {
        let asked = Some(Duration::from_secs(137));
        assert_eq!(
            wait(&held(HoldKind::Busy, asked), 7, 99),
            Duration::from_secs(137)
        );
    }

    #[test]
    fn a_used_up_quota_is_looked_at_every_minute_at_first_and_every_five_later() {
        assert_eq!(
            wait(&held(HoldKind::Quota, None), 0, 0),
            Duration::from_mins(1)
        );
        assert_eq!(
            wait(&held(HoldKind::Quota, None), 9, 0),
            Duration::from_mins(5)
        );
    }
}

//! Gatehouse's share of the org's daily API calls.

use domain::activities::ActivityKind;
use domain::ids::{ConnectionId, OrganizationId};
use domain::salesforce::HoldKind;
use domain::salesforce::api_calls::{self, SHARE_USED};
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::salesforce::api_usage::{self, Spent};

use super::limits::RESERVED_CALLS;
use super::stop::Stop;

/// From this part of the share on, in per cent, calls go to what sales acts on.
const PRESSURE: i64 = 80;
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// The calls that a turn may make. They are counted before they are made, a few at a
/// time, so that turns under way together don't use more than the share, and a worker
/// that dies leaves no call uncounted. Only a question that takes several calls,
/// because its answer has pages or it is about several objects, may go beyond it; its further
/// calls are counted afterwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    org: OrganizationId,
    connection: ConnectionId,
    counted: i64,
    under_pressure: bool,
}

impl Budget {
    /// Counts a turn's first calls.
    pub(super) async fn reserve(
        tx: &mut Tx,
        org: OrganizationId,
        connection: ConnectionId,
        now: Timestamp,
    ) -> store::Result<Self> {
        let mut budget = Self {
            org,
            connection,
            counted: 0,
            under_pressure: false,
        };
        // Where the share is used up, the first call is refused.
        budget.extend(tx, now).await?;
        Ok(budget)
    }

    /// Whether a turn that has made so many calls may make another.
    pub(super) fn covers(&self, made: i64) -> bool {
        made < self.counted
    }

    /// How many calls were counted for the turn, made or not.
    pub(super) fn counted(&self) -> i64 {
        self.counted
    }

    /// Counts a few more, as many as the share has left. Answers why there are none.
    pub(super) async fn extend(
        &mut self,
        tx: &mut Tx,
        now: Timestamp,
    ) -> store::Result<Option<Stop>> {
        store::salesforce::sending::lock(tx, self.org, self.connection).await?;
        let connection =
            store::salesforce::connections::by_id(tx, self.org, self.connection).await?;
        // Until the org has said how many calls it has, there is no share of them.
        let share = connection
            .filter(|connection| connection.api_max > 0)
            .map(|connection| api_calls::allowed(connection.api_max, connection.quota_share));
        let since = now.checked_sub(DAY).unwrap_or(Timestamp::MIN);
        let used = api_usage::calls_since(tx, self.connection, since).await?;
        let left = share.map_or(RESERVED_CALLS, |share| (share - used).max(0));
        let under_pressure = |share: i64| used.saturating_mul(100) >= share * PRESSURE;
        self.under_pressure = share.is_some_and(under_pressure);
        let calls = left.min(RESERVED_CALLS);
        let spent = Spent {
            calls,
            ..Spent::default()
        };
        api_usage::note(tx, self.org, self.connection, spent, now).await?;
        self.counted += calls;
        Ok((calls == 0).then(|| used_up(share.unwrap_or_default())))
    }

    /// Whether calls are short, so that some activities wait for a better time.
    pub(super) fn is_under_pressure(&self) -> bool {
        self.under_pressure
    }
}

fn used_up(share: i64) -> Stop {
    Stop::Hold {
        kind: HoldKind::Share,
        wait: None,
        reason: format!("{SHARE_USED}: {share} API calls in 24 hours"),
    }
}

/// What sales acts on goes first where calls are short: a request before a page view.
pub(super) const fn is_urgent(kind: ActivityKind) -> bool {
    match kind {
        ActivityKind::RequestedAccess
        | ActivityKind::AccountCreated
        | ActivityKind::AccountMemberAdded
        | ActivityKind::CommentOnStatusPage
        | ActivityKind::NdaSigned
        | ActivityKind::QuestionnaireUploaded => true,
        ActivityKind::FileDownloaded | ActivityKind::StatusPageView => false,
    }
}

//! Gatehouse's share of the org's daily API calls.

use crate::domain::activity::ActivityKind;
use crate::domain::api_calls::{self, SHARE_USED};
use crate::domain::connection::{Connection, HoldKind};

use super::org_session::Stop;

/// From this part of the share on, in per cent, calls go to what sales acts on.
const PRESSURE: i64 = 80;

/// How many calls a turn may make.
#[derive(Clone, Copy, Debug)]
pub(super) struct Budget {
    /// `None` where the org hasn't said how many calls it has.
    left: Option<i64>,
    share: i64,
    under_pressure: bool,
}

impl Budget {
    /// `used`: calls that Gatehouse made over this connection in the last day, those of
    /// the turns under way included.
    pub fn new(connection: &Connection, used: i64) -> Self {
        let share = api_calls::allowed(connection.api_max, connection.quota_share);
        let known = connection.api_max > 0;
        Self {
            left: known.then_some(share - used),
            share,
            under_pressure: known && used.saturating_mul(100) >= share.saturating_mul(PRESSURE),
        }
    }

    /// For a connection that isn't there any more.
    pub fn unlimited() -> Self {
        Self {
            left: None,
            share: 0,
            under_pressure: false,
        }
    }

    /// Whether a turn that has made so many calls may make another.
    pub fn check(&self, made: i64) -> Result<(), Stop> {
        match self.left {
            Some(left) if made >= left => Err(Stop::Hold {
                kind: HoldKind::Share,
                wait: None,
                reason: format!("{SHARE_USED}: {} API calls in 24 hours", self.share),
            }),
            _ => Ok(()),
        }
    }

    /// Whether calls are short, so that some activities wait for a better time.
    pub fn is_under_pressure(&self) -> bool {
        self.under_pressure
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

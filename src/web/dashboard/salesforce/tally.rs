//! How the deliveries of a connection are doing, in three numbers.

use domain::deliveries::DeliveryState;
use domain::ids::{ConnectionId, OrganizationId};
use store::Tx;
use store::deliveries::list;

/// How the deliveries of a connection are doing.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    pub delivered: i64,
    /// Still to be sent.
    pub open: i64,
    /// Waits for someone: no match, or refused.
    pub attention: i64,
}

impl Tally {
    pub async fn for_connection(
        tx: &mut Tx,
        org: OrganizationId,
        connection: ConnectionId,
    ) -> store::Result<Self> {
        Ok(Self::from_counts(&list::counts(tx, org, connection).await?))
    }

    /// The same of what was counted by state.
    pub fn from_counts(counts: &[(DeliveryState, i64)]) -> Self {
        let mut tally = Self::default();
        for (state, n) in counts {
            match state {
                DeliveryState::Delivered => tally.delivered += n,
                DeliveryState::Unmatched | DeliveryState::Parked => tally.attention += n,
                DeliveryState::Cancelled => {}
                _ => tally.open += n,
            }
        }
        tally
    }
}

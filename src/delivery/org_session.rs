//! Calls to one org with a token that is renewed when it has ended, and a count of
//! what they cost.

use std::time::Duration;

use domain::deliveries::outcome::{Class, classify};
use domain::ids::OrganizationId;
use domain::salesforce::{Connection, HoldKind};
use jiff::{SignedDuration, Timestamp};
use salesforce::reference_fields::ReferenceFields;
use salesforce::{Answer, ApiError, CallError, Client, SendGuard, Session};
use store::salesforce::api_usage::Spent;

use super::permit::Permit;
use super::quota::Budget;
use crate::app::App;
use crate::salesforce_connection::tokens::{self, Access, TokenError};

/// Why a turn can't go on.
#[derive(Debug)]
pub(super) enum Stop {
    /// Nothing was done. Keep the whole connection back: for so long, or for a
    /// while that grows with each time.
    Hold {
        kind: HoldKind,
        wait: Option<Duration>,
        reason: String,
    },
    /// An Admin has to log in again; the connection's state says so already.
    NeedsLogin,
    /// A write went out and its outcome isn't known.
    Unknown {
        message: String,
        answered: bool,
    },
    /// Ask in smaller parts.
    TooLong,
    /// The turn or the permit was over before anything was sent, or an Admin has
    /// changed the connection: nothing was done.
    Lost,
    Store(store::StoreError),
}

impl From<store::StoreError> for Stop {
    fn from(error: store::StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TokenError> for Stop {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Gone | TokenError::NeedsReauth(_) => Self::NeedsLogin,
            TokenError::Store(error) => Self::Store(error),
            other => Self::Hold {
                kind: HoldKind::Outage,
                wait: None,
                reason: other.to_string(),
            },
        }
    }
}

pub(super) struct OrgSession<'a> {
    pub app: &'a App,
    client: &'a Client,
    pub org: OrganizationId,
    pub connection: Connection,
    access: Access,
    pub spent: Spent,
    pub budget: Budget,
    /// How far the org's clock is ahead of ours, from its last answer.
    pub clock_offset: Option<SignedDuration>,
}

impl<'a> OrgSession<'a> {
    /// The External ID fields that the org was found to have.
    pub fn reference_fields(&self) -> ReferenceFields {
        serde_json::from_str(&self.connection.reference_fields).unwrap_or_default()
    }

    pub async fn open(
        app: &'a App,
        client: &'a Client,
        org: OrganizationId,
        connection: Connection,
        budget: Budget,
    ) -> Result<Self, Stop> {
        let access = tokens::session(app, org, connection.id).await?;
        Ok(Self {
            app,
            client,
            org,
            clock_offset: connection.clock_offset.map(SignedDuration::from_micros),
            connection,
            access,
            spent: Spent::default(),
            budget,
        })
    }

    /// Asks; where the session has ended, once more with a new token.
    pub async fn read<T, F>(&mut self, ask: impl Fn(Client, Session) -> F) -> Result<T, Stop>
    where
        F: Future<Output = Result<Answer<T>, CallError>>,
    {
        self.afford().await?;
        let first = ask(self.client.clone(), self.access.session.clone()).await;
        let answer = match first {
            Err(CallError::SessionExpired) => {
                self.renew_token().await?;
                self.afford().await?;
                ask(self.client.clone(), self.access.session.clone()).await
            }
            other => other,
        };
        self.take(answer)
    }

    /// Writes what was journalled, while the permit lasts. A call that was refused for
    /// its token did nothing, so once more with a new one is safe; unless the new one
    /// is another user's, who didn't journal it.
    pub async fn write<T, F>(
        &mut self,
        permit: &Permit,
        send: impl Fn(Client, Session, SendGuard) -> F,
    ) -> Result<T, Stop>
    where
        F: Future<Output = Result<Answer<T>, CallError>>,
    {
        self.afford().await?;
        let (client, session) = (self.client.clone(), self.access.session.clone());
        let first = send(client, session, permit.guard()).await;
        let answer = match first {
            Err(CallError::SessionExpired) => {
                self.renew_token().await?;
                if !self.is_still_ours().await? {
                    return Err(Stop::Lost);
                }
                self.afford().await?;
                let (client, session) = (self.client.clone(), self.access.session.clone());
                send(client, session, permit.guard()).await
            }
            other => other,
        };
        self.take(answer)
    }

    /// Whether it is known who owns a Lead and whether they are active.
    pub fn reads_lead_owners(&self) -> bool {
        self.client.reads_lead_owners(&self.access.session)
    }

    /// The org's time of day as far as its answers tell.
    pub fn org_time(&self, ours: Timestamp) -> Option<Timestamp> {
        ours.checked_add(self.clock_offset?).ok()
    }

    /// Has another call counted that is about to be made.
    async fn afford(&mut self) -> Result<(), Stop> {
        if self.budget.covers(self.spent.calls) {
            return Ok(());
        }
        let mut tx = self.app.db.begin().await?;
        let used_up = self.budget.extend(&mut tx, self.app.ambient.now()).await?;
        tx.commit().await?;
        used_up.map_or(Ok(()), Err)
    }

    async fn renew_token(&mut self) -> Result<(), Stop> {
        self.spent.calls += 1;
        let (org, id) = (self.org, self.connection.id);
        self.access = tokens::refresh(self.app, org, id, self.access.version).await?;
        Ok(())
    }

    async fn is_still_ours(&self) -> Result<bool, Stop> {
        let mut tx = self.app.db.read().await?;
        let (id, user) = (self.connection.id, &self.connection.user.id);
        Ok(store::salesforce::sending::may_send_as(&mut tx, self.org, id, user).await?)
    }

    fn take<T>(&mut self, answer: Result<Answer<T>, CallError>) -> Result<T, Stop> {
        match answer {
            Ok(answer) => {
                self.note(&answer);
                Ok(answer.value)
            }
            Err(CallError::Withheld) => Err(Stop::Lost),
            Err(error) => {
                self.spent.calls += 1;
                Err(stop(error))
            }
        }
    }

    fn note<T>(&mut self, answer: &Answer<T>) {
        self.spent.calls += i64::from(answer.calls);
        if let Some(usage) = answer.usage {
            let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
            self.spent.org_counter = Some((number(usage.used), number(usage.max)));
        }
        if let Some(org_time) = answer.org_time {
            self.clock_offset = Some(org_time.duration_since(self.app.ambient.now()));
        }
    }
}

fn stop(error: CallError) -> Stop {
    let reason = error.to_string();
    match error {
        CallError::Unknown { message, answered } => Stop::Unknown { message, answered },
        CallError::TooLong => Stop::TooLong,
        CallError::Withheld => Stop::Lost,
        CallError::Retry { retry_after, .. } => Stop::Hold {
            kind: HoldKind::Outage,
            wait: retry_after,
            reason,
        },
        CallError::Refused(error, http) => refused(&error, http),
        CallError::NotSent(_) | CallError::SessionExpired | CallError::Unreadable(_) => {
            Stop::Hold {
                kind: HoldKind::Outage,
                wait: None,
                reason,
            }
        }
    }
}

/// A whole call was refused: nothing in it was done.
fn refused(error: &ApiError, http: u16) -> Stop {
    let kind = match classify(&error.code, &error.message, http) {
        Class::HoldConnection { quota: true } => HoldKind::Quota,
        Class::HoldConnection { quota: false }
        | Class::NeedsReauthorisation
        | Class::Park
        | Class::Ours => HoldKind::Refused,
        Class::BackOffConnection => HoldKind::Busy,
        _ => HoldKind::Outage,
    };
    Stop::Hold {
        kind,
        wait: None,
        reason: error.to_string(),
    }
}

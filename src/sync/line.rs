//! A line to one org: calls with a token that is renewed when it has ended, and
//! a count of what they cost.

use std::time::Duration;

use crate::app::App;
use crate::domain::connection::Connection;
use crate::domain::ids::OrganizationId;
use crate::domain::outcome::{Class, classify};
use crate::salesforce::{Answer, ApiError, CallError, Client, Session};
use crate::store::api_usage::Spent;

use super::tokens::{self, Access, TokenError};

/// Why a lane can't be served any further now.
#[derive(Debug)]
pub(super) enum Halt {
    /// Nothing was done. Keep the whole connection back: for so long, or for a
    /// while that grows with each time.
    Hold {
        wait: Option<Duration>,
        reason: String,
    },
    /// An Admin has to log in again; the connection's state says so already.
    NeedsReauth,
    /// A write went out and its outcome isn't known.
    Unknown {
        message: String,
        answered: bool,
    },
    /// Ask in smaller parts.
    TooLong,
    Store(crate::store::StoreError),
}

impl From<crate::store::StoreError> for Halt {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<TokenError> for Halt {
    fn from(error: TokenError) -> Self {
        match error {
            TokenError::Gone | TokenError::NeedsReauth(_) => Self::NeedsReauth,
            TokenError::Store(error) => Self::Store(error),
            other => Self::Hold {
                wait: None,
                reason: other.to_string(),
            },
        }
    }
}

/// How long to keep a connection back whose quota is used up, or that an Admin
/// of the org has to mend.
pub(super) const LONG_HOLD: Duration = Duration::from_mins(15);

pub(super) struct Line<'a> {
    pub app: &'a App,
    client: &'a Client,
    pub org: OrganizationId,
    pub connection: Connection,
    access: Access,
    pub spent: Spent,
}

impl<'a> Line<'a> {
    pub async fn open(
        app: &'a App,
        client: &'a Client,
        org: OrganizationId,
        connection: Connection,
    ) -> Result<Self, Halt> {
        let access = tokens::session(app, org, connection.id).await?;
        Ok(Self {
            app,
            client,
            org,
            connection,
            access,
            spent: Spent::default(),
        })
    }

    /// Calls; where the session has ended, once more with a new token. A call
    /// that was refused for its token did nothing, so that is safe for writes.
    pub async fn call<T, F>(&mut self, ask: impl Fn(Client, Session) -> F) -> Result<T, Halt>
    where
        F: Future<Output = Result<Answer<T>, CallError>>,
    {
        let first = ask(self.client.clone(), self.access.session.clone()).await;
        let answer = match first {
            Err(CallError::SessionExpired) => {
                self.spent.calls += 1;
                self.access =
                    tokens::refresh(self.app, self.org, self.connection.id, self.access.version)
                        .await?;
                ask(self.client.clone(), self.access.session.clone()).await
            }
            other => other,
        };
        match answer {
            Ok(answer) => {
                self.note(&answer);
                Ok(answer.value)
            }
            Err(error) => {
                self.spent.calls += 1;
                Err(halt(error))
            }
        }
    }

    fn note<T>(&mut self, answer: &Answer<T>) {
        self.spent.calls += i64::from(answer.calls);
        if let Some(usage) = answer.usage {
            let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
            self.spent.org_counter = Some((number(usage.used), number(usage.max)));
        }
    }
}

fn halt(error: CallError) -> Halt {
    let reason = error.to_string();
    match error {
        CallError::Unknown { message, answered } => Halt::Unknown { message, answered },
        CallError::TooLong => Halt::TooLong,
        CallError::Retry { retry_after, .. } => Halt::Hold {
            wait: retry_after,
            reason,
        },
        CallError::Refused(error, http) => refused(&error, http),
        CallError::NotSent(_)
        | CallError::Withheld
        | CallError::SessionExpired
        | CallError::Unreadable(_) => Halt::Hold { wait: None, reason },
    }
}

/// A whole call was refused: nothing in it was done.
fn refused(error: &ApiError, http: u16) -> Halt {
    let wait = match classify(&error.code, &error.message, http) {
        Class::HoldConnection { .. } | Class::NeedsReauthorisation | Class::Park | Class::Ours => {
            Some(LONG_HOLD)
        }
        _ => None,
    };
    Halt::Hold {
        wait,
        reason: error.to_string(),
    }
}

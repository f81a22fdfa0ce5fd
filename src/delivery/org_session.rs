//! Calls to one org with a token that is renewed when it has ended, and a count of
//! what they cost.

use domain::ids::{ConnectionId, OrganizationId};
use domain::salesforce::Connection;
use jiff::{SignedDuration, Timestamp};
use salesforce::people::LeadAssignment;
use salesforce::reference_fields::ReferenceFields;
use salesforce::{Answer, CallError, Client, SendGuard, Session};
use store::salesforce::api_usage::{self, Spent};

use super::permit::Permit;
use super::quota::Budget;
use super::stop::Stop;
use crate::app::App;
use crate::salesforce_connection::tokens::{self, Access};

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
    pub(super) fn reference_fields(&self) -> ReferenceFields {
        serde_json::from_str(&self.connection.reference_fields).unwrap_or_default()
    }

    pub(super) async fn open(
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

    /// The same outside of a turn, with the first calls counted; `close` corrects that.
    pub(super) async fn open_with_budget(
        app: &'a App,
        client: &'a Client,
        org: OrganizationId,
        connection: Connection,
    ) -> Result<Self, Stop> {
        let (id, now) = (connection.id, app.ambient.now());
        let mut tx = app.db.begin().await?;
        let budget = Budget::reserve(&mut tx, org, id, now).await?;
        tx.commit().await?;
        let opened = Self::open(app, client, org, connection, budget).await;
        if opened.is_err() {
            // No call was made: those that were counted are there for others.
            let unused = Spent {
                calls: -budget.counted(),
                ..Spent::default()
            };
            note_spent(app, org, id, unused).await?;
        }
        opened
    }

    /// Counts the calls that were made instead of those that were counted before.
    pub(super) async fn close(&self) -> store::Result<()> {
        let made = Spent {
            calls: self.spent.calls - self.budget.counted(),
            ..self.spent
        };
        note_spent(self.app, self.org, self.connection.id, made).await
    }

    /// Asks; where the session has ended, once more with a new token.
    pub(super) async fn read<T, F>(&mut self, ask: impl Fn(Client, Session) -> F) -> Result<T, Stop>
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
    pub(super) async fn write<T, F>(
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
    pub(super) fn reads_lead_owners(&self) -> bool {
        self.client.reads_lead_owners(&self.access.session)
    }

    /// Whom new Leads are given to, as the Admin chose.
    pub(super) fn lead_assignment(&self) -> LeadAssignment {
        if self.connection.options.skip_lead_assignment {
            LeadAssignment::ConnectedUser
        } else {
            LeadAssignment::ByRule
        }
    }

    /// The org's time of day as far as its answers tell.
    pub(super) fn org_time(&self, ours: Timestamp) -> Option<Timestamp> {
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
                Err(error.into())
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

async fn note_spent(
    app: &App,
    org: OrganizationId,
    connection: ConnectionId,
    spent: Spent,
) -> store::Result<()> {
    let mut tx = app.db.begin().await?;
    // Like the engine: the connection's row first.
    store::salesforce::sending::lock(&mut tx, org, connection).await?;
    api_usage::note(&mut tx, org, connection, spent, app.ambient.now()).await?;
    tx.commit().await
}

//! Who approved which application, and the tokens that came of it.

use std::collections::HashMap;

use super::{
    Hash,
    codes::{Code, Pending},
    hash,
};
use crate::{Id, random};

/// Live approvals a user may have for one application; the next evicts the oldest.
const APPROVALS: usize = 5;

/// A user's approval of an application.
pub(crate) struct Approval {
    number: u64,
    pub(super) user: Id,
    pub(super) client_id: String,
    pub(super) scope: String,
    refresh: Hash,
    /// Refresh tokens that rotation replaced.
    spent: Vec<Hash>,
}

/// What an access token stands for.
#[derive(Debug, Clone)]
pub(crate) struct Session {
    /// The user.
    pub user: Id,
    /// The application.
    pub client_id: String,
    /// What the user allowed.
    pub scope: String,
    /// When it ends, in milliseconds since 1970.
    pub expires: i64,
    approval: Option<u64>,
}

impl Session {
    /// Whether the user allowed `scope`.
    pub(crate) fn allows(&self, scope: &str) -> bool {
        self.scope.split(' ').any(|s| s == scope || s == "full")
    }
}

/// What presenting a refresh token leads to.
pub(super) enum Refresh {
    Valid(u64),
    Invalid,
}

/// Approvals, sessions, codes and browser sessions.
#[derive(Default)]
pub(crate) struct Auth {
    approvals: Vec<Approval>,
    sessions: HashMap<Hash, Session>,
    pub(super) codes: HashMap<Hash, Code>,
    pub(super) pending: HashMap<String, Pending>,
    pub(super) browsers: HashMap<String, Id>,
    approvals_made: u64,
}

impl Auth {
    /// Records an approval and gives its number and refresh token.
    pub(super) fn approve(&mut self, user: Id, client_id: &str, scope: &str) -> (u64, String) {
        let own = |a: &Approval| a.user == user && a.client_id == client_id;
        let oldest = self.approvals.iter().find(|a| own(a)).map(|a| a.number);
        let live = self.approvals.iter().filter(|a| own(a)).count();
        if let Some(number) = oldest.filter(|_| live >= APPROVALS) {
            self.end_approval(number);
        }
        self.approvals_made += 1;
        let refresh = refresh_token();
        self.approvals.push(Approval {
            number: self.approvals_made,
            user,
            client_id: client_id.to_owned(),
            scope: scope.to_owned(),
            refresh: hash(&refresh),
            spent: Vec::new(),
        });
        (self.approvals_made, refresh)
    }

    pub(super) fn approval(&self, number: u64) -> Option<&Approval> {
        self.approvals.iter().find(|a| a.number == number)
    }

    /// What the login and consent pages lead to: an access and a refresh token.
    pub(crate) fn grant(
        &mut self,
        org: Id,
        user: Id,
        client_id: &str,
        expires: i64,
    ) -> (String, String) {
        let scope = "api refresh_token id";
        let (number, refresh) = self.approve(user, client_id, scope);
        let access = self.open(org, Some(number), user, client_id, scope, expires);
        (access, refresh)
    }

    /// Looks a refresh token up. A spent one ends the approval: it was stolen,
    /// or two parties use it.
    pub(super) fn present(&mut self, token: &str, client_id: &str) -> Refresh {
        let token = hash(token);
        let known = self
            .approvals
            .iter()
            .find(|a| a.client_id == client_id && (a.refresh == token || a.spent.contains(&token)));
        match known.map(|a| (a.number, a.refresh == token)) {
            Some((number, true)) => Refresh::Valid(number),
            Some((number, false)) => {
                self.end_approval(number);
                Refresh::Invalid
            }
            None => Refresh::Invalid,
        }
    }

    pub(super) fn rotate(&mut self, number: u64) -> Option<String> {
        let approval = self.approvals.iter_mut().find(|a| a.number == number)?;
        let next = refresh_token();
        approval
            .spent
            .push(std::mem::replace(&mut approval.refresh, hash(&next)));
        Some(next)
    }

    /// Opens a session and gives its access token.
    pub(super) fn open(
        &mut self,
        org: Id,
        approval: Option<u64>,
        user: Id,
        client_id: &str,
        scope: &str,
        expires: i64,
    ) -> String {
        let token = format!("{}!AQ{}", org.short(), random::token(94));
        let session = Session {
            user,
            client_id: client_id.to_owned(),
            scope: scope.to_owned(),
            expires,
            approval,
        };
        self.sessions.insert(hash(&token), session);
        token
    }

    /// The session of an access token, unless it has ended.
    pub(crate) fn session(&self, token: &str, now: i64) -> Option<&Session> {
        self.sessions.get(&hash(token)).filter(|s| s.expires > now)
    }

    /// Ends the session of an access token; says whether there was one.
    pub(crate) fn end_session(&mut self, token: &str) -> bool {
        self.sessions.remove(&hash(token)).is_some()
    }

    fn end_approval(&mut self, number: u64) {
        self.approvals.retain(|a| a.number != number);
        self.sessions.retain(|_, s| s.approval != Some(number));
    }

    /// Revokes a token of either sort; says whether it was known.
    pub(crate) fn revoke(&mut self, token: &str) -> bool {
        let hashed = hash(token);
        let approval = self
            .approvals
            .iter()
            .find(|a| a.refresh == hashed)
            .map(|a| a.number);
        match approval {
            Some(number) => {
                self.end_approval(number);
                true
            }
            None => self.end_session(token),
        }
    }

    /// Ends all sessions; refresh tokens live on.
    pub(crate) fn expire_sessions(&mut self) {
        self.sessions.clear();
    }

    /// Ends everything, as when an administrator revokes the application.
    pub(crate) fn revoke_everything(&mut self) {
        self.sessions.clear();
        self.approvals.clear();
        self.codes.clear();
    }

    /// How many approvals are live.
    pub(crate) fn approvals(&self) -> usize {
        self.approvals.len()
    }
}

fn refresh_token() -> String {
    format!("5Aep861{}", random::token(80))
}

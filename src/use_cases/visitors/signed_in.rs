//! Visitors who are signed in.

use domain::accounts::Account;
use domain::activities::{ActivityKind, Details, NewActivity};
use domain::ids::{AccountId, VisitorId};
use domain::visitors::Visitor;

/// A visitor who may see what is shared with an account. Someone who belongs to
/// several acts for the one they joined first.
#[derive(Clone, Copy, Debug)]
pub struct MemberOf<'a> {
    pub visitor: &'a Visitor,
    pub account: &'a Account,
}

/// Someone who is signed in.
#[derive(Clone, Copy, Debug)]
pub enum SignedIn<'a> {
    Member(MemberOf<'a>),
    /// Nothing locked is open to them: of an account that has to sign first, or of none.
    Other(VisitorId, Option<AccountId>),
}

impl MemberOf<'_> {
    pub(in crate::use_cases) fn did(self, kind: ActivityKind, details: Details) -> NewActivity {
        NewActivity {
            kind,
            person: Some(self.visitor.person()),
            company: self.account.name.clone(),
            account: Some(self.account.id),
            details,
        }
    }
}

impl SignedIn<'_> {
    pub(in crate::use_cases) const fn visitor(&self) -> VisitorId {
        match self {
            Self::Member(member) => member.visitor.id,
            Self::Other(visitor, _) => *visitor,
        }
    }
}

//! What a visitor may see of what is locked: the one decision behind every
//! address of a status page.

use super::visits::MemberOf;
use crate::domain::access::Account;
use crate::domain::visitor::Visitor;

/// How a visitor stands to what is locked.
#[derive(Clone, Copy, Debug)]
pub enum Access<'a> {
    /// Not signed in.
    Anonymous,
    /// Signed in, but member of no account.
    NoAccount,
    /// Member of an account whose NDA nobody has signed yet.
    NdaFirst(MemberOf<'a>),
    /// Sees everything.
    Open(MemberOf<'a>),
}

impl<'a> Access<'a> {
    /// Of a visitor and the accounts they are a member of now, the oldest membership
    /// first: that is the account they act for, and its NDA the one that counts.
    pub fn of(visitor: Option<(&'a Visitor, &'a [Account])>) -> Self {
        let Some((visitor, accounts)) = visitor else {
            return Self::Anonymous;
        };
        let Some(account) = accounts.first() else {
            return Self::NoAccount;
        };
        let member = MemberOf { visitor, account };
        if account.nda.is_settled() {
            Self::Open(member)
        } else {
            Self::NdaFirst(member)
        }
    }

    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }
}

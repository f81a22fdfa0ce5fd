//! What a visitor may see of what is locked: the one decision behind every
//! address of a trust center.

use domain::accounts::profile::DocumentScope;
use domain::accounts::{Account, Standing};
use domain::content::Item;
use domain::ids::{AccountId, OrganizationId};
use domain::visitors::Visitor;
use jiff::civil::Date;
use store::Tx;
use tracing::instrument;

use crate::use_cases::visitors::MemberOf;

/// A visitor who has signed in, with what decides on their access today.
#[derive(Clone, Debug)]
pub struct KnownVisitor {
    pub visitor: Visitor,
    /// Whose member they are now, the oldest membership first; none where their
    /// request was not approved, or their access was taken away or has ended.
    pub accounts: Vec<Account>,
    /// How far the access of the first account reaches.
    pub scope: DocumentScope,
    /// The last day (UTC) of an access that has ended.
    pub ended: Option<Date>,
}

impl KnownVisitor {
    /// Looks up how the visitor stands on this day (UTC).
    #[instrument(name = "visitors.access.load", skip_all, fields(%org, visitor = %visitor.id))]
    pub async fn load(
        tx: &mut Tx,
        org: OrganizationId,
        visitor: Visitor,
        today: Date,
    ) -> store::Result<Self> {
        let mut accounts = Vec::new();
        let mut ended = None;
        for one in store::accounts::members::memberships_of(tx, org, visitor.id).await? {
            match one.standing(today) {
                Standing::Open => accounts.push(one.account),
                Standing::Ended(until) => ended = ended.max(Some(until)),
                Standing::Rejected | Standing::Archived => {}
            }
        }
        let scope = match accounts.first() {
            Some(account) => store::accounts::profiles::reach(tx, org, account.profile).await?,
            None => DocumentScope::Groups(std::collections::BTreeSet::new()),
        };
        Ok(Self {
            visitor,
            accounts,
            scope,
            ended,
        })
    }
}

impl KnownVisitor {
    /// Someone who is no member, but looks with the eyes of that account's members on this
    /// day (UTC).
    #[instrument(name = "visitors.access.with_eyes_of", skip_all, fields(%org, account = %account.id))]
    pub async fn with_eyes_of(
        tx: &mut Tx,
        org: OrganizationId,
        visitor: Visitor,
        account: Account,
        today: Date,
    ) -> store::Result<Self> {
        let scope = store::accounts::profiles::reach(tx, org, account.profile).await?;
        let standing = account.standing(today);
        let ended = match standing {
            Standing::Ended(until) => Some(until),
            Standing::Open | Standing::Rejected | Standing::Archived => None,
        };
        Ok(Self {
            visitor,
            accounts: (standing == Standing::Open)
                .then_some(account)
                .into_iter()
                .collect(),
            scope,
            ended,
        })
    }

    /// Whether they read this item, and this account's thread on it: an account whose
    /// NDA is not signed has no thread before it is.
    pub fn reads(&self, item: &Item, account: AccountId) -> bool {
        let access = Access::for_visitor(Some(self));
        let acts_for = self.accounts.first().is_some_and(|one| one.id == account);
        acts_for && access.is_open() && access.item_access(&self.scope, item) == ItemAccess::Open
    }
}

/// How a visitor stands to what is locked.
#[derive(Clone, Copy, Debug)]
pub enum Access<'a> {
    /// Not signed in.
    Anonymous,
    /// Signed in, but member of no account.
    NoAccount,
    /// Was let in until the end of that day (UTC).
    Expired(Date),
    /// Member of an account whose NDA nobody has signed yet.
    NdaFirst(MemberOf<'a>),
    /// Sees what the account's profile includes.
    Open(MemberOf<'a>),
}

/// How an item stands to a visitor.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ItemAccess {
    Open,
    /// Its title and summary are shown. What opens it depends on [`Access`].
    Closed,
    /// Like `Closed`, to a member whose account's profile leaves it out.
    NotIncluded,
}

impl<'a> Access<'a> {
    /// Of several accounts the first is the one that a visitor acts for, and its NDA
    /// and profile the ones that count.
    pub fn for_visitor(known: Option<&'a KnownVisitor>) -> Self {
        let Some(known) = known else {
            return Self::Anonymous;
        };
        let Some(account) = known.accounts.first() else {
            return known.ended.map_or(Self::NoAccount, Self::Expired);
        };
        let member = MemberOf {
            visitor: &known.visitor,
            account,
        };
        if account.nda.is_settled() {
            Self::Open(member)
        } else {
            Self::NdaFirst(member)
        }
    }

    pub const fn is_open(&self) -> bool {
        matches!(self, Self::Open(_))
    }

    /// Whether this item is open to someone whose access reaches so far. A public
    /// one is open to anyone.
    #[expect(clippy::match_same_arms, reason = "in the order of what is asked")]
    pub fn item_access(&self, scope: &DocumentScope, item: &Item) -> ItemAccess {
        if !item.visibility.is_locked() {
            return ItemAccess::Open;
        }
        match self {
            Self::Anonymous | Self::NoAccount | Self::Expired(_) => ItemAccess::Closed,
            Self::NdaFirst(_) | Self::Open(_) if !scope.includes(item.group) => {
                ItemAccess::NotIncluded
            }
            Self::NdaFirst(_) => ItemAccess::Closed,
            Self::Open(_) => ItemAccess::Open,
        }
    }
}

#[cfg(test)]
#[path = "access_tests.rs"]
mod tests;

//! Document groups, and the permission profiles that decide who sees which.

use std::collections::BTreeSet;

use crate::ids::{DocumentGroupId, ProfileId};

/// What locked items are grouped by: "Audit reports". An item is in at most one.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DocumentGroup {
    /// Names the group in the dashboard's addresses.
    pub id: DocumentGroupId,
    /// Unique in the organization; only staff see it.
    pub name: String,
    /// May be empty. Only staff see it, and the name.
    pub description: String,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
}

/// Which groups the accounts that have it see.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Profile {
    /// Names the profile in the dashboard's addresses.
    pub id: ProfileId,
    /// Unique in the organization; only staff see it.
    pub name: String,
    /// May be empty. Only staff see it, and the name.
    pub description: String,
    /// Which document groups it opens.
    pub scope: DocumentScope,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
}

/// How far someone's access reaches.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum DocumentScope {
    /// Every group, also those that come later.
    #[default]
    Everything,
    /// These groups only; what is in no group is open, too.
    Groups(BTreeSet<DocumentGroupId>),
}

impl DocumentScope {
    /// Whether what is in this group is included. What is in no group always is.
    pub fn includes(&self, group: Option<DocumentGroupId>) -> bool {
        match (self, group) {
            (Self::Everything, _) | (_, None) => true,
            (Self::Groups(groups), Some(group)) => groups.contains(&group),
        }
    }
}

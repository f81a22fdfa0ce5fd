//! Filtered lists that people of the staff keep under a name of their own.

use crate::ids::SavedViewId;
use crate::keyed::keyed;

/// A list of the dashboard whose filters can be kept.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SavedList {
    /// Accounts.
    Accounts,
    /// Deliveries to Salesforce.
    Deliveries,
}

impl SavedList {
    /// Each of them.
    pub const ALL: [Self; 2] = [Self::Accounts, Self::Deliveries];

    /// Its name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Accounts => "accounts",
            Self::Deliveries => "deliveries",
        }
    }
}

keyed!(SavedList, "a list whose filters can be kept");

/// One person's filters of a list.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedView {
    /// Names it in the dashboard's addresses.
    pub id: SavedViewId,
    /// What it lists.
    pub list: SavedList,
    /// What its owner calls it.
    pub title: String,
    /// The query of the list's address, without the question mark.
    pub query: String,
}

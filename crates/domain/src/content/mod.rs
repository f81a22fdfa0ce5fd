//! What a trust center shows: sections, and the items in them.

pub mod badge;
pub mod colour;
pub mod entry;
pub mod logo;
pub mod search;
pub mod starters;
pub mod table;
pub mod update;

use jiff::Timestamp;

use crate::content::entry::SectionKind;
use crate::ids::{DocumentGroupId, DocumentId, ItemId, SectionId};
use crate::keyed::keyed;

/// Who may read an item.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Visibility {
    /// Anyone.
    Public,
    /// Members of an account; others see its title and may request access.
    Locked,
}

impl Visibility {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Public, Self::Locked];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Locked => "locked",
        }
    }

    /// What the dashboard calls it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Locked => "Locked",
        }
    }

    /// Whether only members may read it.
    pub const fn is_locked(self) -> bool {
        matches!(self, Self::Locked)
    }
}

keyed!(Visibility, "a visibility: use public or locked");

/// A headed group of items, or of entries of another kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    /// Names the section in the dashboard's addresses.
    pub id: SectionId,
    /// What the section holds; it never changes.
    pub kind: SectionKind,
    /// Its heading on the trust center.
    pub title: String,
    /// A sentence below the heading; may be empty.
    pub description: String,
    /// Sections are shown by rising position.
    pub position: i64,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
    /// When its entries were last changed; never of a section of items.
    pub changed_at: Option<Timestamp>,
}

/// A policy, a certificate, a report.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// Names the item in addresses of the trust center and the dashboard.
    pub id: ItemId,
    /// The section that it is listed in.
    pub section: SectionId,
    /// What visitors read in the list and as the heading of its page.
    pub title: String,
    /// One or two sentences, shown in the list.
    pub summary: String,
    /// Plain text of any length, shown on the item's own page.
    pub body: String,
    /// Who may read it.
    pub visibility: Visibility,
    /// Who of the members sees it, where it is locked; visitors are never told.
    pub group: Option<DocumentGroupId>,
    /// The file that it offers now; `None` where it offers none.
    pub document: Option<DocumentId>,
    /// Items are shown by rising position within their section.
    pub position: i64,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
    /// When it, or its file, was last changed.
    pub updated_at: Timestamp,
}

//! What a trust center shows: sections, and the items in them.

pub mod badge;
pub mod colour;
pub mod entry;
pub mod logo;
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
    pub const ALL: [Self; 2] = [Self::Public, Self::Locked];

    pub const fn key(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Locked => "locked",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::Public => "Public",
            Self::Locked => "Locked",
        }
    }

    pub const fn is_locked(self) -> bool {
        matches!(self, Self::Locked)
    }
}

keyed!(Visibility, "a visibility: use public or locked");

/// A headed group of items, or of entries of another kind.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Section {
    pub id: SectionId,
    pub kind: SectionKind,
    pub title: String,
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
    pub id: ItemId,
    pub section: SectionId,
    pub title: String,
    /// One or two sentences, shown in the list.
    pub summary: String,
    /// Plain text of any length, shown on the item's own page.
    pub body: String,
    pub visibility: Visibility,
    /// Who of the members sees it, where it is locked; visitors are never told.
    pub group: Option<DocumentGroupId>,
    pub document: Option<DocumentId>,
    /// Items are shown by rising position within their section.
    pub position: i64,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
    pub updated_at: Timestamp,
}

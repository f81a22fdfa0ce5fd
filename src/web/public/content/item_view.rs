//! What a visitor may know of an item.

use std::collections::BTreeMap;

use domain::content::Item;
use domain::dates;
use domain::documents::Document;
use domain::ids::DocumentId;

use crate::use_cases::visitors::access::ItemAccess;

/// What this visitor may know of an item. Of a locked one no document is here,
/// so that no template can show it.
pub(in crate::web::public) struct ItemView {
    pub item: Item,
    pub locked: bool,
    /// Locked, because the access of the visitor's account doesn't include it.
    pub not_included: bool,
    pub document: Option<Document>,
    pub updated: String,
}

impl ItemView {
    pub(crate) fn from_item(
        item: Item,
        item_access: ItemAccess,
        documents: &mut BTreeMap<DocumentId, Document>,
    ) -> Self {
        let locked = item_access != ItemAccess::Open;
        let document = item.document.filter(|_| !locked);
        Self {
            locked,
            not_included: item_access == ItemAccess::NotIncluded,
            document: document.and_then(|id| documents.get(&id).cloned()),
            updated: dates::utc_day(item.updated_at),
            item,
        }
    }

    pub(crate) fn updated_at(&self) -> String {
        self.item.updated_at.to_string()
    }
}

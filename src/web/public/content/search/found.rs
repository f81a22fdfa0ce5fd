//! A result, with the words that were looked for marked.

use domain::content::search::{Piece, Query};

use crate::web::public::content::search::published::Published;

pub(super) struct Found {
    pub kind: String,
    pub icon: &'static str,
    pub place: Vec<Piece>,
    pub title: Vec<Piece>,
    pub summary: Vec<Piece>,
    /// Where the words are in its text; empty where the summary says enough.
    pub excerpt: Vec<Piece>,
    pub path: String,
    pub locked: bool,
}

impl Found {
    pub(super) fn new(query: &Query, one: Published) -> Self {
        // A category is shown as the place already.
        let is_shown = one.text == one.place;
        let shows_text = !is_shown && (one.summary.is_empty() || query.is_in(&one.text));
        Self {
            place: query.marked(&one.place),
            title: query.marked(&one.title),
            summary: query.marked(&one.summary),
            excerpt: if shows_text {
                query.excerpt(&one.text)
            } else {
                Vec::new()
            },
            kind: one.kind,
            icon: one.icon,
            path: one.path,
            locked: one.locked,
        }
    }
}

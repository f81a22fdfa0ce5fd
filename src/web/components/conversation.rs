//! A conversation as both sides read it.

use jiff::Timestamp;

use domain::conversations::Comment;
use domain::conversations::linked_text::{self, Piece};

/// One comment, for `templates/components/conversation.html`.
pub struct CommentView {
    pub id: String,
    pub name: String,
    /// The organization or the account for which the author speaks.
    pub side: String,
    pub is_staff: bool,
    pub pieces: Vec<Piece>,
    pub at: Timestamp,
}

impl CommentView {
    pub fn from_comment(comment: Comment, org_name: &str, account_name: &str) -> Self {
        let is_staff = comment.author.is_staff();
        let side = if is_staff { org_name } else { account_name };
        Self {
            id: comment.id.to_string(),
            name: comment.author_name,
            side: side.to_owned(),
            is_staff,
            pieces: linked_text::pieces(&comment.text),
            at: comment.created_at,
        }
    }
}

//! What members of an account and staff say to each other about an item.

pub mod linked_text;

use jiff::Timestamp;
use unicode_normalization::UnicodeNormalization;

use crate::ids::{AccountId, CommentId, ItemId, SavedReplyId, StaffUserId, ThreadId, VisitorId};
use crate::limits::COMMENT;

/// Everything that one account and staff said about one item.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Thread {
    /// Names the thread in the dashboard's addresses.
    pub id: ThreadId,
    /// The account whose members take part.
    pub account: AccountId,
    /// The account's name, as it is now.
    pub account_name: String,
    /// Its people don't see the conversation then, and wait for nothing.
    pub account_is_archived: bool,
    /// `None` once the item was deleted.
    pub item: Option<ItemId>,
    /// The item's title as it is now, or as it was when the item was deleted.
    pub item_title: String,
    /// When the oldest comment was written that staff have not answered.
    pub waiting_since: Option<Timestamp>,
    /// When a comment was last written, or staff last said that no answer is due.
    pub last_at: Timestamp,
}

/// Who wrote a comment.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Author {
    /// A member of the account.
    Visitor(VisitorId),
    /// One of the staff.
    Staff(StaffUserId),
}

impl Author {
    /// Whether one of the staff wrote it.
    pub const fn is_staff(self) -> bool {
        matches!(self, Self::Staff(_))
    }
}

/// One contribution to a thread. Never changed afterwards.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// Names the comment on the pages that show its thread: `#comment-…`.
    pub id: CommentId,
    /// Who wrote it.
    pub author: Author,
    /// As it is known now; the address of a visitor who gave no name.
    pub author_name: String,
    /// What was written: plain text, with `\n` between its lines.
    pub text: String,
    /// When it was written.
    pub created_at: Timestamp,
}

/// An answer that staff keep to use again.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SavedReply {
    /// Names it in the dashboard's addresses.
    pub id: SavedReplyId,
    /// What staff find it by; unique within the organization.
    pub title: String,
    /// Plain text, fit for a comment.
    pub text: String,
    /// Grows by one with each edit: a form made from an older one is stale.
    pub version: i64,
}

/// A comment's text, fit to be kept: not empty, at most [`COMMENT`] characters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommentText(String);

/// Why a text is no comment, in words for its writer.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CommentTextError {
    /// It has no visible character.
    #[error("Write something first")]
    Empty,
    /// It has so many characters, which is more than [`COMMENT`].
    #[error("The text has {0} characters; shorten it to 10,000")]
    TooLong(usize),
}

impl CommentText {
    /// Line ends become `\n`; other control characters go.
    pub fn parse(text: &str) -> Result<Self, CommentTextError> {
        let text: String = text
            .replace("\r\n", "\n")
            .nfc()
            .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
            .collect();
        let text = text.trim();
        let says_something = |c: char| !c.is_whitespace() && !is_invisible(c);
        if !text.contains(says_something) {
            return Err(CommentTextError::Empty);
        }
        match text.chars().count() {
            length if length > COMMENT => Err(CommentTextError::TooLong(length)),
            _ => Ok(Self(text.to_owned())),
        }
    }

    /// The text, as it is kept.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

const fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_says_something_and_has_an_end() {
        for empty in ["", " \r\n\t ", "\u{200b}\u{feff}", "\0\0"] {
            assert_eq!(CommentText::parse(empty), Err(CommentTextError::Empty));
        }
        let longest = "é".repeat(COMMENT);
        assert_eq!(CommentText::parse(&longest).unwrap().as_str(), longest);
        let longer = format!("{longest}.");
        assert_eq!(
            CommentText::parse(&longer).unwrap_err().to_string(),
            "The text has 10001 characters; shorten it to 10,000"
        );
    }

    #[test]
    fn lines_are_kept_and_control_characters_are_not() {
        let text = CommentText::parse(" One\r\n\r\ntwo\u{7}\tthree \0").unwrap();
        assert_eq!(text.as_str(), "One\n\ntwo\tthree");
    }
}

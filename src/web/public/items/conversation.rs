//! What a member's account and staff say about an item.

use domain::content::Item;
use domain::limits::COMMENT;
use store::Tx;

use crate::web::components::conversation::CommentView;
use crate::web::http::error::WebResult;
use crate::web::http::visitor::StatusPage;

/// The thread of the visitor's account, and the form below it.
pub(super) struct Conversation {
    pub account: String,
    pub comments: Vec<CommentView>,
    pub typed: String,
    pub mistake: String,
    pub most: usize,
}

impl Conversation {
    /// `None` for visitors who aren't members, or may not read the item.
    pub(super) async fn load(
        tx: &mut Tx,
        page: &StatusPage,
        item: &Item,
    ) -> WebResult<Option<Self>> {
        let Some(member) = page.member().filter(|_| page.opens(item)) else {
            return Ok(None);
        };
        let org = &page.org;
        let account = &member.account.name;
        let thread = store::conversations::of(tx, org.id, item.id, member.account.id).await?;
        let comments = match thread {
            Some(thread) => {
                store::conversations::comments::of_thread(tx, org.id, thread.id).await?
            }
            None => Vec::new(),
        };
        let views = comments
            .into_iter()
            .map(|comment| CommentView::from_comment(comment, &org.name, account));
        Ok(Some(Self {
            comments: views.collect(),
            account: account.clone(),
            typed: String::new(),
            mistake: String::new(),
            most: COMMENT,
        }))
    }
}

//! What members asked below items, and what colleagues answered.

use anyhow::{Context as _, Result};
use clock::Ambient;
use domain::conversations::CommentText;
use gatehouse::use_cases::conversations::{self, Reply};
use gatehouse::use_cases::visitors::MemberOf;
use store::Tx;

use crate::history::Past;
use crate::history::story::Said;

/// Before the colleague who says that no answer is needed.
pub(super) const SETTLES: &str = "settle:";

impl Past<'_> {
    pub(super) async fn say(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        company: &str,
        item: &str,
        said: &Said,
    ) -> Result<()> {
        let account = self.account(tx, company).await?;
        let item = self.item(item)?;
        if said.by.contains('@') {
            let visitor = self.visitor(tx, &said.by).await?;
            let member = MemberOf {
                visitor: &visitor,
                account: &account,
            };
            let text = CommentText::parse(&said.text)?;
            let url = &self.app.config.public_url;
            conversations::comment(tx, at, self.org, url, member, item, &text).await?;
            return Ok(());
        }
        let thread = store::conversations::of(tx, self.org.id, item.id, account.id).await?;
        let thread = thread.context("nobody has begun the conversation")?.id;
        let newest = store::conversations::comments::newest(tx, self.org.id, thread).await?;
        let seen = newest.context("a conversation without comments")?.id;
        if let Some(key) = said.by.strip_prefix(SETTLES) {
            conversations::settle(tx, self.staff(at, key)?, thread, seen).await?;
            return Ok(());
        }
        let text = &CommentText::parse(&said.text)?;
        let reply = Reply { thread, seen, text };
        conversations::answer(tx, self.staff(at, &said.by)?, reply).await?;
        Ok(())
    }
}

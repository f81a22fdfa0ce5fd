//! Comments on items of the shared trust center, and what staff answer.

pub mod ask_for_item;
pub mod saved_replies;

use clock::Ambient;
use domain::activities::{ActivityKind, Details};
use domain::audit::Action;
use domain::content::Item;
use domain::conversations::{Author, CommentText, Thread};
use domain::email::notification::NotificationKind;
use domain::email::visitor_preference::VisitorEmail;
use domain::ids::{CommentId, ThreadId};
use domain::organizations::Organization;
use store::{StoreError, Tx};
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::activities::record;
use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::email::visitor_preferences;
use crate::use_cases::organizations::address::StatusAddress;
use crate::use_cases::visitors::MemberOf;
use crate::use_cases::visitors::access::KnownVisitor;

/// Why staff did not answer.
#[derive(Debug, thiserror::Error)]
pub enum AnswerError {
    #[error("there is no such conversation")]
    NotFound,
    #[error(transparent)]
    Notification(#[from] NotificationError),
}

impl From<StoreError> for AnswerError {
    fn from(error: StoreError) -> Self {
        Self::Notification(error.into())
    }
}

/// A member comments on an item: in the thread of their account, recorded as an
/// activity, and told to Editors and Admins by email.
#[instrument(
    name = "conversations.comment",
    skip_all,
    fields(org = %org.id, account = %member.account.id, visitor = %member.visitor.id, item = %item.id)
)]
pub async fn comment(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    member: MemberOf<'_>,
    item: &Item,
    text: &CommentText,
) -> Result<CommentId, NotificationError> {
    let thread = store::conversations::touch(tx, ambient, org.id, item, member.account.id).await?;
    let author = Author::Visitor(member.visitor.id);
    let id =
        store::conversations::comments::insert(tx, ambient, org.id, thread, author, text).await?;
    let details = Details {
        item: Some(item.title.clone()),
        text: Some(text.as_str().to_owned()),
        ..Details::default()
    };
    let activity = member.did(ActivityKind::CommentOnStatusPage, details);
    record(tx, ambient, org.id, activity).await?;
    let who = member.visitor.person().display_name();
    let notice = Notification {
        org,
        subject: format!("{who} commented on {}", item.title),
        heading: "A comment on your trust center",
        text: format!(
            "{who} of {} commented on {}:",
            member.account.name, item.title
        ),
        quote: text.as_str(),
        button: "Answer in the dashboard",
        link: public_url.join(&format!("/dashboard/conversations/{thread}"))?,
        why: "You receive this because you are an Editor or Admin. Answer in the dashboard: \
              replies aren’t monitored.",
    };
    notice
        .send_to_staff(NotificationKind::Comment, tx, ambient, org)
        .await?;
    Ok(id)
}

/// What staff write, and the last comment that they had before them.
#[derive(Clone, Copy, Debug)]
pub struct Reply<'a> {
    pub thread: ThreadId,
    pub seen: CommentId,
    pub text: &'a CommentText,
}

/// Staff answer a thread. Everyone who wrote in it, still has access and has not
/// stopped such emails gets an email. Comments that came after the last that was seen still wait.
///
/// # Errors
/// There is no such conversation.
#[instrument(
    name = "conversations.answer",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, thread = %reply.thread)
)]
pub async fn answer(
    tx: &mut Tx,
    act: StaffAction<'_>,
    reply: Reply<'_>,
) -> Result<CommentId, AnswerError> {
    let Reply { seen, text, .. } = reply;
    let thread = find(tx, act.org, reply.thread).await?;
    let author = Author::Staff(act.by.id);
    let id = store::conversations::comments::insert(
        tx,
        act.ambient,
        act.org.id,
        thread.id,
        author,
        text,
    )
    .await?;
    store::conversations::settle(tx, act.org.id, thread.id, seen, act.ambient.now()).await?;
    let detail = format!("{}, {}", thread.account_name, thread.item_title);
    let action = Action::AnsweredConversation;
    act.audit(tx, action, &detail).await?;
    let Some(item) = thread.item else {
        // The page on which it could be read is gone.
        return Ok(id);
    };
    let address = StatusAddress::for_organization(tx, act.org, act.public_url).await?;
    let mut link = address.page(&format!("/items/{item}"));
    link.set_fragment(Some("conversation"));
    let notice = Notification {
        org: act.org,
        subject: format!("{} answered you on {}", act.org.name, thread.item_title),
        heading: "You have an answer",
        text: format!(
            "{} of {} answered in the conversation about {}.",
            act.by.name, act.org.name, thread.item_title
        ),
        // What is said stays behind the sign-in.
        quote: "",
        button: "Read the answer",
        link,
        why: "You receive this because you commented there. Answer on the page: an answer to \
              replies aren’t monitored.",
    };
    let item = store::content::items::by_id(tx, act.org.id, item).await?;
    for visitor in store::conversations::comments::visitors_in(tx, act.org.id, thread.id).await? {
        let known = KnownVisitor::load(tx, act.org.id, visitor, act.ambient.today()).await?;
        if item
            .as_ref()
            .is_some_and(|item| known.reads(item, thread.account))
        {
            let (to, kind) = (&known.visitor, VisitorEmail::Answer);
            let stop = address.email_preferences();
            visitor_preferences::send(tx, act.ambient, act.org.id, stop, to, kind, &notice).await?;
        }
    }
    Ok(id)
}

/// Staff decide that what was said up to `seen` needs no answer.
///
/// # Errors
/// There is no such conversation.
#[instrument(
    name = "conversations.settle",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, %thread, comment = %seen)
)]
pub async fn settle(
    tx: &mut Tx,
    act: StaffAction<'_>,
    thread: ThreadId,
    seen: CommentId,
) -> Result<(), AnswerError> {
    let thread = find(tx, act.org, thread).await?;
    store::conversations::settle(tx, act.org.id, thread.id, seen, thread.last_at).await?;
    let detail = format!("{}, {}", thread.account_name, thread.item_title);
    let action = Action::SettledConversation;
    act.audit(tx, action, &detail).await?;
    Ok(())
}

async fn find(tx: &mut Tx, org: &Organization, id: ThreadId) -> Result<Thread, AnswerError> {
    let found = store::conversations::by_id(tx, org.id, id).await?;
    found.ok_or(AnswerError::NotFound)
}

//! Answers that staff keep to use again.

use domain::audit::Action;
use domain::conversations::{CommentText, SavedReply};
use domain::ids::SavedReplyId;
use domain::names::tidy;
use store::{StoreError, Tx};
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::limits::{SAVED_REPLIES, SAVED_REPLY_TITLE};
use crate::use_cases::problems::Problems;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SavedReplyError {
    #[error("there is no such reply")]
    NotFound,
    #[error("it was changed since the form was opened")]
    Stale,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Store(StoreError),
}

impl From<StoreError> for SavedReplyError {
    /// Someone else may have taken the title at the same moment.
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(_) => {
                let mut problems = Problems::default();
                problems.add("title", TAKEN);
                Self::Invalid(problems)
            }
            other => Self::Store(other),
        }
    }
}

const TAKEN: &str = "Another reply has this title";

/// Adds a reply (`None`), or saves one that is still at that version.
///
/// # Errors
/// It is gone, it was changed meanwhile, or what is wrong with the title or the text.
#[instrument(
    name = "conversations.save_reply",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save(
    tx: &mut Tx,
    act: StaffAction<'_>,
    which: Option<(SavedReplyId, i64)>,
    title: &str,
    text: &str,
) -> Result<(), SavedReplyError> {
    let all = store::conversations::saved_replies::list(tx, act.org.id).await?;
    let reply = SavedReply {
        id: which.map_or_else(|| act.ambient.id(SavedReplyId::from_uuid), |(id, _)| id),
        title: tidy(title),
        text: text.to_owned(),
        version: which.map_or(1, |(_, version)| version),
    };
    if which.is_some() && !all.iter().any(|other| other.id == reply.id) {
        return Err(SavedReplyError::NotFound);
    }
    let reply = checked(reply, &all, which.is_none())?;
    let now = act.ambient.now();
    if which.is_none() {
        store::conversations::saved_replies::insert(tx, act.org.id, &reply, now).await?;
    } else if !store::conversations::saved_replies::update(tx, act.org.id, &reply, now).await? {
        return Err(SavedReplyError::Stale);
    }
    act.audit(tx, Action::SavedReply, &reply.title).await?;
    Ok(())
}

fn checked(reply: SavedReply, all: &[SavedReply], is_new: bool) -> Result<SavedReply, Problems> {
    let mut problems = Problems::default();
    problems.required("title", "The title", &reply.title, SAVED_REPLY_TITLE);
    let is_taken = |other: &SavedReply| other.id != reply.id && other.title == reply.title;
    if all.iter().any(is_taken) {
        problems.add("title", TAKEN);
    }
    if is_new && all.len() >= SAVED_REPLIES {
        let full = format!("There are {SAVED_REPLIES} replies. Delete one first");
        problems.add("title", full);
    }
    let text = CommentText::parse(&reply.text).map_err(|error| {
        problems.add("text", error.to_string());
    });
    let text = text.map_or_else(|()| String::new(), |text| text.as_str().to_owned());
    problems.into_result()?;
    Ok(SavedReply { text, ..reply })
}

/// # Errors
/// It is gone already.
#[instrument(
    name = "conversations.delete_reply",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, reply = %id)
)]
pub async fn delete(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: SavedReplyId,
) -> Result<(), SavedReplyError> {
    let title = store::conversations::saved_replies::delete(tx, act.org.id, id).await?;
    let title = title.ok_or(SavedReplyError::NotFound)?;
    act.audit(tx, Action::DeletedReply, &title).await?;
    Ok(())
}

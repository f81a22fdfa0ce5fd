//! Publishing updates, and mailing them to those who subscribed.

use domain::audit::{Action, Changes};
use domain::content::update::{Update, UpdateTopic};
use domain::ids::UpdateId;
use domain::names::tidy;
use jiff::civil::Date;
use store::Tx;
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::content::ContentError;
use crate::use_cases::problems::Problems;

/// What was typed into an update's form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct UpdateDraft {
    pub title: String,
    pub body: String,
    /// `None` keeps the one that it has.
    pub topic: Option<UpdateTopic>,
    /// As the browser sends it: 2026-11-25.
    pub dated_on: String,
}

/// What is to become of it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Visitors don't see it (anymore).
    Draft,
    Publish,
    /// Also mails it to every subscriber who wants its topic.
    PublishAndMail,
}

impl UpdateDraft {
    fn checked(&self) -> Result<(Self, Date), Problems> {
        let draft = Self {
            title: tidy(&self.title),
            body: self.body.trim().replace("\r\n", "\n"),
            topic: self.topic,
            dated_on: self.dated_on.trim().to_owned(),
        };
        let mut problems = Problems::default();
        problems.required("title", "The title", &draft.title, 160);
        problems.required("body", "The text", &draft.body, 20_000);
        let date = draft.dated_on.parse::<Date>().map_err(|_| {
            problems.add("dated_on", "Choose the day that stands beside it");
        });
        match (date, problems.into_result()) {
            (Ok(date), Ok(())) => Ok((draft, date)),
            (_, Err(problems)) => Err(problems),
            (Err(()), Ok(())) => Err(Problems::default()),
        }
    }
}

/// Saves a new update (`None`) or one that is still at that version, and emails it
/// where that is asked for: see [`crate::use_cases::content::update_mailing`]. Answers its id and how many
/// subscribers it goes to.
///
/// # Errors
/// It is gone, it was changed meanwhile, or what is wrong with the draft.
#[instrument(
    name = "content.updates.save",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn save(
    tx: &mut Tx,
    act: StaffAction<'_>,
    which: Option<(UpdateId, i64)>,
    draft: &UpdateDraft,
    what: Act,
) -> Result<(UpdateId, i64), ContentError> {
    let before = match which {
        Some((id, _)) => {
            let found = store::content::updates::by_id(tx, act.org.id, id).await?;
            Some(found.ok_or(ContentError::NotFound)?)
        }
        None => None,
    };
    let (draft, dated_on) = draft.checked().map_err(ContentError::Invalid)?;
    let now = act.ambient.now();
    let was_published = before.as_ref().and_then(|update| update.published_at);
    let mut update = Update {
        id: which.map_or_else(|| act.ambient.id(UpdateId::from_uuid), |(id, _)| id),
        title: draft.title,
        body: draft.body,
        topic: draft
            .topic
            .or_else(|| before.as_ref().map(|update| update.topic))
            .unwrap_or_default(),
        dated_on,
        published_at: (what != Act::Draft).then(|| was_published.unwrap_or(now)),
        mailed_at: before.as_ref().and_then(|update| update.mailed_at),
        version: which.map_or(1, |(_, version)| version),
        updated_at: now,
    };
    let readers = match what {
        Act::PublishAndMail => {
            store::content::subscribers::count_wanting(tx, act.org.id, update.topic).await?
        }
        Act::Draft | Act::Publish => 0,
    };
    if readers > 0 {
        update.mailed_at = Some(now);
    }
    if which.is_none() {
        store::content::updates::insert(tx, act.org.id, &update).await?;
    } else if !store::content::updates::update(tx, act.org.id, &update).await? {
        return Err(ContentError::Stale);
    }
    let action = match what {
        Act::Draft => Action::SavedUpdateDraft,
        _ if was_published.is_none() => Action::PublishedUpdate,
        _ => Action::EditedUpdate,
    };
    let mut changes = Changes::new(&update.title);
    if let Some(before) = &before {
        changes.note("Title", &before.title, &update.title);
        changes.note("Topic", before.topic.title(), update.topic.title());
        changes.note("Date", before.dated_on, update.dated_on);
        changes.note_text("Text", &before.body, &update.body);
    }
    act.audit(tx, action, &changes.to_string()).await?;
    if readers > 0 {
        store::content::update_mailings::insert(tx, act.ambient, act.org.id, &update).await?;
        let detail = format!("{} to {readers}", update.title);
        act.audit(tx, Action::EmailedUpdate, &detail).await?;
    }
    Ok((update.id, readers))
}

/// # Errors
/// It is gone already.
#[instrument(
    name = "content.updates.delete",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, update = %id)
)]
pub async fn delete(tx: &mut Tx, act: StaffAction<'_>, id: UpdateId) -> Result<(), ContentError> {
    let update = store::content::updates::by_id(tx, act.org.id, id).await?;
    let update = update.ok_or(ContentError::NotFound)?;
    store::content::updates::delete(tx, act.org.id, id).await?;
    act.audit(tx, Action::DeletedUpdate, &update.title).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_that_is_none_is_said_at_its_field() {
        let draft = UpdateDraft {
            title: "T".to_owned(),
            body: "B".to_owned(),
            topic: None,
            dated_on: "soon".to_owned(),
        };
        let problems = draft.checked().unwrap_err();
        assert!(problems.of("dated_on").contains("Choose the day"));
    }
}

//! Questionnaires: a member uploads one, staff fill it in and return it.

use clock::Ambient;
use domain::activities::{ActivityKind, Details};
use domain::audit::{Action, Changes};
use domain::documents::Document;
use domain::email::notification::NotificationKind;
use domain::email::visitor_preference::VisitorEmail;
use domain::ids::{QuestionnaireId, StaffUserId};
use domain::limits::QUESTIONNAIRE_NOTE;
use domain::organizations::{Organization, Role};
use domain::questionnaires::{Questionnaire, QuestionnaireState};
use domain::staff::StaffUser;
use jiff::civil::Date;
use store::{StoreError, Tx};
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::activities::record;
use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::email::visitor_preferences;
use crate::use_cases::organizations::address::StatusAddress;
use crate::use_cases::problems::Problems;
use crate::use_cases::visitors::MemberOf;

/// Why nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum QuestionnaireError {
    #[error("there is no such questionnaire")]
    NotFound,
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error(transparent)]
    Notification(#[from] NotificationError),
}

impl From<StoreError> for QuestionnaireError {
    fn from(error: StoreError) -> Self {
        Self::Notification(error.into())
    }
}

impl From<url::ParseError> for QuestionnaireError {
    fn from(error: url::ParseError) -> Self {
        Self::Notification(error.into())
    }
}

/// What a member typed beside the file.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Wishes {
    /// `YYYY-MM-DD`, or empty.
    pub due_on: String,
    pub note: String,
}

impl Wishes {
    /// `today` is the date in UTC: a visitor's own may be the day before.
    ///
    /// # Errors
    /// What is wrong with the note or the date.
    pub fn checked(&self, today: Date) -> Result<(Option<Date>, String), Problems> {
        let mut problems = Problems::default();
        let note = self.note.replace("\r\n", "\n").trim().to_owned();
        problems.at_most("note", "The note", &note, QUESTIONNAIRE_NOTE);
        let due_on = match self.due_on.trim() {
            "" => None,
            typed => typed.parse::<Date>().ok(),
        };
        match due_on {
            None if !self.due_on.trim().is_empty() => {
                problems.add(
                    "due_on",
                    "Write the date as year-month-day, such as 2026-09-30",
                );
            }
            Some(due) if due < today.yesterday().unwrap_or(today) => {
                problems.add("due_on", "This date has passed: choose a later one");
            }
            _ => {}
        }
        problems.into_result().map(|()| (due_on, note))
    }
}

/// A member hands in a questionnaire whose content is stored already.
///
/// # Errors
/// What is wrong with the wishes.
#[instrument(
    name = "questionnaires.upload",
    skip_all,
    fields(org = %org.id, account = %member.account.id, visitor = %member.visitor.id, document = %document.id)
)]
pub async fn upload(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    member: MemberOf<'_>,
    document: &Document,
    wishes: &Wishes,
) -> Result<QuestionnaireId, QuestionnaireError> {
    let (due_on, note) = wishes.checked(ambient.today())?;
    let who = member.visitor.person().display_name();
    let new = Questionnaire {
        id: ambient.id(QuestionnaireId::from_uuid),
        account: member.account.id,
        account_name: member.account.name.clone(),
        account_is_archived: false,
        visitor: member.visitor.id,
        visitor_name: who.clone(),
        document: document.id,
        note,
        due_on,
        state: QuestionnaireState::New,
        assignee: None,
        answer: None,
        created_at: ambient.now(),
        done_at: None,
    };
    store::documents::insert(tx, org.id, document).await?;
    store::questionnaires::insert(tx, org.id, &new).await?;
    let words = in_words(&new);
    let details = Details {
        file: Some(document.file_name.clone()),
        text: (!words.is_empty()).then(|| words.clone()),
        ..Details::default()
    };
    let activity = member.did(ActivityKind::QuestionnaireUploaded, details);
    record(tx, ambient, org.id, activity).await?;
    let notice = Notification {
        org,
        subject: format!("{who} sent a questionnaire: {}", document.file_name),
        heading: "A questionnaire to fill in",
        text: format!(
            "{who} of {} uploaded {}.",
            member.account.name, document.file_name
        ),
        quote: &words,
        button: "Open it in the dashboard",
        link: dashboard(public_url, new.id)?,
        why: "You receive this because you are an Editor or Admin.",
    };
    let kind = NotificationKind::Questionnaire;
    notice.send_to_staff(kind, tx, ambient, org).await?;
    Ok(new.id)
}

/// The due date and the note.
fn in_words(new: &Questionnaire) -> String {
    let due = new.due_on.map(|due| format!("Due: {due}"));
    let note = Some(new.note.clone()).filter(|note| !note.is_empty());
    let parts: Vec<_> = due.into_iter().chain(note).collect();
    parts.join("\n\n")
}

fn dashboard(public_url: &Url, id: QuestionnaireId) -> Result<Url, url::ParseError> {
    public_url.join(&format!("/dashboard/questionnaires/{id}"))
}

/// Says how far a questionnaire is and hands it to a colleague, who gets an email
/// unless it is the same as before, or did so themselves.
///
/// # Errors
/// It isn't there, or the colleague can't do it.
#[instrument(
    name = "questionnaires.work_on",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, questionnaire = %id)
)]
pub async fn work_on(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: QuestionnaireId,
    state: QuestionnaireState,
    assignee: Option<StaffUserId>,
) -> Result<(), QuestionnaireError> {
    let before = find(tx, act.org, id).await?;
    let assignee = match assignee {
        Some(id) => Some(colleague(tx, act.org, id).await?),
        None => None,
    };
    let assignee_id = assignee.as_ref().map(|user| user.id);
    let now = act.ambient.now();
    store::questionnaires::set_work(tx, act.org.id, id, state, assignee_id, now).await?;
    let mut changes = Changes::new(&before.account_name);
    changes.note("Status", before.state.title(), state.title());
    if before.assignee != assignee_id {
        let old = match before.assignee {
            Some(id) => store::staff::users::by_id(tx, act.org.id, id).await?,
            None => None,
        };
        let name = |user: &Option<StaffUser>| user.as_ref().map(|user| user.name.clone());
        changes.note_optional("Assignee", name(&old), name(&assignee), "none");
    }
    act.audit(tx, Action::ChangedQuestionnaire, &changes.to_string())
        .await?;
    let Some(user) =
        assignee.filter(|user| before.assignee != Some(user.id) && user.id != act.by.id)
    else {
        return Ok(());
    };
    let notice = Notification {
        org: act.org,
        subject: format!("{} handed you a questionnaire", act.by.name),
        heading: "A questionnaire for you",
        text: format!(
            "{} handed you the questionnaire of {}.",
            act.by.name, before.account_name
        ),
        quote: &in_words(&before),
        button: "Open it in the dashboard",
        link: dashboard(act.public_url, id)?,
        why: "You receive this because it was assigned to you.",
    };
    let kind = NotificationKind::Assigned;
    let sent = notice.send_to_colleague(kind, tx, act.ambient, act.org, &user);
    Ok(sent.await?)
}

/// Someone of the organization who may return a file.
async fn colleague(
    tx: &mut Tx,
    org: &Organization,
    id: StaffUserId,
) -> Result<StaffUser, QuestionnaireError> {
    let found = store::staff::users::active_by_id(tx, org.id, id).await?;
    found
        .filter(|user| user.role >= Role::Editor)
        .ok_or_else(|| {
            let mut problems = Problems::default();
            problems.add("assignee", "Choose an Editor or Admin of your organization");
            problems.into()
        })
}

/// Returns the completed file, which is stored already: it is done, and whoever
/// uploaded the questionnaire gets an email if they still have access and want it. Answers the
/// file returned before, whose content is to be deleted after commit.
///
/// # Errors
/// There is no such questionnaire.
#[instrument(
    name = "questionnaires.complete",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, questionnaire = %id, document = %answer.id)
)]
pub async fn complete(
    tx: &mut Tx,
    act: StaffAction<'_>,
    id: QuestionnaireId,
    answer: &Document,
) -> Result<Option<Document>, QuestionnaireError> {
    let before = find(tx, act.org, id).await?;
    let org = act.org.id;
    store::documents::insert(tx, org, answer).await?;
    store::questionnaires::set_answer(tx, org, id, answer.id, act.ambient.now()).await?;
    let replaced = match before.answer {
        Some(old) => {
            let document = store::documents::by_id(tx, org, old).await?;
            store::documents::delete(tx, org, old).await?;
            document
        }
        None => None,
    };
    let detail = format!("{} to {}", answer.file_name, before.account_name);
    act.audit(tx, Action::ReturnedQuestionnaire, &detail)
        .await?;
    let accounts =
        store::accounts::members::accounts_of(tx, org, before.visitor, act.ambient.today()).await?;
    let visitor = store::visitors::by_id(tx, org, before.visitor).await?;
    let has_access = accounts.iter().any(|account| account.id == before.account);
    if let Some(visitor) = visitor.filter(|_| has_access) {
        let address = StatusAddress::for_organization(tx, act.org, act.public_url).await?;
        let notice = Notification {
            org: act.org,
            subject: format!("{} has completed your questionnaire", act.org.name),
            heading: "Your questionnaire is completed",
            text: format!(
                "{} has filled it in. Download it from the trust center.",
                act.org.name
            ),
            quote: "",
            button: "Go to your questionnaires",
            link: address.page("/questionnaires"),
            why: "You receive this because you uploaded the questionnaire.",
        };
        let kind = VisitorEmail::Questionnaire;
        let stop = address.email_preferences();
        visitor_preferences::send(tx, act.ambient, org, stop, &visitor, kind, &notice).await?;
    }
    Ok(replaced)
}

async fn find(
    tx: &mut Tx,
    org: &Organization,
    id: QuestionnaireId,
) -> Result<Questionnaire, QuestionnaireError> {
    let found = store::questionnaires::locked(tx, org.id, id).await?;
    found.ok_or(QuestionnaireError::NotFound)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn due(typed: &str) -> Result<Option<Date>, String> {
        let wishes = Wishes {
            due_on: typed.to_owned(),
            note: String::new(),
        };
        let checked = wishes.checked(date(2026, 2, 2));
        let checked = checked.map(|(due, _)| due);
        checked.map_err(|problems| problems.of("due_on").to_owned())
    }

    #[test]
    fn a_due_date_is_a_date_that_has_not_passed_anywhere() {
        assert_eq!(due(""), Ok(None));
        assert_eq!(due("2026-02-01"), Ok(Some(date(2026, 2, 1))));
        assert!(due("2026-01-31").unwrap_err().contains("has passed"));
        for odd in ["tomorrow", "2026-02-30", "12/31/2026"] {
            assert!(due(odd).unwrap_err().contains("year-month-day"), "{odd}");
        }
    }
}

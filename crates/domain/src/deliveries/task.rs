//! What a Task says: Subject, Due Date and Comments.
//!
//! Lengths are counted in UTF-16 code units, as Salesforce counts them.

use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::activities::{Activity, ActivityKind};
use crate::ids::{ActivityId, DeliveryId};
use crate::limits::{COMMENTS, SUBJECT};
use crate::names::tidy;

/// The External ID field that an org's administrator may deploy on Task, Contact and Lead.
pub const REFERENCE_FIELD: &str = "Gatehouse_Reference__c";
/// How many characters a [`key`] has.
pub const KEY_LENGTH: usize = 32;

/// `SafeBase: Requested Access`, with the organization's own prefix if it has one. Without
/// `@{`, which the client doesn't write: a Task is also looked for by its subject.
pub fn subject(prefix: &str, kind: ActivityKind) -> String {
    match prefix.trim().replace("@{", "@(").as_str() {
        "" => kind.title().to_owned(),
        prefix => cut(&format!("{prefix}: {}", kind.title()), SUBJECT),
    }
}

/// The same with what it is about: `SafeBase: File Downloaded – SOC 2 report`. Nothing is
/// added where nothing has a name.
pub fn subject_with_name(subject: &str, activity: &Activity) -> String {
    let details = &activity.what.details;
    let name = details.item.as_deref().or(details.file.as_deref());
    let name = tidy(name.unwrap_or_default()).replace("@{", "@(");
    if name.is_empty() {
        return subject.to_owned();
    }
    let subject = cut(&format!("{subject} – {name}"), SUBJECT);
    subject.trim_end().to_owned()
}

/// What a Task had when it was handed to Salesforce, by which it can be searched for.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct SentTask {
    /// Its Subject.
    pub subject: String,
    /// Its Due Date; `None` for none.
    pub due_date: Option<Date>,
}

/// The activity's calendar date where the Salesforce org is.
pub fn due_date(activity: &Activity, zone: &TimeZone) -> Date {
    activity.occurred_at.to_zoned(zone.clone()).date()
}

/// Whether the Task is written in the org's closed status. What merely happened
/// is done; a request for access is someone's to do, unless the option says that
/// it is completed automatically.
pub fn is_completed(kind: ActivityKind, mark_requests_completed: bool) -> bool {
    kind != ActivityKind::RequestedAccess || mark_requests_completed
}

/// The same as the value of an External ID field, which keeps Salesforce from having
/// it twice.
pub fn key(delivery: DeliveryId) -> String {
    delivery.as_uuid().simple().to_string()
}

/// The line that finds a Task again when Salesforce's answer was lost.
pub fn reference(delivery: DeliveryId) -> String {
    format!("Gatehouse reference: {}", key(delivery))
}

/// Whether these Comments hold the reference, on a line of its own.
pub fn has_reference(comments: &str, delivery: DeliveryId) -> bool {
    has_line(comments, &reference(delivery))
}

/// Whether these Comments have such a line.
pub fn has_line(comments: &str, wanted: &str) -> bool {
    comments.lines().any(|line| line.trim() == wanted)
}

/// Whether these Comments link back to the activity.
pub fn has_link(comments: &str, activity: ActivityId) -> bool {
    let link = format!("/dashboard/activity/{activity}");
    comments
        .lines()
        .any(|line| line.trim_end().ends_with(&link))
}

/// Who, what, when, a link back, and the reference. Of a text that is too long
/// the middle part is cut, never the lines that close it.
pub fn comments(activity: &Activity, zone: &TimeZone, link: &str, delivery: DeliveryId) -> String {
    let what = &activity.what;
    let mut head = Vec::new();
    match &what.person {
        Some(person) => {
            let name = person.display_name();
            if name == person.email.as_str() {
                head.push(format!("Visitor: {name}"));
            } else {
                head.push(format!("Visitor: {name} <{}>", person.email));
            }
        }
        None => head.push("Visitor: not known".to_owned()),
    }
    if !what.company.is_empty() {
        head.push(format!("Company: {}", what.company));
    }
    let labelled = [
        ("Item", &what.details.item),
        ("File", &what.details.file),
        ("Page", &what.details.page),
    ];
    for (label, value) in labelled {
        if let Some(value) = value {
            head.push(format!("{label}: {}", cut(value, 500)));
        }
    }
    let when = activity.occurred_at.to_zoned(zone.clone());
    head.push(format!("When: {}", when.strftime("%Y-%m-%d %H:%M %Z")));
    let head = head.join("\n");
    let tail = format!("See it in Gatehouse: {link}\n{}", reference(delivery));
    let Some(text) = what
        .details
        .text
        .as_deref()
        .filter(|text| !text.trim().is_empty())
    else {
        return format!("{head}\n\n{tail}");
    };
    let label = text_label(what.kind);
    let used = units(&head) + units(&tail) + units(label) + 8;
    let text = cut(text.trim(), COMMENTS.saturating_sub(used));
    format!("{head}\n\n{label}:\n{text}\n\n{tail}")
}

const fn text_label(kind: ActivityKind) -> &'static str {
    match kind {
        ActivityKind::RequestedAccess => "Reason",
        ActivityKind::CommentOnStatusPage => "Comment",
        ActivityKind::AccountCreated
        | ActivityKind::AccountMemberAdded
        | ActivityKind::FileDownloaded
        | ActivityKind::NdaSigned
        | ActivityKind::QuestionnaireUploaded
        | ActivityKind::StatusPageView => "Note",
    }
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The text, or as much of it as fits together with a mark that it was cut.
pub fn cut(text: &str, limit: usize) -> String {
    const MARK: &str = "…";
    if units(text) <= limit {
        return text.to_owned();
    }
    let mut left = limit.saturating_sub(1);
    let kept: String = text
        .chars()
        .take_while(|c| {
            let fits = c.len_utf16() <= left;
            left = left.saturating_sub(c.len_utf16());
            fits
        })
        .collect();
    format!("{kept}{MARK}")
}

#[cfg(test)]
#[path = "task_tests.rs"]
mod tests;

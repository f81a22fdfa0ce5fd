//! Activities as the feed tells them: who did what, and how its delivery stands.

use domain::activities::{Activity, ActivityKind};
use domain::ids::OrganizationId;
use jiff::Timestamp;
use store::Tx;
use store::activities::feed;

use crate::web::dashboard::deliveries::badge::{self, Badge};

/// One line of a feed, for the macro `feed` of `templates/dashboard/parts.html`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    pub id: String,
    pub kind: ActivityKind,
    pub icon: &'static str,
    /// A name, an address, or a company.
    pub who: String,
    pub verb: &'static str,
    /// The file, the item or the page.
    pub object: Option<String>,
    /// Empty where `who` says it already.
    pub company: String,
    pub email: String,
    pub at: Timestamp,
    pub badges: Vec<Badge>,
}

impl Entry {
    pub(crate) fn from_activity(activity: &Activity, badges: Vec<Badge>) -> Self {
        let what = &activity.what;
        let (icon, verb) = words(what.kind);
        let person = what.person.as_ref();
        let of_company = what.kind == ActivityKind::AccountCreated || person.is_none();
        let who = match person {
            Some(person) if !of_company => person.display_name(),
            _ => what.company.clone(),
        };
        let details = &what.details;
        let object = match what.kind {
            // Its path is on the activity's own page.
            ActivityKind::StatusPageView => details.page.as_deref().map(|page| {
                match page.split_once(" · ").map_or(page, |(_, title)| title) {
                    "Trust center" => "the trust center".to_owned(),
                    title => title.to_owned(),
                }
            }),
            _ => details.file.clone().or_else(|| details.item.clone()),
        };
        Self {
            id: activity.id.to_string(),
            kind: what.kind,
            icon,
            verb,
            object,
            company: if of_company {
                String::new()
            } else {
                what.company.clone()
            },
            who,
            email: person.map_or_else(String::new, |person| person.email.to_string()),
            at: activity.occurred_at,
            badges,
        }
    }
}

/// The icon of a kind, and what the person did.
pub(crate) fn words(kind: ActivityKind) -> (&'static str, &'static str) {
    match kind {
        ActivityKind::RequestedAccess => ("inbox", "requested access"),
        ActivityKind::AccountCreated => ("building", "was added as an account"),
        ActivityKind::AccountMemberAdded => ("person", "was given access"),
        ActivityKind::CommentOnStatusPage => ("comment", "commented on"),
        ActivityKind::FileDownloaded => ("download", "downloaded"),
        ActivityKind::NdaSigned => ("shield-check", "signed the NDA"),
        ActivityKind::QuestionnaireUploaded => ("upload", "uploaded"),
        ActivityKind::StatusPageView => ("eye", "viewed"),
    }
}

/// One page of the feed, and where the next one begins.
pub(crate) async fn load(
    tx: &mut Tx,
    org: OrganizationId,
    filter: &feed::Filter,
    limit: usize,
    now: jiff::Timestamp,
) -> store::Result<(Vec<Entry>, Option<String>)> {
    let one_more = i64::try_from(limit + 1).unwrap_or(i64::MAX);
    let mut activities = feed::page(tx, org, filter, one_more).await?;
    let more = activities.len() > limit;
    activities.truncate(limit);
    let ids: Vec<_> = activities.iter().map(|activity| activity.id).collect();
    let mut badges = badge::of_activities(tx, org, &ids, now).await?;
    let entries: Vec<_> = activities
        .iter()
        .map(|activity| {
            Entry::from_activity(activity, badges.remove(&activity.id).unwrap_or_default())
        })
        .collect();
    let next = entries
        .last()
        .filter(|_| more)
        .map(|entry| entry.id.clone());
    Ok((entries, next))
}

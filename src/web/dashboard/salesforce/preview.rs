//! A Task as a salesperson would see it, of an activity that is made up.

use domain::activities::{Activity, ActivityKind, Details, NewActivity, Person};
use domain::deliveries::task;
use domain::email::EmailAddress;
use domain::ids::{ActivityId, DeliveryId};
use domain::organizations::Organization;
use domain::salesforce::Connection;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use url::Url;

use crate::salesforce_connection::{Mapping, OrgProfile, must_be_closed};

/// The fields of the Task, by their names in Salesforce.
pub struct Preview {
    pub subject: String,
    pub status: String,
    pub priority: String,
    pub due_date: String,
    /// "Name": the Contact or Lead.
    pub name: String,
    /// "Related To": the Account.
    pub related_to: String,
    pub assigned_to: &'static str,
    pub comments: String,
}

impl Preview {
    pub(super) fn new(
        kind: ActivityKind,
        org: &Organization,
        connection: &Connection,
        public_url: &Url,
        now: Timestamp,
    ) -> Self {
        let profile: Option<OrgProfile> = serde_json::from_str(&connection.org_profile).ok();
        let zone = profile
            .as_ref()
            .and_then(|profile| TimeZone::get(&profile.time_zone).ok());
        let zone = zone.unwrap_or(TimeZone::UTC);
        let activity = example(kind, now);
        let options = Mapping::of(connection).options(kind);
        let subject = task::subject(&org.subject_prefix, kind);
        let public_url = public_url.as_str().trim_end_matches('/');
        let link = format!("{public_url}/dashboard/activity/{}", activity.id);
        let what = &activity.what;
        let usual = usual_status(kind, connection, profile.as_ref());
        let (status, priority) = profile.map_or_else(Default::default, |profile| {
            (
                options.status(&profile, &usual, must_be_closed(connection, kind)),
                options.priority(&profile),
            )
        });
        Self {
            subject: if options.names_item {
                task::subject_with_name(&subject, &activity)
            } else {
                subject
            },
            status,
            priority,
            due_date: if options.without_due_date {
                "None".to_owned()
            } else {
                task::due_date(&activity, &zone).to_string()
            },
            name: what
                .person
                .as_ref()
                .map_or_else(String::new, Person::display_name),
            related_to: what.company.clone(),
            assigned_to: "The owner of the Account, else of the Contact or Lead",
            comments: task::comments(
                &activity,
                &zone,
                &link,
                DeliveryId::from_uuid(*activity.id.as_uuid()),
            ),
        }
    }
}

/// The Status of such Tasks where nobody chose another one.
pub(super) fn usual_status(
    kind: ActivityKind,
    connection: &Connection,
    profile: Option<&OrgProfile>,
) -> String {
    let closed = task::is_completed(kind, connection.options.mark_completed);
    profile.map_or_else(String::new, |profile| {
        if closed {
            profile.closed_status.clone()
        } else {
            profile.open_status.clone()
        }
    })
}

/// What someone at a company of no one's might do now.
fn example(kind: ActivityKind, now: Timestamp) -> Activity {
    let text = |words: &str| Some(words.to_owned());
    let report = || text("SOC 2 Type II report");
    let details = match kind {
        ActivityKind::RequestedAccess => Details {
            item: report(),
            text: text("We review our vendors before a renewal."),
            ..Details::default()
        },
        ActivityKind::CommentOnStatusPage => Details {
            item: report(),
            text: text("Does the report cover your EU region?"),
            ..Details::default()
        },
        ActivityKind::FileDownloaded => Details {
            item: report(),
            file: text("soc-2-type-ii.pdf"),
            ..Details::default()
        },
        ActivityKind::QuestionnaireUploaded => Details {
            file: text("security-questionnaire.xlsx"),
            ..Details::default()
        },
        ActivityKind::StatusPageView => Details {
            page: text("Trust center"),
            ..Details::default()
        },
        ActivityKind::AccountCreated
        | ActivityKind::AccountMemberAdded
        | ActivityKind::NdaSigned => Details::default(),
    };
    let person = EmailAddress::parse("jordan.lee@example.com")
        .ok()
        .map(|email| Person {
            email,
            first_name: "Jordan".to_owned(),
            last_name: "Lee".to_owned(),
        });
    Activity {
        id: ActivityId::from_uuid(uuid::Uuid::from_u128(
            0x0190_0000_0000_7000_8000_0000_0000_0001,
        )),
        occurred_at: now,
        request: None,
        what: NewActivity {
            kind,
            person,
            company: "Example Company".to_owned(),
            account: None,
            details,
        },
    }
}

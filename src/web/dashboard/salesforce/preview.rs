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

use crate::salesforce_connection::{MappedObject, Mapping, OrgProfile, org_profile};

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
    pub assigned_to: String,
    pub comments: String,
    /// Labels and values of further fields that are filled in.
    pub further: Vec<(String, String)>,
}

impl Preview {
    pub(super) fn new(
        kind: ActivityKind,
        org: &Organization,
        connection: &Connection,
        public_url: &Url,
        now: Timestamp,
    ) -> Self {
        let profile = org_profile(connection);
        let zone = profile.as_ref().map_or(TimeZone::UTC, OrgProfile::zone);
        let activity = example(kind, now);
        let mapping = Mapping::of(connection);
        let options = mapping.options(kind);
        let sent = options.sent_task(&org.subject_prefix, &activity, &zone);
        let public_url = public_url.as_str().trim_end_matches('/');
        let link = format!("{public_url}/dashboard/activity/{}", activity.id);
        let what = &activity.what;
        let (status, priority) = profile.map_or_else(Default::default, |profile| {
            let status = options.status(kind, connection, &profile);
            (status, options.priority(&profile))
        });
        Self {
            subject: sent.subject,
            status,
            priority,
            due_date: sent
                .due_date
                .map_or_else(|| "None".to_owned(), |day| day.to_string()),
            further: further(&mapping, &activity, &link),
            name: what
                .person
                .as_ref()
                .map_or_else(String::new, Person::display_name),
            related_to: what.company.clone(),
            assigned_to: options.owner.map_or_else(
                || "The owner of the Account, else of the Contact or Lead".to_owned(),
                |owner| owner.name,
            ),
            comments: task::comments(
                &activity,
                &zone,
                &link,
                DeliveryId::from_uuid(*activity.id.as_uuid()),
            ),
        }
    }
}

/// Labels and values of the further fields.
fn further(mapping: &Mapping, activity: &Activity, link: &str) -> Vec<(String, String)> {
    let values = mapping.values(MappedObject::Task, activity, link);
    let fields = mapping.fields.iter();
    let fields = fields.filter(|field| field.object == MappedObject::Task);
    let rows = fields.filter_map(|field| {
        let value = values.get(&field.name)?;
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        Some((field.label.clone(), text))
    });
    rows.collect()
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

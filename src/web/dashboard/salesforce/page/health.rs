//! How the integration is doing: what was delivered, what failed and of what, and the numbers
//! over time.

use domain::activities::Person;
use domain::deliveries::DeliveryState;
use domain::ids::OrganizationId;
use domain::salesforce::hold::without_query;
use jiff::Timestamp;
use store::Tx;
use store::deliveries::list::{self, Cause, Filter};

use super::Tab;
use crate::web::dashboard::salesforce::picture::{Picture, Span};
use crate::web::dashboard::salesforce::tally::Tally;

/// Causes that are listed.
const CAUSES: i64 = 5;

pub(super) struct Health {
    pub picture: Picture,
    pub spans: Vec<SpanTab>,
    /// `None` where nothing was delivered yet.
    pub newest: Option<Newest>,
    pub tally: Tally,
    pub unmatched: i64,
    /// What parked deliveries failed of.
    pub causes: Vec<CauseRow>,
}

/// A link that chooses how far back the charts go.
pub(super) struct SpanTab {
    pub title: &'static str,
    pub href: String,
    pub is_current: bool,
}

/// The newest activity that was delivered. An older one may have been delivered later.
pub(super) struct Newest {
    pub what: &'static str,
    pub who: String,
    pub at: Timestamp,
    /// Its activity in the dashboard.
    pub href: String,
}

/// An error of Salesforce, and where the deliveries are that it stopped.
pub(super) struct CauseRow {
    pub code: String,
    pub message: String,
    pub count: i64,
    pub href: String,
}

impl Health {
    /// `None` where no org was ever connected.
    pub(super) async fn read(
        tx: &mut Tx,
        org: OrganizationId,
        span: &str,
        now: Timestamp,
    ) -> store::Result<Option<Self>> {
        let Some(connection) = store::salesforce::connections::latest(tx, org).await? else {
            return Ok(None);
        };
        let id = connection.id;
        let span = Span::from_key(span);
        let hours = list::hours(tx, org, id, span.begins(now)).await?;
        let delivered = Filter {
            state: Some(DeliveryState::Delivered),
            ..Filter::default()
        };
        let last = list::page(tx, org, id, &delivered, 1).await?;
        let causes = list::causes(tx, org, id, DeliveryState::Parked, CAUSES).await?;
        let counts = list::counts(tx, org, id).await?;
        let unmatched = counts
            .iter()
            .find(|(state, _)| *state == DeliveryState::Unmatched);
        Ok(Some(Self {
            picture: Picture::draw(span, now, &hours),
            spans: spans(span),
            newest: last.first().map(|view| {
                let what = &view.activity.what;
                let person = what.person.as_ref().map(Person::display_name);
                Newest {
                    what: what.kind.title(),
                    who: person.unwrap_or_else(|| what.company.clone()),
                    at: view.activity.occurred_at,
                    href: format!("/dashboard/activity/{}", view.activity.id),
                }
            }),
            tally: Tally::from_counts(&counts),
            unmatched: unmatched.map_or(0, |(_, n)| *n),
            causes: causes.into_iter().map(cause_row).collect(),
        }))
    }
}

fn spans(current: Span) -> Vec<SpanTab> {
    let tab = |span: Span| SpanTab {
        title: span.title(),
        href: format!("{}?span={}", Tab::Overview.href(), span.key()),
        is_current: span == current,
    };
    Span::ALL.into_iter().map(tab).collect()
}

fn cause_row(cause: Cause) -> CauseRow {
    let query = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("state", DeliveryState::Parked.key())
        .append_pair("cause", &cause.code)
        .finish();
    CauseRow {
        href: format!("{}?{query}#list", Tab::Deliveries.href()),
        message: without_query(&cause.message).to_owned(),
        count: cause.count,
        code: cause.code,
    }
}

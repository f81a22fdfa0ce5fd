//! What happened: key numbers, the last days as a picture, and the feed.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use domain::activities::ActivityKind;
use domain::ids::{ActivityId, OrganizationId};
use jiff::civil::Date;
use serde::Deserialize;
use store::Tx;
use store::accounts::list;

use crate::app::App;
use crate::web::components::chart::{self, Chart, Series};
use crate::web::dashboard::activities::feed::{self, Entry};
use crate::web::dashboard::first_steps::FirstSteps;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;
use crate::web::limits::{FEED_ENTRIES, OVERVIEW_DAYS};

#[derive(Deserialize)]
pub(super) struct FeedQuery {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    q: String,
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "dashboard/overview.html")]
struct OverviewPage {
    shell: Shell,
    first_steps: Option<FirstSteps>,
    numbers: Numbers,
    activity: Chart,
    kind: Option<ActivityKind>,
    search: String,
    /// Whether this isn't the feed's first page.
    later: bool,
    entries: Vec<Entry>,
    /// The query of the next page.
    older: Option<String>,
}

impl OverviewPage {
    fn is_filtered(&self) -> bool {
        self.kind.is_some() || !self.search.is_empty()
    }

    /// The query that shows the feed from its beginning.
    fn newest(&self) -> String {
        query(self.kind, &self.search, None)
    }
}

struct Numbers {
    waiting: i64,
    accounts: i64,
    people: i64,
    views: i64,
    downloads: i64,
}

pub(super) async fn page(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<FeedQuery>,
    flash: Flash,
) -> WebResult {
    let filter = store::activities::feed::Filter {
        kind: ActivityKind::from_key(&asked.kind),
        account: None,
        person: None,
        search: asked.q.trim().to_owned(),
        before: ActivityId::parse(&asked.before),
    };
    let now = app.ambient.now();
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, Section::Overview, flash).await?;
    let today = app.ambient.today();
    let first_steps = FirstSteps::load(&mut tx, &app, &staff).await?;
    let first_day = chart::first_day(now, OVERVIEW_DAYS);
    let counts = store::analytics::day_totals::activities(&mut tx, staff.org.id, first_day).await?;
    let waiting = shell.attention.requests;
    let numbers = numbers(&mut tx, staff.org.id, waiting, &counts, today).await?;
    let (entries, next) = feed::load(&mut tx, staff.org.id, &filter, FEED_ENTRIES, now).await?;
    page::html(&OverviewPage {
        shell,
        first_steps,
        numbers,
        activity: Chart::new(
            "Activity",
            &["activities"],
            Series::Stacked,
            chart::days(&per_day(&counts), now, OVERVIEW_DAYS),
        ),
        older: next.map(|next| query(filter.kind, &filter.search, Some(&next))),
        kind: filter.kind,
        search: filter.search,
        later: filter.before.is_some(),
        entries,
    })
}

type Counts = [(i64, ActivityKind, i64)];

async fn numbers(
    tx: &mut Tx,
    org: OrganizationId,
    waiting: i64,
    counts: &Counts,
    today: Date,
) -> store::Result<Numbers> {
    let of = |kind| {
        let found = counts.iter().filter(|(_, found, _)| *found == kind);
        found.map(|(_, _, n)| n).sum()
    };
    let (accounts, people) = list::totals(tx, org, today).await?;
    Ok(Numbers {
        waiting,
        accounts,
        people,
        views: of(ActivityKind::StatusPageView),
        downloads: of(ActivityKind::FileDownloaded),
    })
}

/// The activities of all kinds on each day.
fn per_day(counts: &Counts) -> Vec<(i64, i64)> {
    let mut days = BTreeMap::new();
    for (day, _, n) in counts {
        *days.entry(*day).or_default() += n;
    }
    days.into_iter().collect()
}

fn query(kind: Option<ActivityKind>, search: &str, before: Option<&str>) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    if let Some(kind) = kind {
        query.append_pair("kind", kind.key());
    }
    if !search.is_empty() {
        query.append_pair("q", search);
    }
    if let Some(before) = before {
        query.append_pair("before", before);
    }
    query.finish()
}

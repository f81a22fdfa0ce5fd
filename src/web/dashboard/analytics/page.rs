//! The page about everyone, and the page about one account.

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::analytics::{Metric, Sums};
use domain::ids::AccountId;
use jiff::Timestamp;
use serde::Deserialize;
use store::Tx;
use store::analytics::{self, AnalyticsRow, Scope};

use super::fresh;
use super::period::{Bucket, Period, buckets, chart, date, today};
use crate::app::App;
use crate::web::components::chart::Chart;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;
use crate::web::limits::ANALYTICS_ROWS;

const VISITS: [(Metric, &str); 2] = [
    (Metric::MemberVisits, "by members"),
    (Metric::OtherVisits, "by others"),
];
/// The small charts.
const ACTS: [(&str, Metric, &str); 6] = [
    ("Downloads", Metric::Downloads, "downloads"),
    ("Previews", Metric::Previews, "previews"),
    ("Requests for access", Metric::Requests, "requests"),
    ("NDA signatures", Metric::Signatures, "signatures"),
    ("Comments", Metric::Comments, "comments"),
    ("Questionnaires", Metric::Questionnaires, "questionnaires"),
];

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    pub days: String,
    #[serde(default)]
    sort: String,
}

#[derive(Template)]
#[template(path = "dashboard/analytics/page.html")]
struct Analytics {
    shell: Shell,
    /// This page's own address.
    here: String,
    period: Period,
    /// Nothing for everyone.
    account: Option<(AccountId, String)>,
    total: Sums,
    visits: Chart,
    charts: Vec<Chart>,
    buckets: Vec<Bucket>,
    /// Accounts, or the people of one.
    rows: Vec<AnalyticsRow>,
    sort: Sort,
    hidden: usize,
    items: Vec<AnalyticsRow>,
}

/// By what the first table is sorted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sort {
    Name,
    LastSeen,
    Metric(Metric),
}

impl Sort {
    fn from_key(key: &str) -> Self {
        let metric = Metric::ALL.into_iter().find(|metric| metric.key() == key);
        match (key, metric) {
            (_, Some(metric)) => Self::Metric(metric),
            ("name", None) => Self::Name,
            _ => Self::LastSeen,
        }
    }

    fn apply(self, rows: &mut [AnalyticsRow]) {
        match self {
            Self::Name => rows.sort_by_cached_key(|row| row.name.to_lowercase()),
            Self::LastSeen => rows.sort_by_key(|row| std::cmp::Reverse(row.last_seen)),
            Self::Metric(metric) => {
                rows.sort_by_key(|row| std::cmp::Reverse(row.sums.of(metric)));
            }
        }
    }
}

impl Analytics {
    fn sorted_by(&self, metric: &Metric) -> bool {
        self.sort == Sort::Metric(*metric)
    }

    /// The columns of the first table.
    fn columns(&self) -> &'static [Metric] {
        match self.account {
            None => &[
                Metric::MemberVisits,
                Metric::Pages,
                Metric::Previews,
                Metric::Downloads,
                Metric::Requests,
                Metric::Signatures,
                Metric::Comments,
                Metric::Questionnaires,
            ],
            Some(_) => &[
                Metric::MemberVisits,
                Metric::Pages,
                Metric::Previews,
                Metric::Downloads,
            ],
        }
    }

    fn column(&self, metric: &Metric) -> &'static str {
        match metric {
            Metric::MemberVisits => "Visits",
            other => other.title(),
        }
    }

    fn sum(&self, sums: &Sums, metric: &Metric) -> i64 {
        sums.of(*metric)
    }

    /// The address of an export.
    fn file(&self, name: &str) -> String {
        format!("{}/{name}", self.here)
    }

    fn date(&self, bucket: &Bucket) -> String {
        date(bucket.day)
    }

    /// A bar beside a number: the length of a `progress` of the most.
    fn most(&self) -> i64 {
        self.items.iter().map(views).max().unwrap_or(1)
    }

    fn views(&self, row: &AnalyticsRow) -> i64 {
        views(row)
    }
}

fn views(row: &AnalyticsRow) -> i64 {
    row.sums.of(Metric::Pages) + row.sums.of(Metric::Previews)
}

pub(super) async fn overview(
    State(app): State<App>,
    staff: Staff,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    fresh(&app).await;
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, Section::Analytics, flash).await?;
    let now = app.ambient.now();
    page::html(&load(&mut tx, &staff, shell, None, &asked, now).await?)
}

pub(super) async fn account(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let id: AccountId = page::id(&id)?;
    fresh(&app).await;
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, Section::Analytics, flash).await?;
    let account = store::accounts::by_id(&mut tx, staff.org.id, id).await?;
    let name = account.ok_or(WebError::NotFound)?.name;
    let now = app.ambient.now();
    page::html(&load(&mut tx, &staff, shell, Some((id, name)), &asked, now).await?)
}

async fn load(
    tx: &mut Tx,
    staff: &Staff,
    shell: Shell,
    account: Option<(AccountId, String)>,
    asked: &Asked,
    now: Timestamp,
) -> WebResult<Analytics> {
    let org = staff.org.id;
    let period = Period::parse(&asked.days);
    let from_day = period.first_day(now);
    let scope = Scope {
        from_day,
        account: account.as_ref().map(|(id, _)| *id),
    };
    let days = analytics::days(tx, org, scope).await?;
    let buckets = buckets(period, now, &days);
    let mut total = Sums::default();
    for bucket in &buckets {
        total.merge(&bucket.sums);
    }
    let mut rows = match scope.account {
        Some(id) => analytics::people(tx, org, id, from_day).await?,
        None => analytics::accounts(tx, org, (from_day, today(now))).await?,
    };
    let sort = Sort::from_key(&asked.sort);
    sort.apply(&mut rows);
    let hidden = rows.len().saturating_sub(ANALYTICS_ROWS);
    rows.truncate(ANALYTICS_ROWS);
    let mut items = analytics::items(tx, org, scope).await?;
    items.sort_by_key(|row| std::cmp::Reverse((views(row), row.sums.of(Metric::Downloads))));
    items.truncate(ANALYTICS_ROWS);
    let per_bar = period.per_bar();
    let chart = |title, metrics: &[_]| chart(title, metrics, &buckets, per_bar);
    Ok(Analytics {
        shell,
        here: match scope.account {
            Some(id) => format!("/dashboard/analytics/accounts/{id}"),
            None => "/dashboard/analytics".to_owned(),
        },
        period,
        total,
        visits: match account {
            Some(_) => chart("Visits", &[(Metric::MemberVisits, "visits")]),
            None => chart("Visits", &VISITS),
        },
        charts: ACTS
            .iter()
            .map(|(title, metric, name)| chart(*title, &[(*metric, *name)]))
            .collect(),
        account,
        buckets,
        rows,
        sort,
        hidden,
        items,
    })
}

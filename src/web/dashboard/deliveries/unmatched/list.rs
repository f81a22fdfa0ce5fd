//! The companies that wait for a decision, those that are ignored, and those that are linked.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use domain::deliveries::unmatched::UnmatchedCompany;
use domain::matching::company_link::{CompanyKey, CompanyLink};
use domain::salesforce::Connection;
use jiff::Timestamp;
use serde::Deserialize;
use store::Tx;
use store::deliveries::unmatched;
use store::salesforce::company_links;

use super::super::super::layout::{Section, Shell};
use super::super::super::salesforce::{self, SalesforceAdmin};
use super::{Company, HOME};
use crate::app::App;
use crate::salesforce_connection;
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::limits::{UNMATCHED_COMPANIES, UNMATCHED_PEOPLE};

#[derive(Template)]
#[template(path = "dashboard/deliveries/unmatched/list.html")]
struct UnmatchedPage {
    shell: Shell,
    home: &'static str,
    settings: &'static str,
    connected: Option<Connected>,
    asked: Asked,
}

/// What is shown where an org is connected.
struct Connected {
    org: String,
    environment: &'static str,
    tabs: Vec<Tab>,
    rows: Vec<Row>,
    links: Vec<LinkRow>,
    /// How many there are on all pages.
    total: usize,
    /// How many are ignored.
    ignored: usize,
    /// Whether there were more people than are looked at.
    is_cut: bool,
    earlier: Option<String>,
    later: Option<String>,
}

/// Which of them are listed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Show {
    #[default]
    Waiting,
    Ignored,
    Linked,
}

impl Show {
    const ALL: [Self; 3] = [Self::Waiting, Self::Ignored, Self::Linked];

    const fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Ignored => "ignored",
            Self::Linked => "linked",
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Waiting => "To decide",
            Self::Ignored => "Ignored",
            Self::Linked => "Linked",
        }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Asked {
    #[serde(default)]
    q: String,
    #[serde(default)]
    show: Show,
    #[serde(default)]
    page: usize,
}

impl Asked {
    fn is_filtering(&self) -> bool {
        !self.q.trim().is_empty()
    }

    fn href(&self, page: usize) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("show", self.show.key());
        if self.is_filtering() {
            query.append_pair("q", self.q.trim());
        }
        if page > 0 {
            query.append_pair("page", &page.to_string());
        }
        format!("{HOME}?{}", query.finish())
    }
}

struct Tab {
    title: &'static str,
    href: String,
    count: usize,
    is_current: bool,
}

struct Row {
    company: Company,
    title: String,
    people: usize,
    activities: i64,
    /// How many wait because their linked Account is gone.
    broken: i64,
    /// When the last activity that waits happened; `None` where nothing waits.
    latest: Option<Timestamp>,
}

struct LinkRow {
    link: CompanyLink,
    company: Company,
    href: String,
}

pub(super) async fn show(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &admin.staff, Section::Salesforce, flash).await?;
    let live = store::salesforce::connections::live(&mut tx, admin.staff.org.id).await?;
    let connected = match live {
        Some(connection) => Some(read(&mut tx, &admin, &connection, &asked).await?),
        None => None,
    };
    drop(tx);
    page::html(&UnmatchedPage {
        shell,
        home: HOME,
        settings: salesforce::HOME,
        connected,
        asked,
    })
}

async fn read(
    tx: &mut Tx,
    admin: &SalesforceAdmin,
    connection: &Connection,
    asked: &Asked,
) -> store::Result<Connected> {
    let (org, sf_org) = (admin.staff.org.id, &connection.sf_org_id);
    let most = i64::try_from(UNMATCHED_PEOPLE).unwrap_or(i64::MAX);
    let people = unmatched::people(tx, org, connection.id, None, most).await?;
    let is_cut = people.len() >= UNMATCHED_PEOPLE;
    let (ignored, waiting) = split(
        UnmatchedCompany::gather(people),
        company_links::ignored(tx, org, sf_org).await?,
    );
    let links = company_links::newest(tx, org, sf_org, most).await?;
    let counts = [waiting.len(), ignored.len(), links.len()];
    let (companies, links) = match asked.show {
        Show::Waiting => (waiting, Vec::new()),
        Show::Ignored => (ignored, Vec::new()),
        Show::Linked => (Vec::new(), links),
    };
    let companies: Vec<_> = companies
        .into_iter()
        .filter(|one| one.has(&asked.q))
        .collect();
    let links: Vec<_> = links.into_iter().filter(|one| has(one, &asked.q)).collect();
    let total = companies.len() + links.len();
    let last_page = total.saturating_sub(1) / UNMATCHED_COMPANIES;
    let page = asked.page.min(last_page);
    let first = page * UNMATCHED_COMPANIES;
    Ok(Connected {
        org: salesforce_connection::org_name(connection),
        environment: connection.environment.title(),
        tabs: tabs(asked, counts),
        rows: on_page(companies, first).map(|one| row(&one)).collect(),
        links: on_page(links, first)
            .map(|link| link_row(link, &connection.instance_url))
            .collect(),
        total,
        is_cut,
        earlier: (page > 0).then(|| asked.href(page - 1)),
        later: (page < last_page).then(|| asked.href(page + 1)),
        ignored: counts[1],
    })
}

/// The ignored ones, also those of which nothing waits, and the others.
fn split(
    companies: Vec<UnmatchedCompany>,
    ignored: Vec<(CompanyKey, String)>,
) -> (Vec<UnmatchedCompany>, Vec<UnmatchedCompany>) {
    let mut names: BTreeMap<CompanyKey, String> = ignored.into_iter().collect();
    let (mut ignored, waiting): (Vec<_>, Vec<_>) = companies
        .into_iter()
        .partition(|company| names.remove(&company.key).is_some());
    ignored.extend(names.into_iter().map(|(key, company)| UnmatchedCompany {
        key,
        company,
        people: Vec::new(),
    }));
    (ignored, waiting)
}

fn on_page<T>(all: Vec<T>, first: usize) -> impl Iterator<Item = T> {
    all.into_iter().skip(first).take(UNMATCHED_COMPANIES)
}

fn has(link: &CompanyLink, text: &str) -> bool {
    let text = text.trim().to_lowercase();
    let fields = [link.title(), link.sf_account_name.clone()];
    fields
        .iter()
        .any(|field| field.to_lowercase().contains(&text))
}

fn tabs(asked: &Asked, counts: [usize; 3]) -> Vec<Tab> {
    let tabs = Show::ALL.into_iter().zip(counts);
    tabs.map(|(show, count)| Tab {
        title: show.title(),
        href: Asked {
            show,
            ..Asked::default()
        }
        .href(0),
        count,
        is_current: asked.show == show,
    })
    .collect()
}

fn row(company: &UnmatchedCompany) -> Row {
    Row {
        title: company.title(),
        people: company.creatable(),
        activities: company.activities(),
        broken: company.broken(),
        latest: company.latest(),
        company: Company::of(company),
    }
}

fn link_row(link: CompanyLink, instance_url: &str) -> LinkRow {
    LinkRow {
        href: format!("{}/{}", instance_url.trim_end_matches('/'), link.sf_account),
        company: Company {
            origin: link.key.origin.clone(),
            name: link.company.clone(),
        },
        link,
    }
}

//! One company without a match: whose activities wait, which Accounts it might be, and what
//! can be done.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use domain::deliveries::unmatched::{UnmatchedCompany, UnmatchedPerson};
use domain::matching::company_link::CompanyLink;
use serde::Deserialize;
use store::deliveries::unmatched;
use store::salesforce::company_links;

use super::super::super::layout::{Section, Shell};
use super::super::super::salesforce::{
    SalesforceAdmin, choices, explain_with_advice, facts, status_of,
};
use super::{Company, HOME};
use crate::app::App;
use crate::salesforce_connection::{
    self, AccountSuggestion, Because, InstallError, LeadChoice, Suggestions,
};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::limits::{UNMATCHED_PEOPLE, UNMATCHED_PEOPLE_SHOWN};

#[derive(Template)]
#[template(path = "dashboard/deliveries/unmatched/company.html")]
struct CompanyPage {
    shell: Shell,
    home: &'static str,
    company: Company,
    title: String,
    waiting: Option<Waiting>,
    is_ignored: bool,
    /// What it is linked to already.
    link: Option<CompanyLink>,
    /// That Account in Salesforce.
    link_href: String,
    /// What was searched for.
    text: String,
    accounts: Vec<Choice>,
    leads: Vec<Lead>,
    /// Whether the org may have more than was found.
    is_incomplete: bool,
    problem: String,
}

/// What waits for the decision.
struct Waiting {
    people: Vec<UnmatchedPerson>,
    /// How many people more there are.
    more: i64,
    activities: i64,
    broken: i64,
    creatable: i64,
    /// Its deliveries.
    deliveries: String,
}

/// An Account that it might be.
struct Choice {
    id: String,
    name: String,
    facts: String,
    /// What speaks for it.
    because: Vec<String>,
    /// Whether that says enough to offer it first.
    is_likely: bool,
}

struct Lead {
    name: String,
    facts: String,
    href: String,
}

#[derive(Deserialize, Default)]
pub(super) struct Asked {
    #[serde(default)]
    origin: String,
    #[serde(default)]
    name: String,
    /// Text to search Accounts by.
    #[serde(default)]
    q: String,
}

pub(super) async fn show(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let company = Company {
        origin: asked.origin,
        name: asked.name,
    };
    page(&app, &admin, company, asked.q, None, flash).await
}

/// The page, with what went wrong where something did.
pub(super) async fn page(
    app: &App,
    admin: &SalesforceAdmin,
    company: Company,
    text: String,
    wrong: Option<InstallError>,
    flash: Flash,
) -> WebResult {
    if company.is_empty() {
        return Err(WebError::NotFound);
    }
    let (org, key) = (admin.staff.org.id, company.key());
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &admin.staff, Section::Salesforce, flash).await?;
    let connection = store::salesforce::connections::live(&mut tx, org).await?;
    let connection = connection.ok_or(WebError::NotFound)?;
    let most = i64::try_from(UNMATCHED_PEOPLE).unwrap_or(i64::MAX);
    let people = unmatched::people(&mut tx, org, connection.id, Some(&key), most).await?;
    let sf_org = &connection.sf_org_id;
    let ignored = company_links::ignored(&mut tx, org, sf_org).await?;
    let link = company_links::find(&mut tx, org, sf_org, [&key]).await?;
    let link = link.into_iter().next();
    drop(tx);
    let found = UnmatchedCompany::gather(people).into_iter().next();
    let asked = match (&found, &link, &wrong) {
        (Some(found), _, None) => ask(app, admin, found, &text).await,
        // Another Account can be searched for where nothing waits, too.
        (None, Some(link), None) if !text.trim().is_empty() => {
            let linked = UnmatchedCompany {
                key: key.clone(),
                company: link.company.clone(),
                people: Vec::new(),
            };
            ask(app, admin, &linked, &text).await
        }
        _ => Ok(Found::default()),
    };
    let (asked, wrong) = match asked {
        Ok(asked) => (asked, wrong),
        Err(error) => (Found::default(), Some(error)),
    };
    let (status, problem) = match wrong {
        None => (StatusCode::OK, String::new()),
        Some(error) => (status_of(&error), explain_with_advice(error)?),
    };
    let instance = connection.instance_url.trim_end_matches('/');
    shown(
        status,
        &CompanyPage {
            shell,
            home: HOME,
            title: company.title(),
            waiting: found.map(waiting),
            is_ignored: ignored.iter().any(|(one, _)| *one == key),
            link_href: link.as_ref().map_or_else(String::new, |link| {
                format!("{instance}/{}", link.sf_account)
            }),
            link,
            text,
            accounts: asked.accounts,
            leads: asked.leads.iter().map(|one| lead(one, instance)).collect(),
            is_incomplete: asked.is_incomplete,
            problem,
            company,
        },
    )
}

fn shown(status: StatusCode, page: &CompanyPage) -> WebResult<Response> {
    page::html_with(status, page)
}

/// What Salesforce has for it.
#[derive(Default)]
struct Found {
    accounts: Vec<Choice>,
    leads: Vec<LeadChoice>,
    is_incomplete: bool,
}

async fn ask(
    app: &App,
    admin: &SalesforceAdmin,
    company: &UnmatchedCompany,
    text: &str,
) -> Result<Found, InstallError> {
    let act = admin.staff.action(app);
    if !text.trim().is_empty() {
        let found = salesforce_connection::search_accounts(app, act, text).await?;
        let accounts = choices(&company.company, &found).into_iter();
        return Ok(Found {
            accounts: accounts
                .map(|one| Choice {
                    id: one.id,
                    name: one.name,
                    facts: one.facts,
                    because: Vec::new(),
                    is_likely: false,
                })
                .collect(),
            ..Found::default()
        });
    }
    let found = salesforce_connection::suggest_for_company(app, act, company).await?;
    let Suggestions {
        accounts,
        leads,
        is_incomplete,
    } = found;
    let domain = company.key.domain().unwrap_or_default();
    Ok(Found {
        accounts: accounts.iter().map(|one| choice(one, domain)).collect(),
        leads,
        is_incomplete,
    })
}

fn choice(one: &AccountSuggestion, domain: &str) -> Choice {
    let because = one.because.iter().map(|because| match because {
        Because::SameName => "Has exactly this name".to_owned(),
        Because::SameNameButLegalForm => "Same name, but for the legal form".to_owned(),
        Because::Website(site) => format!("Website at {site}"),
        Because::Contacts(1) => format!("1 Contact at {domain}"),
        Because::Contacts(n) => format!("{n} Contacts at {domain}"),
        Because::NameBegins => "Name begins the same".to_owned(),
    });
    Choice {
        id: one.account.id().to_string(),
        name: one.account.name.clone(),
        facts: facts(&one.account),
        because: because.collect(),
        is_likely: one.because.iter().any(|because| {
            matches!(
                because,
                Because::SameName | Because::SameNameButLegalForm | Because::Website(_)
            )
        }),
    }
}

fn lead(one: &LeadChoice, instance: &str) -> Lead {
    let facts = [one.email.as_deref(), Some(one.company.as_str())];
    let facts: Vec<&str> = facts
        .into_iter()
        .flatten()
        .filter(|one| !one.is_empty())
        .collect();
    Lead {
        name: if one.name.is_empty() {
            one.id.clone()
        } else {
            one.name.clone()
        },
        facts: facts.join(" · "),
        href: format!("{instance}/{}", one.id),
    }
}

fn waiting(company: UnmatchedCompany) -> Waiting {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    let search = match company.key.origin.as_str() {
        "" => company.company.trim(),
        origin => origin,
    };
    query.append_pair("q", search);
    Waiting {
        activities: company.activities(),
        broken: company.broken(),
        creatable: count(company.creatable()),
        deliveries: format!("{}?{}#list", super::super::HOME, query.finish()),
        more: count(company.people.len().saturating_sub(UNMATCHED_PEOPLE_SHOWN)),
        people: company
            .people
            .into_iter()
            .take(UNMATCHED_PEOPLE_SHOWN)
            .collect(),
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}

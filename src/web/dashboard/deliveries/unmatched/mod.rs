//! Companies whose activities found no match in Salesforce: an Admin decides once for each.

mod actions;
mod company;
mod list;

use axum::Router;
use axum::routing::{get, post};
use domain::activities::NewActivity;
use domain::deliveries::unmatched::UnmatchedCompany;
use domain::email::EmailAddress;
use domain::matching::company_link::{CompanyKey, title};
use domain::names::name_key;
use serde::Deserialize;

use crate::app::App;

/// The list's address.
const HOME: &str = "/dashboard/salesforce/unmatched";

pub(super) fn router() -> Router<App> {
    let own = Router::new()
        .route("/", get(list::show))
        .route("/company", get(company::show))
        .route("/link", post(actions::link))
        .route("/unlink", post(actions::unlink))
        .route("/create-leads", post(actions::create_leads))
        .route("/ignore", post(actions::ignore))
        .route("/stop-ignoring", post(actions::stop_ignoring));
    Router::new().nest(HOME, own)
}

/// A company in an address or a form: where its people write from, and its name.
#[derive(Clone, Debug, Default, Deserialize)]
pub(super) struct Company {
    #[serde(default)]
    origin: String,
    #[serde(default)]
    name: String,
}

impl Company {
    fn of(company: &UnmatchedCompany) -> Self {
        Self {
            origin: company.key.origin.clone(),
            name: company.company.clone(),
        }
    }

    /// The company of an activity.
    pub(super) fn of_activity(what: &NewActivity) -> Self {
        let email = what.person.as_ref().map(|person| &person.email);
        Self {
            origin: email.map_or("", EmailAddress::company_key).to_owned(),
            name: what.company.clone(),
        }
    }

    fn key(&self) -> CompanyKey {
        CompanyKey {
            origin: self.origin.trim().to_lowercase(),
            name: name_key(&self.name),
        }
    }

    /// What can't be told from any other.
    fn is_empty(&self) -> bool {
        self.key() == CompanyKey::default()
    }

    fn title(&self) -> String {
        title(&self.name, &self.origin)
    }

    /// Its page.
    pub(super) fn href(&self) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.append_pair("origin", &self.origin);
        query.append_pair("name", self.name.trim());
        format!("{HOME}/company?{}", query.finish())
    }
}

//! Deciding about a company without a match.

use axum::extract::State;
use domain::matching::candidates::RecordId;
use serde::Deserialize;

use super::super::super::salesforce::{SalesforceAdmin, explain};
use super::company;
use super::{Company, HOME};
use crate::app::App;
use crate::salesforce_connection::{self, InstallError};
use crate::web::components::numbers::thousands;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::limits::COMPANY_NAME;

/// The list of ignored companies.
const IGNORED: &str = "/dashboard/salesforce/unmatched?show=ignored";
/// The list of linked companies.
const LINKED: &str = "/dashboard/salesforce/unmatched?show=linked";

#[derive(Deserialize)]
pub(super) struct Chosen {
    #[serde(default)]
    origin: String,
    #[serde(default)]
    name: String,
    /// The Account's id.
    #[serde(default)]
    account: String,
    /// The Account that it was linked to when the page was read; empty for none.
    #[serde(default)]
    seen: String,
    /// Whether whoever isn't found gets a Contact there.
    #[serde(default)]
    contacts: String,
}

pub(super) async fn link(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Form(chosen): Form<Chosen>,
) -> WebResult {
    let company = known(Company {
        origin: chosen.origin,
        name: chosen.name,
    })?;
    let to = RecordId::new(chosen.account.trim());
    let key = company.key();
    let linked = salesforce_connection::link_company(
        &app,
        admin.staff.action(&app),
        (&key, &company.name),
        (chosen.seen.trim(), &to),
        chosen.contacts == "yes",
    );
    match linked.await {
        Ok(linked) => {
            let said = format!(
                "{} is linked to the Salesforce Account “{}”.{}",
                linked.title,
                linked.sf_account_name,
                going_out(linked.sent)
            );
            Ok(see_other_saying(HOME, &said))
        }
        Err(error) => {
            let flash = Flash::default();
            company::page(&app, &admin, company, String::new(), Some(error), flash).await
        }
    }
}

pub(super) async fn create_leads(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Form(company): Form<Company>,
) -> WebResult {
    let company = known(company)?;
    let key = company.key();
    let act = admin.staff.action(&app);
    let sent = salesforce_connection::create_leads(&app, act, (&key, &company.name)).await;
    said(sent, HOME, |sent| match sent {
        0 => "Nothing waits for this company anymore.".to_owned(),
        sent => format!(
            "Leads are created for people of {} who aren’t in Salesforce.{}",
            company.title(),
            going_out(sent)
        ),
    })
}

pub(super) async fn ignore(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Form(company): Form<Company>,
) -> WebResult {
    let company = known(company)?;
    let key = company.key();
    let act = admin.staff.action(&app);
    let done = salesforce_connection::ignore_company(&app, act, (&key, &company.name)).await;
    said(done, HOME, |()| {
        format!(
            "{} is ignored now. You find it under Ignored.",
            company.title()
        )
    })
}

pub(super) async fn stop_ignoring(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Form(company): Form<Company>,
) -> WebResult {
    let company = known(company)?;
    let key = company.key();
    let act = admin.staff.action(&app);
    let done = salesforce_connection::stop_ignoring_company(&app, act, (&key, &company.name));
    said(done.await, IGNORED, |()| {
        format!("{} isn’t ignored anymore.", company.title())
    })
}

pub(super) async fn unlink(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Form(company): Form<Company>,
) -> WebResult {
    let company = known(company)?;
    let act = admin.staff.action(&app);
    let done = salesforce_connection::unlink_company(&app, act, &company.key()).await;
    said(done, LINKED, |()| {
        format!(
            "{} is unlinked. From now on names are compared.",
            company.title()
        )
    })
}

fn known(company: Company) -> WebResult<Company> {
    let is_long = [&company.origin, &company.name]
        .iter()
        .any(|text| text.chars().count() > COMPANY_NAME);
    if company.is_empty() || is_long {
        return Err(WebError::BadRequest(
            "Choose a company from the list.".to_owned(),
        ));
    }
    Ok(company)
}

/// Leads to the list, with what was done or why it wasn't.
fn said<T>(done: Result<T, InstallError>, to: &str, words: impl FnOnce(T) -> String) -> WebResult {
    let said = match done {
        Ok(done) => words(done),
        Err(error) => explain(error)?,
    };
    Ok(see_other_saying(to, &said))
}

fn going_out(sent: u64) -> String {
    match sent {
        0 => String::new(),
        1 => " One activity that waited goes out now.".to_owned(),
        n => format!(
            " {} activities that waited go out now.",
            thousands(&i64::try_from(n).unwrap_or(i64::MAX))
        ),
    }
}

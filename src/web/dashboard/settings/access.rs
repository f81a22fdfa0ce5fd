//! Whom the public form lets ask, and who is let in by themselves.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use domain::access_requests::policy::AutomaticApproval;
use domain::email::free_mail::is_free_mail;
use domain::ids::OrganizationId;
use serde::Deserialize;
use store::Tx;
use store::accounts::domains::DomainOfAccount;

use crate::app::App;
use crate::use_cases::access_requests::policy::{self, PolicyDraft, PolicyError};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Admin, Staff};

const HERE: &str = "/dashboard/settings/access";

#[derive(Template)]
#[template(path = "dashboard/settings/access.html")]
struct AccessPage {
    shell: Shell,
    draft: PolicyDraft,
    version: i64,
    problems: Problems,
    /// Someone saved while the form was open.
    stale: bool,
    /// Accounts whose email domain is anyone's.
    anybodys: Vec<DomainOfAccount>,
}

#[derive(Deserialize)]
pub(super) struct PolicyForm {
    automatic: String,
    #[serde(default)]
    refuses_free_mail: String,
    #[serde(default)]
    confirms_address: String,
    #[serde(default)]
    refused_domains: String,
    version: i64,
}

pub(super) async fn page(State(app): State<App>, Admin(staff): Admin, flash: Flash) -> WebResult {
    page::html(&load(&app, &staff, flash).await?)
}

async fn load(app: &App, staff: &Staff, flash: Flash) -> WebResult<AccessPage> {
    let mut tx = app.db.read().await?;
    let (policy, version) = store::access_requests::policy::of(&mut tx, staff.org.id).await?;
    Ok(AccessPage {
        shell: Shell::new(&mut tx, staff, Section::Settings, flash).await?,
        draft: PolicyDraft::from_policy(&policy),
        version,
        problems: Problems::default(),
        stale: false,
        anybodys: anybodys(&mut tx, staff.org.id).await?,
    })
}

/// Accounts got such a domain from a person who was approved, before it was known to be
/// anyone's.
async fn anybodys(tx: &mut Tx, org: OrganizationId) -> store::Result<Vec<DomainOfAccount>> {
    let mut all = store::accounts::domains::all(tx, org).await?;
    all.retain(|one| is_free_mail(&one.domain));
    Ok(all)
}

pub(super) async fn save(
    State(app): State<App>,
    Admin(staff): Admin,
    Form(form): Form<PolicyForm>,
) -> WebResult {
    let draft = PolicyDraft {
        automatic: form.automatic.parse().map_err(WebError::BadRequest)?,
        refuses_free_mail: !form.refuses_free_mail.is_empty(),
        confirms_address: !form.confirms_address.is_empty(),
        refused_domains: form.refused_domains,
    };
    let mut tx = app.db.begin().await?;
    let saved = policy::save(&mut tx, staff.action(&app), form.version, &draft).await;
    let (status, problems) = match saved {
        Ok(()) => {
            tx.commit().await?;
            let said = "Saved. It counts for requests from now on.";
            return Ok(see_other_saying(HERE, said));
        }
        Err(PolicyError::Store(error)) => return Err(error.into()),
        Err(PolicyError::Stale) => (StatusCode::CONFLICT, Problems::default()),
        Err(PolicyError::Invalid(problems)) => (StatusCode::UNPROCESSABLE_ENTITY, problems),
    };
    drop(tx);
    let saved = load(&app, &staff, Flash::default()).await?;
    let stale = status == StatusCode::CONFLICT;
    let page = AccessPage {
        draft,
        // Saving again is meant to replace what is shown to be saved.
        version: if stale { saved.version } else { form.version },
        problems,
        stale,
        ..saved
    };
    page::html_with(status, &page)
}

//! Organizations, as the operator makes them on the command line.

pub mod address;
pub mod custom_domain;
pub mod domain_notification;
pub mod settings;
pub mod storage;

use clock::Ambient;
use domain::audit::{Action, Changes};
use domain::ids::OrganizationId;
use domain::names::tidy;
use domain::organizations::{Organization, Plan, Slug};
use store::{StoreError, Tx};
use tracing::instrument;

/// Task subjects begin with this unless an Admin changes it (docs/salesforce.md).
const SUBJECT_PREFIX: &str = "SafeBase";
const ACCENT: &str = "#0d5b52";

/// Why an organization can't be made or changed, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum OrganizationError {
    #[error("the name is empty: give the company's name")]
    NoName,
    #[error("the name is longer than 120 characters")]
    LongName,
    #[error("there is an organization with the address `{0}` already: choose another one")]
    SlugTaken(Slug),
    #[error("there is no organization with the address `{0}`; `gatehouse org list` shows them")]
    Unknown(Slug),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Makes an organization with an empty trust center.
///
/// # Errors
/// The address is taken, or the name can't be used.
#[instrument(name = "organizations.create", skip_all, fields(%slug))]
pub async fn create(
    tx: &mut Tx,
    ambient: &Ambient,
    slug: Slug,
    name: &str,
    plan: Plan,
) -> Result<Organization, OrganizationError> {
    let name = tidy(name);
    if name.is_empty() {
        return Err(OrganizationError::NoName);
    }
    if name.chars().count() > 120 {
        return Err(OrganizationError::LongName);
    }
    if store::organizations::by_slug(tx, slug.as_str())
        .await?
        .is_some()
    {
        return Err(OrganizationError::SlugTaken(slug));
    }
    let org = Organization {
        id: ambient.id(OrganizationId::from_uuid),
        slug,
        headline: "Security, privacy and compliance".to_owned(),
        introduction: format!(
            "How {name} protects your data. Ask for access to read what is not public."
        ),
        name,
        plan,
        subject_prefix: SUBJECT_PREFIX.to_owned(),
        security_email: String::new(),
        accent: ACCENT.to_owned(),
        version: 1,
    };
    store::organizations::insert(tx, &org, ambient.now()).await?;
    audit(tx, ambient, &org, Action::CreatedOrganization, plan.title()).await?;
    Ok(org)
}

/// Changes what an organization pays for.
///
/// # Errors
/// There is no such organization.
#[instrument(name = "organizations.set_plan", skip_all, fields(%slug))]
pub async fn set_plan(
    tx: &mut Tx,
    ambient: &Ambient,
    slug: &Slug,
    plan: Plan,
) -> Result<Organization, OrganizationError> {
    let found = store::organizations::by_slug(tx, slug.as_str()).await?;
    let mut org = found.ok_or_else(|| OrganizationError::Unknown(slug.clone()))?;
    store::organizations::set_plan(tx, org.id, plan).await?;
    let mut changes = Changes::new("");
    changes.note("Plan", org.plan.title(), plan.title());
    audit(tx, ambient, &org, Action::SetPlan, &changes.to_string()).await?;
    org.plan = plan;
    Ok(org)
}

async fn audit(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    action: Action,
    detail: &str,
) -> store::Result<()> {
    store::audit_log::insert(
        tx,
        ambient,
        org.id,
        crate::use_cases::OPERATOR,
        action,
        detail,
    )
    .await
}

//! What an Admin decides about a company that matched nothing: suggestions, linking it to a
//! Salesforce Account, having its people created, ignoring it.

use domain::audit::Action;
use domain::deliveries::unmatched::{CreatePerson, UnmatchedCompany};
use domain::matching::candidates::RecordId;
use domain::matching::company_link::{CompanyKey, CompanyLink, title};
use domain::salesforce::Connection;
use salesforce::account_suggestions::Suggestions;
use store::Tx;
use store::deliveries::{match_cache, unmatched};
use store::salesforce::company_links;
use tracing::instrument;

use super::account_link::{choice_with_id, within_limit};
use super::limits::{DOMAIN_SEARCH, PEOPLE_AT_ONCE};
use super::lookup::ask;
use super::{InstallError, connected, locked};
use crate::app::App;
use crate::use_cases::StaffAction;

/// What came of linking a company.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LinkedCompany {
    /// The company, as pages name it.
    pub title: String,
    /// The name of the Salesforce Account.
    pub sf_account_name: String,
    /// How many activities that waited go out now.
    pub sent: u64,
}

/// Accounts that the company might be, the likeliest first, and open Leads of it: one call
/// by name, and one by domain, which an org with many Contacts may not finish in time.
#[instrument(
    name = "salesforce.company_link.suggest_for_company",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn suggest_for_company(
    app: &App,
    act: StaffAction<'_>,
    company: &UnmatchedCompany,
) -> Result<Suggestions, InstallError> {
    within_limit(app, act).await?;
    let name = company.company.as_str();
    let by_name = ask(app, act, |client, session| async move {
        client.suggest_by_name(&session, name).await
    })
    .await?;
    let Some(domain) = company.key.domain() else {
        return Ok(by_name);
    };
    let by_domain = ask(app, act, |client, session| async move {
        client.suggest_by_domain(&session, name, domain).await
    });
    Ok(match tokio::time::timeout(DOMAIN_SEARCH, by_domain).await {
        Ok(Ok(by_domain)) => by_name.with(by_domain),
        Ok(Err(error)) => {
            tracing::info!(%error, "no suggestions by domain");
            by_name.incomplete()
        }
        Err(_) => by_name.incomplete(),
    })
}

/// Links the company to that Account, in place of an earlier link: what waits for it goes
/// out now, in its order, and what comes later follows. With `create_contacts`, who waits and
/// isn't found is created there. `seen` is the Account that it was linked to when the Admin
/// looked; empty for none.
///
/// # Errors
/// Someone has linked it to another one since, or the org has no such Account.
#[instrument(
    name = "salesforce.company_link.link_company",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn link_company(
    app: &App,
    act: StaffAction<'_>,
    (key, company): (&CompanyKey, &str),
    (seen, to): (&str, &RecordId),
    create_contacts: bool,
) -> Result<LinkedCompany, InstallError> {
    let found = choice_with_id(app, act, to).await?;
    let (org, now) = (act.org.id, app.ambient.now());
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    let before = company_links::find(&mut tx, org, &connection.sf_org_id, [key]).await?;
    let before = before.into_iter().next();
    let linked_to = before.as_ref().map_or("", |link| link.sf_account.as_str());
    // Whoever clicks twice links the same Account twice.
    let is_same = linked_to == found.id().as_str();
    if linked_to != seen && !is_same {
        return Err(InstallError::Invalid(
            "Someone else has decided about this company meanwhile. Look at its link, and link it \
             again if it is the wrong one."
                .to_owned(),
        ));
    }
    let link = CompanyLink {
        key: key.clone(),
        company: company.trim().to_owned(),
        sf_org_id: connection.sf_org_id.clone(),
        sf_account: found.id(),
        sf_account_name: found.name,
        linked_by: act.by.actor(),
        linked_at: now,
    };
    company_links::put(&mut tx, org, &link).await?;
    match_cache::forget_links(&mut tx, connection.id).await?;
    if !is_same {
        unmatched::forget_creation(&mut tx, org, connection.id, key).await?;
    }
    let create = create_contacts.then_some(CreatePerson::Contact);
    let sent = send_all(&mut tx, act, &connection, key, create).await?;
    let instead = before.map_or_else(String::new, |old| {
        format!(" instead of “{}” ({})", old.sf_account_name, old.sf_account)
    });
    let contacts = if create_contacts {
        ", with new Contacts"
    } else {
        ""
    };
    let detail = format!(
        "{} to “{}” ({}){instead}{contacts}",
        link.title(),
        link.sf_account_name,
        link.sf_account
    );
    act.audit(&mut tx, Action::LinkedCompany, &detail).await?;
    tx.commit().await?;
    Ok(LinkedCompany {
        title: link.title(),
        sf_account_name: link.sf_account_name,
        sent,
    })
}

/// Sends what waits for the company again, and lets a Lead be created for whoever still
/// isn't found. Answers how many activities go out now.
#[instrument(
    name = "salesforce.company_link.create_leads",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn create_leads(
    app: &App,
    act: StaffAction<'_>,
    (key, company): (&CompanyKey, &str),
) -> Result<u64, InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    let create = Some(CreatePerson::Lead);
    let sent = send_all(&mut tx, act, &connection, key, create).await?;
    if sent > 0 {
        let detail = format!("{}, {sent} activities", title(company, &key.origin));
        act.audit(&mut tx, Action::CreatedLeads, &detail).await?;
        let sf_org = &connection.sf_org_id;
        company_links::stop_ignoring(&mut tx, act.org.id, sf_org, key).await?;
    }
    tx.commit().await?;
    Ok(sent)
}

/// Leaves the company out of what waits for a decision. Its activities stay as they are: a
/// record that is added in Salesforce later is found when they are tried again.
///
/// # Errors
/// It is linked: a link whose Account is gone has to be seen.
#[instrument(
    name = "salesforce.company_link.ignore_company",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn ignore_company(
    app: &App,
    act: StaffAction<'_>,
    (key, company): (&CompanyKey, &str),
) -> Result<(), InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    let who = act.by.actor();
    let by = (who.as_str(), app.ambient.now());
    let (org, sf_org) = (act.org.id, &connection.sf_org_id);
    if !company_links::find(&mut tx, org, sf_org, [key])
        .await?
        .is_empty()
    {
        return Err(InstallError::Invalid(
            "This company is linked to an Account. Unlink it first, then ignore it.".to_owned(),
        ));
    }
    if company_links::ignore(&mut tx, org, sf_org, (key, company), by).await? {
        let detail = title(company, &key.origin);
        act.audit(&mut tx, Action::IgnoredCompany, &detail).await?;
    }
    Ok(tx.commit().await?)
}

/// Takes that back.
#[instrument(
    name = "salesforce.company_link.stop_ignoring_company",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn stop_ignoring_company(
    app: &App,
    act: StaffAction<'_>,
    (key, company): (&CompanyKey, &str),
) -> Result<(), InstallError> {
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    if company_links::stop_ignoring(&mut tx, act.org.id, &connection.sf_org_id, key).await? {
        let detail = title(company, &key.origin);
        act.audit(&mut tx, Action::StoppedIgnoringCompany, &detail)
            .await?;
    }
    Ok(tx.commit().await?)
}

/// Takes the link away: from now on names count. Tasks that were written stay, and what
/// waited for the link is matched again.
#[instrument(
    name = "salesforce.company_link.unlink_company",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn unlink_company(
    app: &App,
    act: StaffAction<'_>,
    key: &CompanyKey,
) -> Result<(), InstallError> {
    let org = act.org.id;
    let mut tx = app.db.begin().await?;
    let connection = locked(&mut tx, act).await?;
    let sf_org = &connection.sf_org_id;
    let links = company_links::find(&mut tx, org, sf_org, [key]).await?;
    let Some(link) = links.into_iter().next() else {
        return Ok(());
    };
    company_links::delete(&mut tx, org, sf_org, key).await?;
    match_cache::forget_links(&mut tx, connection.id).await?;
    unmatched::forget_creation(&mut tx, org, connection.id, key).await?;
    send_all(&mut tx, act, &connection, key, None).await?;
    let detail = format!(
        "{} from “{}” ({})",
        link.title(),
        link.sf_account_name,
        link.sf_account
    );
    act.audit(&mut tx, Action::UnlinkedCompany, &detail).await?;
    Ok(tx.commit().await?)
}

/// Sends all that waits for the company. Answers how many activities that is.
async fn send_all(
    tx: &mut Tx,
    act: StaffAction<'_>,
    connection: &Connection,
    key: &CompanyKey,
    create: Option<CreatePerson>,
) -> store::Result<u64> {
    let (org, now) = (act.org.id, act.ambient.now());
    let people = unmatched::people(tx, org, connection.id, Some(key), PEOPLE_AT_ONCE).await?;
    unmatched::send(tx, org, connection.id, &people, create, now).await
}

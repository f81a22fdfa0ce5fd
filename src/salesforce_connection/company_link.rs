//! What an Admin decides about a company that matched nothing: suggestions, linking it to a
//! Salesforce Account, having its people created, ignoring it.

use domain::accounts::salesforce_link::SalesforceLink;
use domain::audit::Action;
use domain::deliveries::unmatched::{CreatePerson, UnmatchedCompany, UnmatchedPerson};
use domain::matching::candidates::RecordId;
use domain::matching::company_link::{CompanyKey, CompanyLink, title};
use domain::names::name_key;
use domain::salesforce::Connection;
use salesforce::account_suggestions::Suggestions;
use store::Tx;
use store::deliveries::{match_cache, unmatched};
use store::salesforce::company_links;
use tracing::instrument;

use super::account_link::{choice_with_id, put_link, within_limit};
use super::limits::PEOPLE_AT_ONCE;
use super::lookup::ask;
use super::{InstallError, connected};
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

/// Accounts that the company might be, the likeliest first, and open Leads of it.
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
    let (name, domain) = (company.company.as_str(), company.key.domain());
    ask(app, act, |client, session| async move {
        client.suggest_accounts(&session, name, domain).await
    })
    .await
}

/// Links the company to that Account, in place of an earlier link: what waits for it goes
/// out now, in its order, and what comes later follows. An account of the company's name is
/// linked, too. With `create_contacts`, who waits and isn't found is created there.
#[instrument(
    name = "salesforce.company_link.link_company",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn link_company(
    app: &App,
    act: StaffAction<'_>,
    (key, company): (&CompanyKey, &str),
    to: &RecordId,
    create_contacts: bool,
) -> Result<LinkedCompany, InstallError> {
    let found = choice_with_id(app, act, to).await?;
    let (org, now) = (act.org.id, app.ambient.now());
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    let link = CompanyLink {
        key: key.clone(),
        company: company.trim().to_owned(),
        sf_org_id: connection.sf_org_id.clone(),
        sf_account: found.id(),
        sf_account_name: found.name.clone(),
        linked_by: act.by.actor(),
        linked_at: now,
    };
    company_links::put(&mut tx, org, &link).await?;
    match_cache::forget_links(&mut tx, connection.id).await?;
    let create = create_contacts.then_some(CreatePerson::Contact);
    let mut sent = 0;
    for account in send_all(&mut tx, act, &connection, key, create, &mut sent).await? {
        let account = store::accounts::by_id(&mut tx, org, account).await?;
        if let Some(account) = account.filter(|account| name_key(&account.name) == key.name) {
            let link = SalesforceLink {
                account: account.id,
                account_name: account.name.clone(),
                sf_org_id: connection.sf_org_id.clone(),
                sf_account: found.id(),
                sf_account_name: found.name.clone(),
                linked_by: act.by.actor(),
                linked_at: now,
            };
            sent += put_link(&mut tx, act, connection.id, &link).await?;
        }
    }
    let contacts = if create_contacts {
        ", with new Contacts"
    } else {
        ""
    };
    let detail = format!(
        "{} to “{}” ({}){contacts}",
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
    let connection = connected(&mut tx, act).await?;
    let mut sent = 0;
    let create = Some(CreatePerson::Lead);
    send_all(&mut tx, act, &connection, key, create, &mut sent).await?;
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
    let connection = connected(&mut tx, act).await?;
    let who = act.by.actor();
    let by = (who.as_str(), app.ambient.now());
    let sf_org = &connection.sf_org_id;
    if company_links::ignore(&mut tx, act.org.id, sf_org, key, by).await? {
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
    let connection = connected(&mut tx, act).await?;
    let sf_org = &connection.sf_org_id;
    let links = company_links::find(&mut tx, org, sf_org, [key]).await?;
    let Some(link) = links.into_iter().next() else {
        return Ok(());
    };
    company_links::delete(&mut tx, org, sf_org, key).await?;
    match_cache::forget_links(&mut tx, connection.id).await?;
    send_all(&mut tx, act, &connection, key, None, &mut 0).await?;
    let detail = format!(
        "{} from “{}” ({})",
        link.title(),
        link.sf_account_name,
        link.sf_account
    );
    act.audit(&mut tx, Action::UnlinkedCompany, &detail).await?;
    Ok(tx.commit().await?)
}

/// Sends all that waits for the company, and answers whose it is of the accounts.
async fn send_all(
    tx: &mut Tx,
    act: StaffAction<'_>,
    connection: &Connection,
    key: &CompanyKey,
    create: Option<CreatePerson>,
    sent: &mut u64,
) -> store::Result<Vec<domain::ids::AccountId>> {
    let (org, now) = (act.org.id, act.ambient.now());
    let mut waited: Vec<UnmatchedPerson> = Vec::new();
    loop {
        let people = unmatched::people(tx, org, connection.id, Some(key), PEOPLE_AT_ONCE).await?;
        let some = unmatched::send(tx, org, connection.id, &people, create, now).await?;
        *sent += some;
        waited.extend(people);
        if some == 0 {
            break;
        }
    }
    let accounts = waited.iter().filter_map(|person| person.account);
    let accounts: std::collections::BTreeSet<_> = accounts.collect();
    Ok(accounts.into_iter().collect())
}

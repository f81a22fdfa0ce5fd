//! An account's link to a Salesforce Account: looking for it, making it, and
//! taking it away.

use domain::accounts::Account;
use domain::accounts::salesforce_link::SalesforceLink;
use domain::audit::Action;
use domain::matching::candidates::RecordId;
use salesforce::accounts::AccountChoice;
use store::deliveries::{actions, match_cache};
use store::rate_limits;
use tracing::instrument;

use super::limits::{ACCOUNTS_FOUND, SEARCH_WINDOW, SEARCHES, SHORTEST_SEARCH};
use super::lookup::ask;
use super::{InstallError, connected};
use crate::app::App;
use crate::use_cases::StaffAction;

/// Accounts of the org that have the text in their name.
#[instrument(
    name = "salesforce.account_link.search_accounts",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn search_accounts(
    app: &App,
    act: StaffAction<'_>,
    text: &str,
) -> Result<Vec<AccountChoice>, InstallError> {
    if text.trim().chars().count() < SHORTEST_SEARCH {
        return Err(InstallError::Invalid(format!(
            "Type at least {SHORTEST_SEARCH} letters of the Account’s name."
        )));
    }
    within_limit(app, act).await?;
    ask(app, act, |client, session| async move {
        client.search_accounts(&session, text, ACCOUNTS_FOUND).await
    })
    .await
}

/// Accounts whose names come near this one's, its legal form aside: to suggest.
#[instrument(
    name = "salesforce.account_link.suggest_accounts",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn suggest_accounts(
    app: &App,
    act: StaffAction<'_>,
    name: &str,
) -> Result<Vec<AccountChoice>, InstallError> {
    within_limit(app, act).await?;
    ask(app, act, |client, session| async move {
        let most = ACCOUNTS_FOUND;
        client.accounts_named_like(&session, name, most).await
    })
    .await
}

#[instrument(name = "salesforce.account_link.within_limit", skip_all, fields(org = %act.org.id))]
pub(super) async fn within_limit(app: &App, act: StaffAction<'_>) -> Result<(), InstallError> {
    let key = format!("account-search:{}:{}", act.org.id, act.by.id);
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    let allowed = rate_limits::allow(&mut tx, &key, SEARCHES, SEARCH_WINDOW, now).await?;
    tx.commit().await?;
    if allowed {
        return Ok(());
    }
    Err(InstallError::TooManySearches)
}

/// Links the account, in place of an earlier link. Salesforce is asked first
/// whether it has this Account. What had found no match, or waited because the
/// link led nowhere, goes out now: answers how many.
#[instrument(
    name = "salesforce.account_link.link_account",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, account = %account.id)
)]
pub async fn link_account(
    app: &App,
    act: StaffAction<'_>,
    account: &Account,
    to: &RecordId,
) -> Result<(SalesforceLink, u64), InstallError> {
    let found = choice_with_id(app, act, to).await?;
    let mut tx = app.db.begin().await?;
    let connection = connected(&mut tx, act).await?;
    let link = SalesforceLink {
        account: account.id,
        account_name: account.name.clone(),
        sf_org_id: connection.sf_org_id.clone(),
        sf_account: found.id(),
        sf_account_name: found.name,
        linked_by: act.by.actor(),
        linked_at: app.ambient.now(),
    };
    let org = act.org.id;
    store::salesforce::sending::lock(&mut tx, org, connection.id).await?;
    let before = store::accounts::salesforce_links::of_account(&mut tx, org, account.id).await?;
    store::accounts::salesforce_links::put(&mut tx, org, &link).await?;
    match_cache::forget_links(&mut tx, connection.id).await?;
    let now = link.linked_at;
    let again = actions::retry_account(&mut tx, org, connection.id, account.id, now).await?;
    let instead = before.map_or_else(String::new, |old| {
        format!(" instead of “{}” ({})", old.sf_account_name, old.sf_account)
    });
    let detail = format!(
        "{} to “{}” ({}){instead}",
        link.account_name, link.sf_account_name, link.sf_account
    );
    act.audit(&mut tx, Action::LinkedAccount, &detail).await?;
    tx.commit().await?;
    Ok((link, again))
}

/// The Account with that id, as Salesforce has it now.
#[instrument(name = "salesforce.account_link.choice_with_id", skip_all, fields(org = %act.org.id))]
pub(super) async fn choice_with_id(
    app: &App,
    act: StaffAction<'_>,
    to: &RecordId,
) -> Result<AccountChoice, InstallError> {
    let id = to.as_str();
    let well_formed = matches!(id.len(), 15 | 18)
        && id.starts_with("001")
        && id.chars().all(|c| c.is_ascii_alphanumeric());
    if !well_formed {
        return Err(InstallError::Invalid(
            "This is not an Account’s id. Search for the Account and choose it from the list."
                .to_owned(),
        ));
    }
    ask(app, act, |client, session| async move {
        client.account(&session, to).await
    })
    .await?
    .ok_or_else(|| {
        InstallError::Invalid(
            "Salesforce has no such Account: it was deleted, or the connected user may not see \
             it. Nothing was linked; search again."
                .to_owned(),
        )
    })
}

/// Takes the link away: from now on names count. Also without a connection.
#[instrument(
    name = "salesforce.account_link.unlink_account",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, account = %account.id)
)]
pub async fn unlink_account(
    app: &App,
    act: StaffAction<'_>,
    account: &Account,
) -> Result<(), InstallError> {
    let (org, now) = (act.org.id, app.ambient.now());
    let mut tx = app.db.begin().await?;
    let Some(link) =
        store::accounts::salesforce_links::of_account(&mut tx, org, account.id).await?
    else {
        return Ok(());
    };
    store::accounts::salesforce_links::delete(&mut tx, org, account.id).await?;
    if let Some(connection) = store::salesforce::connections::live(&mut tx, org).await? {
        match_cache::forget_links(&mut tx, connection.id).await?;
        actions::retry_account(&mut tx, org, connection.id, account.id, now).await?;
    }
    let detail = format!(
        "{} from “{}” ({})",
        account.name, link.sf_account_name, link.sf_account
    );
    let action = Action::UnlinkedAccount;
    act.audit(&mut tx, action, &detail).await?;
    Ok(tx.commit().await?)
}

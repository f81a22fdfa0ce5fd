//! Links that an Admin made while a batch was on its way: what found no match before them is
//! matched again.

use std::collections::HashSet;

use domain::deliveries::DeliveryState;
use domain::ids::DeliveryId;
use domain::matching::company_link::CompanyKey;
use store::Tx;
use store::accounts::salesforce_links;
use store::deliveries::due::DueDelivery;
use store::deliveries::journal::Settlement;
use store::salesforce::company_links;

use super::org_session::OrgSession;
use super::outcome::{Outcome, put_back};

/// Some rows to settle, as they are to be settled. Whoever makes a link holds the
/// connection's row until it is there, as this does, so that one of them sees the other.
pub(super) async fn rows(
    tx: &mut Tx,
    session: Option<&OrgSession<'_>>,
    outcome: &Outcome,
    some: &[Settlement],
) -> store::Result<Vec<Settlement>> {
    let mut rows = some.to_vec();
    let is_unmatched = |row: &Settlement| row.state == DeliveryState::Unmatched;
    let Some(session) = session.filter(|_| some.iter().any(is_unmatched)) else {
        return Ok(rows);
    };
    store::salesforce::sending::lock(tx, session.org, session.connection.id).await?;
    let ids: HashSet<DeliveryId> = some.iter().map(|row| row.id).collect();
    let unmatched = outcome.unmatched.iter().filter(|due| ids.contains(&due.id));
    let unmatched: Vec<&DueDelivery> = unmatched.collect();
    let linked = linked(tx, session, &unmatched).await?;
    let now = session.app.ambient.now();
    for row in rows.iter_mut().filter(|row| is_unmatched(row)) {
        let due = unmatched.iter().find(|due| due.id == row.id);
        if let Some(due) = due.filter(|due| linked.contains(&due.id)) {
            *row = put_back(due, now);
        }
    }
    Ok(rows)
}

/// Those of them that have a link by now.
async fn linked(
    tx: &mut Tx,
    session: &OrgSession<'_>,
    unmatched: &[&DueDelivery],
) -> store::Result<HashSet<DeliveryId>> {
    let (org, sf_org) = (session.org, &session.connection.sf_org_id);
    let accounts: Vec<_> = unmatched
        .iter()
        .filter_map(|due| due.activity.what.account)
        .collect();
    let of_accounts = salesforce_links::of_accounts(tx, org, &accounts).await?;
    let of_accounts: HashSet<_> = of_accounts
        .into_iter()
        .filter(|link| link.is_of(sf_org))
        .map(|link| link.account)
        .collect();
    let key = |due: &DueDelivery| CompanyKey::from_activity(&due.activity.what);
    let keys: HashSet<CompanyKey> = unmatched.iter().filter_map(|due| key(due)).collect();
    let of_companies = company_links::find(tx, org, sf_org, &keys).await?;
    let of_companies: HashSet<_> = of_companies.into_iter().map(|link| link.key).collect();
    let has_link = |due: &&&DueDelivery| {
        let account = due.activity.what.account;
        account.is_some_and(|account| of_accounts.contains(&account))
            || key(due).is_some_and(|key| of_companies.contains(&key))
    };
    Ok(unmatched
        .iter()
        .filter(has_link)
        .map(|due| due.id)
        .collect())
}

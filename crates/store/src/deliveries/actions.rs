//! Tables `delivery` and `lane`: what an Admin does to deliveries.

use domain::deliveries::outcome::LINKED_ACCOUNT_GONE;
use domain::deliveries::{DeliveryState, NO_ANSWER, RESTORED, TASK_NOT_VISIBLE};
use domain::ids::{AccountId, ConnectionId, DeliveryId, OrganizationId};
use domain::names::name_key;
use jiff::Timestamp;

use crate::deliveries::match_cache::{self, About};
use crate::params;
use crate::{Result, Tx, Work};

/// Cancels all that is still to be sent. Answers how many.
pub async fn cancel_open(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<u64> {
    tx.execute(
        "UPDATE delivery SET state = 'cancelled', settled_at = $3,
             reason = CASE WHEN state IN ('sending', 'uncertain')
                 THEN 'The connection was uninstalled while Salesforce had it: a Task may exist.'
                 ELSE 'The connection was uninstalled.' END
         WHERE org_id = $1 AND connection_id = $2
           AND state IN ('pending', 'sending', 'waiting', 'uncertain')",
        params![org, connection, now],
    )
    .await
}

/// Lets those that are still to be sent begin with the first owner again: the owners that
/// Salesforce refused aren't where they were in the chain.
pub async fn begin_with_first_owner(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
) -> Result<u64> {
    tx.execute(
        "UPDATE delivery SET skipped_owners = 0
         WHERE org_id = $1 AND connection_id = $2 AND skipped_owners > 0
           AND state IN ('pending', 'sending', 'waiting', 'uncertain')",
        params![org, connection],
    )
    .await
}

/// Cancels one that isn't under way. Answers whether it could be.
pub async fn cancel_one(
    tx: &mut Tx,
    org: OrganizationId,
    id: DeliveryId,
    now: Timestamp,
) -> Result<bool> {
    let changed = tx
        .execute(
            "UPDATE delivery SET state = 'cancelled', reason = 'Cancelled by an Admin.',
                 settled_at = $3
             WHERE org_id = $1 AND id = $2
               AND state IN ('pending', 'waiting', 'unmatched', 'parked')",
            params![org, id, now],
        )
        .await?;
    Ok(changed > 0)
}

/// What makes a delivery start again at the time in that parameter. The org is asked
/// first about one that may have been delivered: nobody could see whether it was, or it
/// was settled before the database was restored from a copy.
pub(super) fn from_the_beginning(now: &str) -> String {
    let restored =
        format!("COALESCE(settled_at, {now}) < (SELECT COALESCE(MAX(restored_at), 0) FROM epoch)");
    let unseen = format!("error_code = '{TASK_NOT_VISIBLE}'");
    format!(
        "state = CASE WHEN {restored} OR {unseen} THEN 'uncertain' ELSE 'pending' END,
         error_code = CASE WHEN {restored} THEN '{RESTORED}'
                           WHEN {unseen} THEN '{NO_ANSWER}' ELSE '' END,
         sent_at = CASE WHEN {restored} THEN NULL ELSE sent_at END,
         {}",
        anew(now)
    )
}

/// What is forgotten of a delivery that starts again.
fn anew(now: &str) -> String {
    format!(
        "due_at = {now}, attempts = 0, attempts_by_class = '', skipped_owners = 0,
         reason = '', error_message = '', settled_at = NULL"
    )
}

/// Sends one again from the beginning: matched anew, at once. Answers whether
/// it was in a state that allows it, over a connection that still exists.
pub async fn retry_one(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    id: DeliveryId,
    now: Timestamp,
) -> Result<bool> {
    let how = format!(
        "{} WHERE state IN ('waiting', 'unmatched', 'parked')",
        from_the_beginning("$4")
    );
    start_again(tx, org, connection, id, now, &how).await
}

/// Sends one again without asking for its Task, because someone has looked and says
/// that there is none. Answers whether it was in doubt.
pub async fn send_unseen(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    id: DeliveryId,
    now: Timestamp,
) -> Result<bool> {
    let how = format!(
        "state = 'pending', error_code = '', sent_at = NULL, {}
         WHERE state = 'parked' AND error_code = '{TASK_NOT_VISIBLE}'",
        anew("$4")
    );
    start_again(tx, org, connection, id, now, &how).await
}

/// Sets columns of one delivery where it is in the right state; `how` is both, with the
/// time as `$4`. Answers whether it was.
async fn start_again(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    id: DeliveryId,
    now: Timestamp,
    how: &str,
) -> Result<bool> {
    let sql = format!(
        "UPDATE delivery SET {how} AND org_id = $1 AND connection_id = $2 AND id = $3
           AND connection_id IN (SELECT id FROM connection WHERE state <> 'uninstalled')"
    );
    let values = params![org, connection, id, now];
    let changed = tx.execute(sqlx::AssertSqlSafe(sql), values).await?;
    if changed > 0 {
        forget_answers(tx, org, connection, id).await?;
        wake_lanes(tx, org, connection, now).await?;
    }
    Ok(changed > 0)
}

/// Lets Salesforce be asked anew about whom a delivery belongs to.
async fn forget_answers(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    id: DeliveryId,
) -> Result<()> {
    let row = tx
        .one(
            "SELECT delivery.person AS person, activity.company AS company FROM delivery
             JOIN activity ON activity.id = delivery.activity_id
             WHERE delivery.org_id = $1 AND delivery.id = $2",
            params![org, id],
        )
        .await?;
    let (person, company) = (row.get("person")?, row.get::<String>("company")?);
    match_cache::forget(tx, connection, About::Person, &[person]).await?;
    match_cache::forget(tx, connection, About::Company, &[name_key(&company)]).await?;
    match_cache::forget_links(tx, connection).await
}

/// The same for all of a state, or for those of them whose last error has the code
/// `cause`, where that isn't empty. Answers how many.
pub async fn retry_all(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    state: DeliveryState,
    cause: &str,
    now: Timestamp,
) -> Result<u64> {
    let changed = tx
        .execute(
            sqlx::AssertSqlSafe(format!(
                "UPDATE delivery SET {} WHERE org_id = $1 AND connection_id = $2 AND state = $3
               AND ($5 = '' OR error_code = $5)
               AND state IN ('waiting', 'unmatched', 'parked')
               AND connection_id IN (SELECT id FROM connection WHERE state <> 'uninstalled')",
                from_the_beginning("$4"),
            )),
            params![org, connection, state, now, cause],
        )
        .await?;
    if changed == 0 {
        return Ok(0);
    }
    // Ask Salesforce anew instead of believing older answers.
    tx.execute(
        "DELETE FROM match_cache WHERE connection_id IN
             (SELECT id FROM connection WHERE org_id = $1 AND id = $2)",
        params![org, connection],
    )
    .await?;
    wake_lanes(tx, org, connection, now).await?;
    Ok(changed)
}

/// The same for an account's that found no match, or whose link to a Salesforce
/// Account led nowhere: the link is another one now. Answers how many.
pub async fn retry_account(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    account: AccountId,
    now: Timestamp,
) -> Result<u64> {
    let changed = tx
        .execute(
            sqlx::AssertSqlSafe(format!(
                "UPDATE delivery SET {}, create_person = ''
               WHERE org_id = $1 AND connection_id = $2
               AND (state = 'unmatched' OR (state = 'parked' AND error_code = $4))
               AND activity_id IN (SELECT id FROM activity WHERE org_id = $1 AND account_id = $3)
               AND connection_id IN (SELECT id FROM connection WHERE state <> 'uninstalled')",
                from_the_beginning("$5"),
            )),
            params![org, connection, account, LINKED_ACCOUNT_GONE, now],
        )
        .await?;
    if changed > 0 {
        wake_lanes(tx, org, connection, now).await?;
    }
    Ok(changed)
}

/// Lets every lane of the connection look for work now.
pub async fn wake_lanes(
    tx: &mut Tx,
    org: OrganizationId,
    connection: ConnectionId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE lane SET due_at = $3
         WHERE org_id = $1 AND connection_id = $2 AND due_at > $3",
        params![org, connection, now],
    )
    .await?;
    tx.notify_on_commit(Work::Deliveries);
    Ok(())
}

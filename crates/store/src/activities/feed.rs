//! Table `activity`, as people look at it: the feed and one account's history.

use domain::activities::{Activity, ActivityKind};
use domain::email::EmailAddress;
use domain::ids::{AccountId, ActivityId, OrganizationId};

use crate::activities::{COLUMNS, read};
use crate::{Result, Tx, Value};

/// Which activities to show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Only activities of this kind; `None` for all.
    pub kind: Option<ActivityKind>,
    /// Only activities of this account; `None` for all.
    pub account: Option<AccountId>,
    /// Only what the person with this address did; `None` for everyone's.
    pub person: Option<EmailAddress>,
    /// Part of an address, a name or a company; empty for all.
    pub search: String,
    /// Only what happened before this one.
    pub before: Option<ActivityId>,
}

/// The newest activities that the filter lets through.
pub async fn page(
    tx: &mut Tx,
    org: OrganizationId,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<Activity>> {
    let mut values = vec![Value::from(org)];
    let mut conditions = vec!["org_id = $1".to_owned()];
    let mut mark = |value: Value| {
        values.push(value);
        format!("${}", values.len())
    };
    if let Some(kind) = filter.kind {
        conditions.push(format!("kind = {}", mark(kind.into())));
    }
    if let Some(account) = filter.account {
        conditions.push(format!("account_id = {}", mark(account.into())));
    }
    if let Some(person) = &filter.person {
        conditions.push(format!("email = {}", mark(person.clone().into())));
    }
    if !filter.search.trim().is_empty() {
        let like = mark(crate::db::like::containing(&filter.search).into());
        let fields = ["email", "company", "first_name || ' ' || last_name"];
        conditions.push(crate::db::like::any_of(&fields, &like));
    }
    if let Some(before) = filter.before {
        conditions.push(format!(
            "(occurred_at, id) < (SELECT occurred_at, id FROM activity
                 WHERE org_id = $1 AND id = {})",
            mark(before.into())
        ));
    }
    let limit = mark(limit.into());
    let sql = format!(
        "SELECT {COLUMNS} FROM activity WHERE {} ORDER BY occurred_at DESC, id DESC LIMIT {limit}",
        conditions.join(" AND ")
    );
    let rows = tx.all(sqlx::AssertSqlSafe(sql), &values).await?;
    rows.iter().map(read).collect()
}

//! What is particular to tasks: who and what, owners, locks.

use crate::Id;
use crate::error::{ApiError, ApiResult};
use crate::org::Org;
use crate::schema::{FieldNo, ObjectNo};
use crate::store::Row;

/// Checks a task beyond what every record must satisfy.
pub(crate) fn check(org: &Org, row: &Row, changed: &[FieldNo]) -> ApiResult<()> {
    let object = org.data.object(org.data.schema.no("Task"));
    let (who, what, owner) = (
        object.no("WhoId"),
        object.no("WhatId"),
        object.no("OwnerId"),
    );
    let lead = row.get(who).as_id().filter(|id| id.prefix() == "00Q");
    if lead.is_some() && !row.get(what).is_null() {
        return Err(ApiError::row(
            "FIELD_INTEGRITY_EXCEPTION",
            "If your Name is a lead, you cannot have a value for Related To",
            &["WhatId"],
        ));
    }
    if let Some(lead) = lead.filter(|_| changed.contains(&who))
        && org.data.value(lead, "IsConverted").is_true()
    {
        return Err(ApiError::row(
            "CANNOT_UPDATE_CONVERTED_LEAD",
            "cannot reference converted lead",
            &["WhoId"],
        ));
    }
    let queue = row.get(owner).as_id().filter(|id| id.prefix() == "00G");
    if let Some(queue) = queue.filter(|_| changed.contains(&owner))
        && !may_own_tasks(org, queue)
    {
        return Err(ApiError::row(
            "FIELD_INTEGRITY_EXCEPTION",
            format!("Assigned To ID: id value of incorrect type: {queue}"),
            &["OwnerId"],
        ));
    }
    Ok(())
}

/// Whether the org's setup lets this queue own tasks.
fn may_own_tasks(org: &Org, queue: Id) -> bool {
    let no = org.data.schema.no("QueueSobject");
    let object = org.data.object(no);
    let (of, kind) = (object.no("QueueId"), object.no("SobjectType"));
    let table = org.data.table(no);
    let mut rows = (0..table.len()).map(|pos| table.row(pos));
    rows.any(|row| row.get(of).as_id() == Some(queue) && row.get(kind).as_str() == Some("Task"))
}

/// Refuses the row while another transaction holds a record it must lock.
///
/// An insert of a task needs locks only if the task is open and has a date;
/// updates and deletes always do.
pub(crate) fn check_locks(org: &mut Org, no: ObjectNo, row: &Row, new: bool) -> ApiResult<()> {
    if org.rules.locked.is_empty() {
        return Ok(());
    }
    for id in needed(org, no, row, new) {
        if let Some(left) = org.rules.locked.get_mut(&id) {
            *left -= 1;
            if *left == 0 {
                org.rules.locked.remove(&id);
            }
            let message =
                format!("unable to obtain exclusive access to this record or 1 records: {id}");
            return Err(ApiError::row("UNABLE_TO_LOCK_ROW", message, &[]));
        }
    }
    Ok(())
}

fn needed(org: &Org, no: ObjectNo, row: &Row, new: bool) -> Vec<Id> {
    let object = org.data.object(no);
    let value = |field: &str| row.get(object.no(field));
    let fields: &[&str] = match object.name {
        "Task" if new && (value("IsClosed").is_true() || value("ActivityDate").is_null()) => &[],
        "Task" => &["WhoId", "WhatId", "AccountId"],
        "Contact" => &["Id", "AccountId"],
        _ => &["Id"],
    };
    fields
        .iter()
        .filter_map(|field| value(field).as_id())
        .collect()
}

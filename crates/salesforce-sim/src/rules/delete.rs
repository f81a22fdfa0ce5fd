//! Deleting, merging and converting records.

use super::{save::check_writable, task};
use crate::Id;
use crate::error::{ApiError, ApiResult};
use crate::org::{Caller, Org};
use crate::schema::ObjectNo;
use crate::store::{Pos, Value};

/// Puts a record into the recycle bin; an Account takes its Contacts and Tasks along.
pub(crate) fn delete(org: &mut Org, caller: Caller, no: ObjectNo, pos: Pos) -> ApiResult<()> {
    check_writable(caller)?;
    let object = org.data.object(no);
    if !object.writable || !org.permissions(caller.user).object(no).delete {
        let message = "insufficient access rights on object id";
        return Err(ApiError::row("INSUFFICIENT_ACCESS_OR_READONLY", message, &[]).status(403));
    }
    let row = org.data.table(no).row(pos).clone();
    task::check_locks(org, no, &row, false)?;
    if let Some(id) = row.get(0).as_id() {
        bin(org, id, caller.now);
    }
    Ok(())
}

/// Puts a record and what hangs on it into the recycle bin.
fn bin(org: &mut Org, id: Id, now: i64) {
    org.change(id, "IsDeleted", Value::Bool(true), now);
    if id.prefix() != "001" {
        return;
    }
    for (object, field) in [("Contact", "AccountId"), ("Task", "WhatId")] {
        for child in pointing_at(org, object, field, id) {
            org.change(child, "IsDeleted", Value::Bool(true), now);
        }
    }
}

fn pointing_at(org: &Org, object: &str, field: &str, id: Id) -> Vec<Id> {
    let no = org.data.schema.no(object);
    let field = org.data.object(no).no(field);
    let table = org.data.table(no);
    let places = Value::Id(id)
        .key()
        .and_then(|key| table.lookup(field, &key));
    let rows = places.unwrap_or_default().iter().map(|pos| table.row(*pos));
    rows.filter_map(|row| row.get(0).as_id()).collect()
}

/// Converts a lead into a contact and an account, which take over its tasks.
pub(crate) fn convert_lead(org: &mut Org, lead: Id, contact: Id, account: Id, now: i64) {
    let date = org.date(now);
    for (field, value) in [
        ("IsConverted", Value::Bool(true)),
        ("ConvertedDate", Value::Date(date)),
        ("ConvertedContactId", Value::Id(contact)),
        ("ConvertedAccountId", Value::Id(account)),
        ("Status", Value::text("Closed - Converted")),
    ] {
        org.change(lead, field, value, now);
    }
    for task in pointing_at(org, "Task", "WhoId", lead) {
        org.change(task, "WhoId", Value::Id(contact), now);
        org.change(task, "AccountId", Value::Id(account), now);
    }
    org.data.commit();
}

/// Merges `loser` into `winner`, which takes over its tasks.
pub(crate) fn merge(org: &mut Org, loser: Id, winner: Id, now: i64) {
    org.change(loser, "MasterRecordId", Value::Id(winner), now);
    org.change(loser, "IsDeleted", Value::Bool(true), now);
    for field in ["WhoId", "WhatId", "AccountId"] {
        for task in pointing_at(org, "Task", field, loser) {
            org.change(task, field, Value::Id(winner), now);
        }
    }
    for contact in pointing_at(org, "Contact", "AccountId", loser) {
        org.change(contact, "AccountId", Value::Id(winner), now);
    }
    org.data.commit();
}

//! What the org works out itself: names, closed flags, the account of a task.

use crate::org::Org;
use crate::schema::ObjectNo;
use crate::store::{Row, Value};

/// Fills in the fields that follow from others.
pub(crate) fn derive(org: &Org, no: ObjectNo, row: &mut Row, now: i64) {
    match org.data.object(no).name {
        "Contact" | "Lead" => derive_name(org, no, row),
        "Task" => derive_task(org, no, row, now),
        _ => {}
    }
}

fn derive_name(org: &Org, no: ObjectNo, row: &mut Row) {
    let object = org.data.object(no);
    let part = |field| row.get(object.no(field)).as_str().unwrap_or_default();
    let name = format!("{} {}", part("FirstName"), part("LastName"));
    row.set(object.no("Name"), Value::text(name.trim()));
}

fn derive_task(org: &Org, no: ObjectNo, row: &mut Row, now: i64) {
    let object = org.data.object(no);
    let text = |row: &Row, field| {
        row.get(object.no(field))
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    let closed = org.value_flag("TaskStatus", "IsClosed", &text(row, "Status"));
    let high = org.value_flag("TaskPriority", "IsHighPriority", &text(row, "Priority"));
    let was_closed = row.get(object.no("IsClosed")).is_true();
    row.set(object.no("IsClosed"), Value::Bool(closed));
    row.set(object.no("IsHighPriority"), Value::Bool(high));
    if closed != was_closed {
        let at = if closed {
            Value::Time(now - now.rem_euclid(1000))
        } else {
            Value::Null
        };
        row.set(object.no("CompletedDateTime"), at);
    }
    let what = row
        .get(object.no("WhatId"))
        .as_id()
        .filter(|id| id.prefix() == "001");
    let who = row
        .get(object.no("WhoId"))
        .as_id()
        .filter(|id| id.prefix() == "003");
    let account = match (what, who) {
        (Some(account), _) => Value::Id(account),
        (None, Some(contact)) => org.data.value(contact, "AccountId"),
        (None, None) => Value::Null,
    };
    row.set(object.no("AccountId"), account);
}

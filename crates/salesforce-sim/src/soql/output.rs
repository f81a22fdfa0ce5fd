//! From found records to the answer's JSON.

use super::{
    column::{Column, parent},
    run::{Cursor, Found},
};
use crate::error::{ApiError, ApiResult};
use crate::json::{Json, obj};
use crate::org::{Caller, Org};
use crate::schema::{Kind, Object};
use crate::store::Row;
use crate::{Id, random};

const PAGE: usize = 2000;
const OPEN_CURSORS: usize = 10;

/// The first page of what was found.
pub(crate) fn page(org: &mut Org, caller: Caller, version: &str, found: Found) -> Json {
    if found.count_only {
        return obj! { "totalSize" => found.places.len(), "done" => true, "records" => Json::Arr(Vec::new()) };
    }
    let cursor = Cursor {
        name: format!("01g{}", random::token(15)),
        user: caller.user,
        found,
    };
    let answer = answer(org, version, &cursor, 0);
    if cursor.found.places.len() > PAGE {
        let own = org.cursors.iter().filter(|c| c.user == caller.user).count();
        if own >= OPEN_CURSORS {
            let oldest = org.cursors.iter().position(|c| c.user == caller.user);
            oldest.and_then(|at| org.cursors.remove(at));
        }
        org.cursors.push_back(cursor);
    }
    answer
}

/// A later page, by the last part of `nextRecordsUrl`.
pub(crate) fn more(org: &Org, caller: Caller, version: &str, locator: &str) -> ApiResult<Json> {
    let invalid = || ApiError::new("INVALID_QUERY_LOCATOR", "invalid query locator");
    let (name, offset) = locator.rsplit_once('-').ok_or_else(invalid)?;
    let offset: usize = offset.parse().map_err(|_| invalid())?;
    let cursor = org
        .cursors
        .iter()
        .find(|c| c.name == name && c.user == caller.user);
    let cursor = cursor
        .filter(|c| offset < c.found.places.len())
        .ok_or_else(invalid)?;
    Ok(answer(org, version, cursor, offset))
}

fn answer(org: &Org, version: &str, cursor: &Cursor, offset: usize) -> Json {
    let Found {
        object,
        columns,
        places,
        ..
    } = &cursor.found;
    let table = org.data.table(*object);
    let end = (offset + PAGE).min(places.len());
    let records: Vec<Json> = places[offset..end]
        .iter()
        .map(|pos| {
            record(
                org,
                cursor.user,
                version,
                org.data.object(*object),
                table.row(*pos),
                columns,
            )
        })
        .collect();
    let done = end == places.len();
    let mut members: Vec<(std::borrow::Cow<'static, str>, Json)> = vec![
        ("totalSize".into(), places.len().into()),
        ("done".into(), done.into()),
    ];
    if !done {
        let next = format!("/services/data/v{version}/query/{}-{end}", cursor.name);
        members.push(("nextRecordsUrl".into(), next.into()));
    }
    members.push(("records".into(), records.into()));
    Json::Obj(members)
}

fn attributes(version: &str, object: &Object, row: &Row) -> Json {
    let id = row
        .get(0)
        .as_id()
        .map(|id| id.to_string())
        .unwrap_or_default();
    obj! {
        "type" => object.name,
        "url" => format!("/services/data/v{version}/sobjects/{}/{id}", object.name),
    }
}

fn record(
    org: &Org,
    user: Id,
    version: &str,
    object: &Object,
    row: &Row,
    columns: &[Column],
) -> Json {
    let all: Vec<(&Column, usize)> = columns.iter().map(|column| (column, 0)).collect();
    level(org, user, version, object, row, &all)
}

/// One record, with the parents that its columns reach.
fn level(
    org: &Org,
    user: Id,
    version: &str,
    object: &Object,
    row: &Row,
    columns: &[(&Column, usize)],
) -> Json {
    let mut members = vec![("attributes".into(), attributes(version, object, row))];
    let mut done: Vec<&str> = Vec::new();
    for (column, depth) in columns {
        let Some((field, relation)) = column.hops.get(*depth) else {
            let value = column.leaf_value(Some(object), row);
            members.push((
                column.name.clone().into(),
                value.to_json(column.kind == Kind::Int),
            ));
            continue;
        };
        if done.contains(&relation.as_str()) {
            continue;
        }
        done.push(relation);
        let below: Vec<(&Column, usize)> = columns
            .iter()
            .filter(|(c, d)| c.hops.get(*d).is_some_and(|(_, name)| name == relation))
            .map(|(c, d)| (*c, d + 1))
            .collect();
        let value = match parent(org, user, row.get(*field)) {
            Some((object, row)) => level(org, user, version, object, row, &below),
            None => Json::Null,
        };
        members.push((relation.clone().into(), value));
    }
    Json::Obj(members)
}

/// What `columns=true` answers: the columns instead of the records.
pub(crate) fn column_metadata(org: &Org, found: &Found) -> Json {
    let object = org.data.object(found.object);
    let columns: Vec<Json> = found
        .columns
        .iter()
        .map(|column| describe(object, column))
        .collect();
    let id_selected = found.columns.iter().any(|c| c.own() == Some(0));
    obj! {
        "columnMetadata" => columns,
        "entityName" => object.name,
        "groupBy" => false,
        "idSelected" => id_selected,
        "keyPrefix" => object.prefix,
    }
}

fn describe(object: &Object, column: &Column) -> Json {
    let kind = column.kind;
    let apex = match kind {
        Kind::Id | Kind::Reference => "Id",
        Kind::Bool => "Boolean",
        Kind::Int => "Integer",
        Kind::Double | Kind::Currency => "Double",
        Kind::Date => "Date",
        Kind::DateTime => "Datetime",
        _ => "String",
    };
    let leaf = obj! {
        "aggregate" => false,
        "apexType" => apex,
        "booleanType" => kind == Kind::Bool,
        "columnName" => column.name.clone(),
        "custom" => column.name.ends_with("__c"),
        "displayName" => column.name.clone(),
        "foreignKeyName" => Json::Null,
        "insertable" => column.spec(object).is_some_and(|f| f.createable),
        "joinColumns" => Json::Arr(Vec::new()),
        "numberType" => matches!(kind, Kind::Int | Kind::Double | Kind::Currency),
        "textType" => kind.is_text(),
        "updatable" => column.spec(object).is_some_and(|f| f.updateable),
    };
    column.hops.iter().rev().fold(leaf, |inner, (_, relation)| {
        obj! {
            "aggregate" => false,
            "columnName" => relation.clone(),
            "displayName" => relation.clone(),
            "joinColumns" => Json::Arr(vec![inner]),
        }
    })
}

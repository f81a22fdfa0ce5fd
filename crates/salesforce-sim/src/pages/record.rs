//! The page of one record.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::Response,
};

use super::{
    Chrome,
    format::{Cell, Piece},
    missing, record_path, show,
    timeline::{Card, Timeline},
};
use crate::org::Org;
use crate::schema::ObjectNo;
use crate::store::{Pos, Value};
use crate::{Id, Sim};

#[derive(Template)]
#[template(path = "record.html")]
struct Record {
    chrome: Chrome,
    label: &'static str,
    name: String,
    id: Id,
    deleted: bool,
    notice: Option<Cell>,
    fields: Vec<Cell>,
    contacts: Option<Vec<[Cell; 3]>>,
    timeline: Timeline,
}

#[derive(Template)]
#[template(path = "task.html")]
struct Task {
    chrome: Chrome,
    deleted: bool,
    subject: String,
    id: Id,
    status: String,
    closed: bool,
    fields: Vec<Cell>,
    comments: Vec<Piece>,
}

fn layout(object: &str) -> &'static [(&'static str, &'static str)] {
    match object {
        "Account" => &[
            ("OwnerId", "Account Owner"),
            ("Type", "Type"),
            ("Industry", "Industry"),
            ("Website", "Website"),
            ("Phone", "Phone"),
            ("BillingCity", "Billing City"),
            ("CreatedDate", "Created"),
        ],
        "Contact" => &[
            ("OwnerId", "Contact Owner"),
            ("AccountId", "Account Name"),
            ("Title", "Title"),
            ("Email", "Email"),
            ("Phone", "Phone"),
            ("CreatedById", "Created By"),
            ("CreatedDate", "Created"),
        ],
        "Lead" => &[
            ("OwnerId", "Lead Owner"),
            ("Company", "Company"),
            ("Status", "Lead Status"),
            ("Title", "Title"),
            ("Email", "Email"),
            ("Phone", "Phone"),
            ("CreatedById", "Created By"),
            ("CreatedDate", "Created"),
        ],
        _ => &[],
    }
}

/// Shows a record.
pub(crate) async fn record(
    State(sim): State<Arc<Sim>>,
    Path((_, id)): Path<(String, String)>,
) -> Response {
    sim.with(|org, now| {
        let found = id
            .parse::<Id>()
            .ok()
            .and_then(|id| Some((id, org.data.locate(id)?)));
        match found {
            Some((id, (no, pos))) if org.data.object(no).name == "Task" => task(org, id, pos, now),
            Some((id, (no, pos))) if !layout(org.data.object(no).name).is_empty() => {
                person(org, id, no, pos, now)
            }
            _ => missing(org),
        }
    })
}

fn person(org: &Org, id: Id, no: ObjectNo, pos: Pos, now: i64) -> Response {
    let (object, row) = (org.data.object(no), org.data.table(no).row(pos));
    let mut fields: Vec<Cell> = layout(object.name)
        .iter()
        .map(|(field, label)| Cell::field(org, no, row, field, label))
        .collect();
    let custom = object.fields.iter().filter(|field| field.is_custom());
    fields.extend(custom.map(|field| Cell::field(org, no, row, &field.name, &field.label)));
    let is_account = object.name == "Account";
    let notice = Cell::field(org, no, row, "ConvertedContactId", "Converted to");
    show(&Record {
        chrome: Chrome::new(org, object.plural),
        label: object.label,
        name: row
            .get(object.no("Name"))
            .as_str()
            .unwrap_or_default()
            .to_owned(),
        id,
        deleted: org.data.is_deleted(no, row),
        notice: Some(notice).filter(|cell| !cell.text.is_empty()),
        fields,
        contacts: is_account.then(|| contacts(org, id)),
        timeline: Timeline::new(org, if is_account { "AccountId" } else { "WhoId" }, id, now),
    })
}

fn contacts(org: &Org, account: Id) -> Vec<[Cell; 3]> {
    let no = org.data.schema.no("Contact");
    let table = org.data.table(no);
    let key = Value::Id(account).key();
    let found = key.and_then(|key| table.lookup(org.data.object(no).no("AccountId"), &key));
    let rows = found.unwrap_or_default().iter().map(|pos| table.row(*pos));
    rows.filter(|row| !org.data.is_deleted(no, row))
        .map(|row| {
            let mut name = Cell::field(org, no, row, "Name", "Name");
            name.href = row.get(0).as_id().map(|id| record_path("Contact", id));
            let title = Cell::field(org, no, row, "Title", "Title");
            [name, title, Cell::field(org, no, row, "Email", "Email")]
        })
        .collect()
}

fn task(org: &Org, id: Id, pos: Pos, now: i64) -> Response {
    let no = org.data.schema.no("Task");
    let card = Card::new(org, pos, now);
    show(&Task {
        chrome: Chrome::new(org, "Tasks"),
        deleted: org.data.is_deleted(no, org.data.table(no).row(pos)),
        subject: card.subject,
        id,
        status: card.status,
        closed: card.closed,
        fields: card.fields,
        comments: card.comments,
    })
}

//! The home page and the lists.

use std::sync::Arc;

use askama::Template;
use axum::{
    extract::{Path, Query, State},
    response::Response,
};
use serde::Deserialize;

use super::{Chrome, format::Cell, missing, record_path, show, timeline::Card};
use crate::Sim;
use crate::org::Org;
use crate::schema::ObjectNo;
use crate::store::{Pos, Row, fold};

const PAGE: usize = 50;
const LATEST: usize = 12;

#[derive(Template)]
#[template(path = "home.html")]
struct Home {
    chrome: Chrome,
    counts: Vec<(&'static str, &'static str, usize)>,
    latest: Vec<Card>,
}

/// Counts and the latest tasks.
pub(crate) async fn home(State(sim): State<Arc<Sim>>) -> Response {
    sim.with(|org, now| {
        let counts = ["Account", "Contact", "Lead", "Task"].map(|name| {
            let no = org.data.schema.no(name);
            let object = org.data.object(no);
            (object.name, object.plural, matching(org, no, "").len())
        });
        let task = org.data.schema.no("Task");
        let newest = matching(org, task, "").into_iter().take(LATEST);
        show(&Home {
            chrome: Chrome::new(org, "Home"),
            counts: counts.to_vec(),
            latest: newest.map(|pos| Card::new(org, pos, now)).collect(),
        })
    })
}

/// What to list.
#[derive(Deserialize)]
pub(crate) struct Wanted {
    #[serde(default)]
    q: String,
    #[serde(default)]
    page: usize,
}

#[derive(Template)]
#[template(path = "list.html")]
struct List {
    chrome: Chrome,
    object: &'static str,
    plural: &'static str,
    q: String,
    columns: Vec<&'static str>,
    rows: Vec<Vec<Cell>>,
    total: usize,
    previous: Option<usize>,
    next: Option<usize>,
}

fn columns(object: &str) -> &'static [(&'static str, &'static str)] {
    match object {
        "Account" => &[
            ("Name", "Account Name"),
            ("Industry", "Industry"),
            ("BillingCity", "City"),
            ("OwnerId", "Owner"),
        ],
        "Contact" => &[
            ("Name", "Name"),
            ("AccountId", "Account Name"),
            ("Title", "Title"),
            ("Email", "Email"),
            ("OwnerId", "Owner"),
        ],
        "Lead" => &[
            ("Name", "Name"),
            ("Company", "Company"),
            ("Email", "Email"),
            ("Status", "Status"),
            ("OwnerId", "Owner"),
        ],
        "Task" => &[
            ("Subject", "Subject"),
            ("WhoId", "Name"),
            ("WhatId", "Related To"),
            ("ActivityDate", "Due Date"),
            ("Status", "Status"),
            ("OwnerId", "Assigned To"),
        ],
        _ => &[],
    }
}

/// The records of an object.
pub(crate) async fn list(
    State(sim): State<Arc<Sim>>,
    Path(object): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Response {
    sim.with(|org, _| {
        let Some(no) = org
            .data
            .schema
            .find(&object)
            .filter(|no| !columns(org.data.object(*no).name).is_empty())
        else {
            return missing(org);
        };
        let object = org.data.object(no);
        let columns = columns(object.name);
        let places = matching(org, no, &wanted.q);
        let from = (wanted.page * PAGE).min(places.len());
        let to = (from + PAGE).min(places.len());
        show(&List {
            chrome: Chrome::new(org, object.plural),
            object: object.name,
            plural: object.plural,
            columns: columns.iter().map(|(_, label)| *label).collect(),
            rows: places[from..to]
                .iter()
                .map(|pos| row(org, no, *pos, columns))
                .collect(),
            total: places.len(),
            previous: wanted.page.checked_sub(1),
            next: (to < places.len()).then_some(wanted.page + 1),
            q: wanted.q,
        })
    })
}

fn row(org: &Org, no: ObjectNo, pos: Pos, columns: &[(&str, &str)]) -> Vec<Cell> {
    let record = org.data.table(no).row(pos);
    let mut cells: Vec<Cell> = columns
        .iter()
        .map(|(field, label)| Cell::field(org, no, record, field, label))
        .collect();
    if let (Some(first), Some(id)) = (cells.first_mut(), record.get(0).as_id()) {
        first.href = Some(record_path(org.data.object(no).name, id));
        if first.text.is_empty() {
            "(no name)".clone_into(&mut first.text);
        }
    }
    cells
}

/// The records that are not deleted and contain `q`, newest first.
fn matching(org: &Org, no: ObjectNo, q: &str) -> Vec<Pos> {
    let table = org.data.table(no);
    let object = org.data.object(no);
    let fields: Vec<usize> = ["Name", "Subject", "Email", "Company", "Description"]
        .iter()
        .filter_map(|name| object.field_no(name))
        .collect();
    let wanted = fold(q.trim());
    let contains = |row: &Row| {
        let texts = fields.iter().filter_map(|field| row.get(*field).as_str());
        wanted.is_empty() || texts.into_iter().any(|text| fold(text).contains(&wanted))
    };
    let all = (0..table.len()).rev();
    all.filter(|pos| {
        let row = table.row(*pos);
        !org.data.is_deleted(no, row) && contains(row)
    })
    .collect()
}

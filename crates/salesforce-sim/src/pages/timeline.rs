//! The activity timeline: open tasks first, closed ones by month.

use jiff::civil::Date;

use super::{
    format::{Cell, Piece, pieces},
    record_path,
};
use crate::Id;
use crate::org::Org;
use crate::sim::TaskView;
use crate::store::{Pos, Row, Value};

const SHOWN: usize = 100;

/// A task as the timeline shows it.
pub(crate) struct Card {
    /// Its subject.
    pub subject: String,
    /// Its page.
    pub href: String,
    /// The record's id, by which the page remembers which cards are open.
    pub id: Id,
    /// Its status.
    pub status: String,
    /// Whether it is closed.
    pub closed: bool,
    /// Whether its date has passed while it is open.
    pub overdue: bool,
    /// The date, in few words.
    pub when: String,
    /// What kind of work it was, such as a call; empty where nobody said.
    pub kind: String,
    /// Who and what it is about.
    pub about: Vec<String>,
    /// Whose it is.
    pub owner: String,
    /// Every field.
    pub fields: Vec<Cell>,
    /// The comments.
    pub comments: Vec<Piece>,
    date: Date,
}

/// Cards under a heading.
pub(crate) struct Group {
    /// The heading.
    pub title: String,
    /// The cards, newest first.
    pub cards: Vec<Card>,
}

/// The timeline of a record.
pub(crate) struct Timeline {
    /// Open tasks, soonest first.
    pub open: Vec<Card>,
    /// Closed tasks, newest month first.
    pub months: Vec<Group>,
    /// How many tasks there are in all.
    pub total: usize,
    /// How many older ones are not shown.
    pub left_out: usize,
}

impl Timeline {
    /// The timeline of the tasks whose `field` refers to `id`.
    pub(crate) fn new(org: &Org, field: &str, id: Id, now: i64) -> Self {
        let no = org.data.schema.no("Task");
        let table = org.data.table(no);
        let key = Value::Id(id).key();
        let found = key.and_then(|key| table.lookup(org.data.object(no).no(field), &key));
        let places = found.unwrap_or_default().iter().copied();
        let live: Vec<Pos> = places
            .filter(|pos| !org.data.is_deleted(no, table.row(*pos)))
            .collect();
        let newest = live.iter().rev().take(SHOWN);
        let cards: Vec<Card> = newest.map(|pos| Card::new(org, *pos, now)).collect();
        let (mut closed, mut open): (Vec<Card>, Vec<Card>) =
            cards.into_iter().partition(|c| c.closed);
        open.sort_by_key(|card| card.date);
        closed.sort_by_key(|card| std::cmp::Reverse(card.date));
        let mut months: Vec<Group> = Vec::new();
        for card in closed {
            let title = month(card.date, org.date(now));
            match months.last_mut().filter(|group| group.title == title) {
                Some(group) => group.cards.push(card),
                None => months.push(Group {
                    title,
                    cards: vec![card],
                }),
            }
        }
        Self {
            open,
            months,
            total: live.len(),
            left_out: live.len().saturating_sub(SHOWN),
        }
    }
}

fn month(date: Date, today: Date) -> String {
    let months = |d: Date| i32::from(d.year()) * 12 + i32::from(d.month());
    match months(today) - months(date) {
        0 => "This month".to_owned(),
        1 => "Last month".to_owned(),
        _ => date.strftime("%B %Y").to_string(),
    }
}

impl Card {
    /// The card of a task.
    pub(crate) fn new(org: &Org, pos: Pos, now: i64) -> Self {
        let no = org.data.schema.no("Task");
        let row = org.data.table(no).row(pos);
        let view = TaskView::new(org, no, pos);
        let today = org.date(now);
        let created = match row.get(org.data.object(no).no("CreatedDate")) {
            Value::Time(at) => org.date(*at),
            _ => today,
        };
        Self {
            subject: if view.subject.is_empty() {
                "(no subject)".to_owned()
            } else {
                view.subject
            },
            href: record_path("Task", view.id),
            id: view.id,
            status: view.status,
            closed: view.is_closed,
            overdue: !view.is_closed && view.due_date.is_some_and(|due| due < today),
            when: view
                .due_date
                .map_or("No due date".to_owned(), |due| relative(due, today)),
            kind: kind(org, row),
            owner: view.owner_name,
            about: [view.who_name, view.what_name]
                .into_iter()
                .filter(|name| !name.is_empty())
                .collect(),
            fields: fields(org, no, row),
            comments: pieces(&view.comments),
            date: view.due_date.unwrap_or(created),
        }
    }
}

fn kind(org: &Org, row: &Row) -> String {
    let field = org.data.object(org.data.schema.no("Task")).no("Type");
    row.get(field).as_str().unwrap_or_default().to_owned()
}

fn relative(date: Date, today: Date) -> String {
    match (date - today).get_days() {
        0 if date == today => "Today".to_owned(),
        1 if today.tomorrow().ok() == Some(date) => "Tomorrow".to_owned(),
        -1 if today.yesterday().ok() == Some(date) => "Yesterday".to_owned(),
        _ => super::format::date(date),
    }
}

/// The fields of a task in the order of its page; comments are shown apart.
fn fields(org: &Org, no: usize, row: &Row) -> Vec<Cell> {
    let mut cells: Vec<Cell> = [
        ("Subject", "Subject"),
        ("OwnerId", "Assigned To"),
        ("Status", "Status"),
        ("Priority", "Priority"),
        ("ActivityDate", "Due Date"),
        ("WhoId", "Name"),
        ("WhatId", "Related To"),
    ]
    .iter()
    .map(|(field, label)| Cell::field(org, no, row, field, label))
    .collect();
    for (by, at, label) in [
        ("CreatedById", "CreatedDate", "Created By"),
        ("LastModifiedById", "LastModifiedDate", "Last Modified By"),
    ] {
        let mut cell = Cell::field(org, no, row, by, label);
        let time = Cell::field(org, no, row, at, "").text;
        cell.text = format!("{}, {time}", cell.text);
        cells.push(cell);
    }
    let object = org.data.object(no);
    let custom = object.fields.iter().filter(|field| field.is_custom());
    cells.extend(custom.map(|field| Cell::field(org, no, row, &field.name, &field.label)));
    cells
}

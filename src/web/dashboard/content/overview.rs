//! All sections with their items, in order.

use std::collections::HashMap;

use askama::Template;
use axum::extract::State;
use domain::content::entry::{Entry, SectionKind};
use domain::content::{Item, Section};
use domain::documents::Document;
use domain::ids::DocumentId;

use crate::app::App;
use crate::web::dashboard::layout::{self, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;

#[derive(Template)]
#[template(path = "dashboard/content/overview.html")]
struct ContentPage {
    shell: Shell,
    sections: Vec<Group>,
}

struct Group {
    section: Section,
    items: Vec<Row>,
    /// Of a section that doesn't hold items.
    entries: Vec<Entry>,
}

struct Row {
    item: Item,
    document: Option<Document>,
}

pub(super) async fn page(State(app): State<App>, staff: Staff, flash: Flash) -> WebResult {
    let org = staff.org.id;
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, layout::Section::Content, flash).await?;
    let sections = store::content::sections::list(&mut tx, org).await?;
    let items = store::content::items::list(&mut tx, org).await?;
    let documents = store::documents::list(&mut tx, org).await?;
    let mut documents: HashMap<DocumentId, Document> = documents
        .into_iter()
        .map(|document| (document.id, document))
        .collect();
    let mut sections: Vec<_> = sections
        .into_iter()
        .map(|section| Group {
            section,
            items: Vec::new(),
            entries: Vec::new(),
        })
        .collect();
    for item in items {
        let document = item.document.and_then(|id| documents.remove(&id));
        if let Some(group) = sections
            .iter_mut()
            .find(|one| one.section.id == item.section)
        {
            group.items.push(Row { item, document });
        }
    }
    for entry in store::content::entries::list(&mut tx, org).await? {
        let group = sections.iter_mut().find(|g| g.section.id == entry.section);
        if let Some(group) = group {
            group.entries.push(entry);
        }
    }
    page::html(&ContentPage { shell, sections })
}

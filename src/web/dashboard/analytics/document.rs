//! How a document is read: the time on each page, and by whom.

use askama::Template;
use axum::extract::{Path, State};
use domain::content::Item;
use domain::documents::Document;
use domain::ids::DocumentId;
use store::analytics::page_reading::{self, PageRead, Read};

use crate::app::App;
use crate::web::components::chart::{Chart, Series, Slot};
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;
use crate::web::limits::{DOCUMENT_READERS, DRAWN_PAGES};

#[derive(Template)]
#[template(path = "dashboard/analytics/document.html")]
struct DocumentPage {
    shell: Shell,
    document: Document,
    /// The item that offers it, if one does.
    item: Option<Item>,
    /// Seconds on each page.
    chart: Chart,
    /// Pages that anyone had before them.
    pages: Vec<PageRead>,
    readers: Vec<Read>,
}

pub(super) async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    let id: DocumentId = page::id(&id)?;
    let org = staff.org.id;
    let mut tx = app.db.read().await?;
    let document = store::documents::by_id(&mut tx, org, id).await?;
    let document = document.ok_or(WebError::NotFound)?;
    let items = store::content::items::of_document(&mut tx, org, id).await?;
    let pages = page_reading::pages_of(&mut tx, org, id).await?;
    page::html(&DocumentPage {
        shell: Shell::new(&mut tx, &staff, Section::Analytics, flash).await?,
        document,
        item: items.into_iter().next(),
        chart: chart(&pages),
        readers: page_reading::of_document(&mut tx, org, id, DOCUMENT_READERS).await?,
        pages,
    })
}

/// A bar for every page, also for those that nobody has read.
fn chart(pages: &[PageRead]) -> Chart {
    let last = pages.iter().map(|page| page.of_pages.max(page.page)).max();
    let slots = (1..=last.unwrap_or(0).min(DRAWN_PAGES)).map(|number| {
        let found = pages.iter().find(|page| page.page == number);
        Slot {
            name: format!("Page {number}"),
            short: format!("Page {number}"),
            values: vec![found.map_or(0, |page| page.seconds)],
        }
    });
    Chart::new("Seconds", &["seconds"], Series::Stacked, slots.collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_nobody_has_read_have_their_place() {
        let read = |page, seconds| PageRead {
            page,
            of_pages: 5,
            readers: 1,
            seconds,
        };
        let chart = chart(&[read(2, 30), read(4, 10)]);
        let seconds: Vec<_> = chart.slots.iter().map(|slot| slot.values[0]).collect();
        assert_eq!(seconds, [0, 30, 0, 10, 0]);
        assert_eq!(chart.names[2], "Page 5");
    }
}

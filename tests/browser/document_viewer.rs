//! Reading a PDF in the viewer: pages, zoom, finding words, and what is said of it.

use std::time::{Duration, Instant};

use domain::content::Visibility::{self, Locked, Public};
use serde_json::{Value, json};
use testkit::pdf::{Block, TextDocument};

use crate::chromium::Chromium;
use crate::support::{Browser, Database, Offer, TestApp, TestOrg, member, offer};

/// The report's words, "zebra" on its last page only.
fn report() -> Vec<u8> {
    let text = "Controls were tested and found effective, and the tests were repeated. ".repeat(12);
    let mut blocks: Vec<_> = (0..60).map(|_| Block::Text(&text)).collect();
    blocks.push(Block::Heading("The last chapter is about the zebra"));
    let document = TextDocument {
        title: "SOC 2",
        subtitle: "For tests",
        publisher: "Northgate Labs",
        accent: [0.18, 0.36, 0.31],
        blocks: &blocks,
    };
    document.to_pdf().expect("a PDF")
}

struct Reading {
    app: TestApp,
    org: TestOrg,
    report: Offer,
    ada: Browser,
}

impl Reading {
    async fn new(visibility: Visibility) -> Self {
        let app = TestApp::start(Database::Sqlite).await;
        let org = app.enterprise().await;
        let report = offer(&app, &org, visibility, "soc2.pdf", &report()).await;
        let ada = member(&app, &org).await;
        Self {
            app,
            org,
            report,
            ada,
        }
    }

    /// Opens the viewer as Ada, until its first page is drawn.
    async fn opens(&self, chromium: &Chromium) {
        chromium.becomes(&self.ada, &self.org.page("")).await;
        let read = self.report.path(&self.org, "read");
        chromium.visit(&self.app, &read).await;
        chromium.find(".sheet canvas").await;
    }

    /// Waits until the seconds of some pages have arrived.
    async fn pages_read(&self) -> Vec<i64> {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let mut tx = self.app.db.read().await.expect("a transaction");
            let sql = "SELECT page FROM page_reading ORDER BY page";
            let rows = tx.all(sql, &[]).await.expect("rows");
            if !rows.is_empty() || Instant::now() > end {
                let pages = rows.iter().map(|row| row.get("page").expect("a page"));
                return pages.collect();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Waits until this is true on the page.
async fn holds(chromium: &Chromium, script: &str) {
    let end = Instant::now() + Duration::from_secs(20);
    while chromium.run(script).await != Value::Bool(true) {
        assert!(
            Instant::now() < end,
            "not so: {script}\n{}",
            chromium.text().await
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

const PAGE: &str = "return document.querySelector('[data-page]').value";
const PERCENT: &str = "return document.querySelector('[data-percent]').value";

#[tokio::test]
async fn pages_are_turned_and_only_those_that_are_near_are_drawn() {
    let reading = Reading::new(Locked).await;
    let chromium = Chromium::start().await;
    reading.opens(&chromium).await;
    let pages = chromium.count(".sheet").await;
    assert!(pages > 5, "{pages}");
    chromium.sees(&format!("of {pages}")).await;
    assert!(chromium.count(".sheet canvas").await < pages);
    chromium
        .types(&char::from(fantoccini::key::Key::Right).to_string())
        .await;
    holds(&chromium, &format!("{PAGE} === '2'")).await;
    chromium.click("[data-page]").await;
    chromium.types(&pages.to_string()).await;
    chromium.press_focused().await;
    holds(&chromium, &format!("{PAGE} === '{pages}'")).await;
    chromium.find(".sheet:last-child canvas").await;
    holds(
        &chromium,
        "return !document.querySelector('.sheet canvas[width=\"0\"]')",
    )
    .await;
    let first = "return !document.querySelector('.sheet').querySelector('canvas')";
    holds(&chromium, first).await;
    // The words of the page are there for selections and screen readers.
    holds(
        &chromium,
        "return document.querySelector('.sheet:last-child').textContent.includes('zebra')",
    )
    .await;
}

#[tokio::test]
async fn words_are_found_and_the_page_grows() {
    let reading = Reading::new(Locked).await;
    let chromium = Chromium::start().await;
    reading.opens(&chromium).await;
    let percent = chromium.run(PERCENT).await;
    chromium.click("[data-zoom='in']").await;
    let grown = chromium.run(PERCENT).await;
    assert_ne!(grown, percent);
    chromium.types("-").await;
    assert_ne!(chromium.run(PERCENT).await, grown, "by a key, too");
    chromium.click("[data-find-open]").await;
    chromium.types("the   ZEBRA").await;
    holds(
        &chromium,
        "return document.querySelector('[data-hits]').value === '1 of 1'",
    )
    .await;
    let last = chromium.count(".sheet").await;
    holds(&chromium, &format!("{PAGE} === '{last}'")).await;
    holds(
        &chromium,
        "return CSS.highlights.get('found-now').size === 1",
    )
    .await;
    chromium.types(" and more").await;
    holds(
        &chromium,
        "return document.querySelector('[data-hits]').value === 'No hits'",
    )
    .await;
    chromium.click("[data-find-close]").await;
    holds(
        &chromium,
        "return document.querySelector('[data-find]').hidden",
    )
    .await;
}

#[tokio::test]
async fn what_was_read_is_said_when_the_reader_leaves() {
    let reading = Reading::new(Locked).await;
    let chromium = Chromium::start().await;
    reading.opens(&chromium).await;
    chromium
        .sees("sees which pages you read and for how long")
        .await;
    let began = Instant::now();
    holds(&chromium, "return performance.now() > 3500").await;
    assert!(began.elapsed() < Duration::from_secs(20));
    chromium.visit(&reading.app, &reading.org.page("")).await;
    assert_eq!(reading.pages_read().await, [1]);
}

#[tokio::test]
async fn a_document_that_is_not_there_now_is_opened_again_later() {
    let reading = Reading::new(Public).await;
    let folder = reading.app.data_dir().join("files");
    let away = reading.app.data_dir().join("away");
    std::fs::rename(&folder, &away).expect("moved");
    let chromium = Chromium::start().await;
    chromium
        .visit(&reading.app, &reading.report.path(&reading.org, "read"))
        .await;
    chromium.sees("This document can’t be opened").await;
    chromium.sees("Open in your browser’s own view").await;
    std::fs::remove_dir_all(&folder).ok();
    std::fs::rename(&away, &folder).expect("back");
    chromium.press("Try again").await;
    chromium.find(".sheet canvas").await;
    assert!(!chromium.text().await.contains("can’t be opened"));
}

#[tokio::test]
async fn a_phone_shows_a_page_as_wide_as_itself() {
    let reading = Reading::new(Locked).await;
    let chromium = Chromium::start().await;
    let phone = json!({ "width": 390, "height": 844, "deviceScaleFactor": 2, "mobile": true });
    chromium
        .devtools("Emulation.setDeviceMetricsOverride", phone)
        .await;
    reading.opens(&chromium).await;
    let fits = "const sheet = document.querySelector('.sheet').getBoundingClientRect();
        return sheet.width > 340 && sheet.right <= 390
            && document.documentElement.scrollWidth <= 390";
    holds(&chromium, fits).await;
    let touch = "return [...document.querySelectorAll('.viewer-bar button, .viewer-bar a')]
        .filter((part) => part.checkVisibility() && !part.matches('.visually-hidden'))
        .every((part) => part.getBoundingClientRect().height >= 44)";
    holds(&chromium, touch).await;
}

#[tokio::test]
async fn without_scripts_the_browser_shows_it_itself() {
    let reading = Reading::new(Public).await;
    let chromium = Chromium::start_without_scripts().await;
    let read = reading.report.path(&reading.org, "read");
    chromium.visit(&reading.app, &read).await;
    chromium
        .sees("Without JavaScript your browser’s own view shows it.")
        .await;
    chromium.press("Open the document").await;
    assert_eq!(
        std::fs::read(chromium.downloaded().await).expect("a file"),
        report()
    );
}

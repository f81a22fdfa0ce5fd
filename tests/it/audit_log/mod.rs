//! The audit log: finding entries, reading them, and taking them along as a file.

mod details;
mod export;
mod filter;

use std::time::Duration;

use domain::audit::Action;
use store::audit_log;
use testkit::client::Page;

use crate::support::{Browser, TestApp, TestOrg};

const HERE: &str = "/dashboard/settings/audit";
const ADA: &str = "Ada Sorensen <ada@northgate.example>";
const BEN: &str = "Ben Okafor <ben@northgate.example>";

/// Someone did something; a second later something else may be done.
async fn did(app: &TestApp, org: &TestOrg, actor: &str, action: Action, detail: &str) {
    let mut tx = app.db.begin().await.expect("a transaction");
    audit_log::insert(&mut tx, &app.ambient, org.id, actor, action, detail)
        .await
        .expect("an entry");
    tx.commit().await.expect("commit");
    app.advance(Duration::from_secs(1));
}

/// How many entries a page shows.
fn count(page: &Page) -> usize {
    page.html().matches("class=\"audit-entry\"").count()
}

/// The details of the entries on all pages, in their order.
async fn details_on_pages(admin: &Browser, query: &str) -> Vec<String> {
    let mut page = admin.open(&format!("{HERE}?{query}")).await;
    let mut details = Vec::new();
    loop {
        let html = page.html();
        let entries = html.split("class=\"audit-detail\">").skip(1);
        details.extend(entries.map(|entry| {
            let text = entry.split("<p>").nth(1).unwrap_or_default();
            text.split("</p>").next().unwrap_or_default().to_owned()
        }));
        let Some(older) = page.link("Older") else {
            return details;
        };
        page = admin.open(older.as_str()).await;
    }
}

//! What trust centers have beside items: badges, controls, subprocessors, questions.

mod anonymous_page;
mod appearance;
mod import;
mod sections;
mod sitemap;
mod subprocessors;
mod subscription;
mod topics;
pub mod updates;

use testkit::client::Page;

use crate::support::Browser;

/// Staff add a section of this kind; its page of content.
pub async fn section(browser: &Browser, kind: &str, title: &str) -> Page {
    let page = browser.open("/dashboard/content/sections/new").await;
    let fields = [("kind", kind), ("title", title)];
    browser.submit(&page, "/sections", &fields).await
}

/// Staff add an entry to the first section that takes one; where that led.
pub async fn entry(browser: &Browser, what: &str, fields: &[(&str, &str)]) -> Page {
    let content = browser.open("/dashboard/content").await;
    let new = content.link(&format!("Add a {what}")).expect("a link");
    let page = browser.open(new.as_str()).await;
    browser.submit(&page, "/entries", fields).await
}

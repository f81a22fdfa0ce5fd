//! What visitors and staff say and give to each other.

mod comments;
mod conversations;
mod questionnaires;
mod task;

use gatehouse::domain::content::Visibility;
use gatehouse::domain::ids::ItemId;
use rehearsal::client::Page;

use crate::support::{Browser, TestApp, TestItem, TestOrg};

/// The item that is talked about.
pub async fn item(app: &TestApp, org: &TestOrg) -> TestItem {
    app.item(org, "Penetration test", Visibility::Locked).await
}

pub fn page_of(org: &TestOrg, item: ItemId) -> String {
    org.page(&format!("/items/{item}"))
}

/// A member writes below the item.
pub async fn write(browser: &Browser, org: &TestOrg, item: ItemId, text: &str) -> Page {
    let page = browser.open(&page_of(org, item)).await;
    browser
        .submit(&page, "/comments#conversation", &[("text", text)])
        .await
}

/// Staff open the conversation whose link is on the page.
pub async fn open_conversation(staff: &Browser, title: &str) -> Page {
    let list = staff.open("/dashboard/conversations").await;
    let link = list
        .link(title)
        .unwrap_or_else(|| panic!("{}", list.text()));
    staff.open(link.path()).await
}

/// A member sends a file from the page of questionnaires.
pub async fn send(
    browser: &Browser,
    org: &TestOrg,
    fields: &[(&str, &str)],
    name: &str,
    bytes: &[u8],
) -> Page {
    let path = org.page("/questionnaires");
    let page = browser.upload(&path, fields, ("file", name, bytes)).await;
    browser.follow(page).await
}

/// A ZIP of empty files that begins as Office's files do, with this one in it.
fn office(file: &str) -> Vec<u8> {
    let mut zip = Vec::new();
    for name in ["[Content_Types].xml", "_rels/.rels", file] {
        zip.extend(b"PK\x03\x04\x14\0\0\0\0\0");
        zip.extend([0; 16]);
        zip.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        zip.extend([0; 2]);
        zip.extend(name.as_bytes());
    }
    zip
}

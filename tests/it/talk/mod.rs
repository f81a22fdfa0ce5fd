//! What visitors and staff say and give to each other.

mod comments;
mod conversations;
mod task;

use gatehouse::domain::content::Visibility;
use gatehouse::domain::ids::ItemId;
use rehearsal::client::Page;

use crate::support::{Browser, TestApp, TestItem, TestOrg};

/// The item that is talked about.
async fn item(app: &TestApp, org: &TestOrg) -> TestItem {
    app.item(org, "Penetration test", Visibility::Locked).await
}

fn page_of(org: &TestOrg, item: ItemId) -> String {
    org.page(&format!("/items/{item}"))
}

/// A member writes below the item.
async fn write(browser: &Browser, org: &TestOrg, item: ItemId, text: &str) -> Page {
    let page = browser.open(&page_of(org, item)).await;
    browser
        .submit(&page, "/comments#conversation", &[("text", text)])
        .await
}

/// Staff open the conversation whose link is on the page.
async fn open_conversation(staff: &Browser, title: &str) -> Page {
    let list = staff.open("/dashboard/conversations").await;
    let link = list
        .link(title)
        .unwrap_or_else(|| panic!("{}", list.text()));
    staff.open(link.path()).await
}

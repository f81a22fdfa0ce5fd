//! What visitors and staff say and give to each other.

mod comments;
mod questionnaires;
mod saved_replies;
mod task;
mod threads;

use domain::content::Visibility;
use domain::ids::ItemId;
use testkit::client::Page;

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

/// An Office file of that kind, such as `wordprocessingml.document`, with one part.
fn office(kind: &str) -> Vec<u8> {
    let main = format!("application/vnd.openxmlformats-officedocument.{kind}.main+xml");
    let types = format!("<Types><Override PartName='/main.xml' ContentType='{main}'/></Types>");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in [
        ("[Content_Types].xml", types.as_str()),
        ("main.xml", "<main/>"),
    ] {
        let options = zip::write::SimpleFileOptions::default();
        zip.start_file(name, options).unwrap();
        std::io::Write::write_all(&mut zip, content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

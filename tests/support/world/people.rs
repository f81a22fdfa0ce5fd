//! What staff and members did before the test begins: through the pages, as people do it.

use gatehouse::signing;
use testkit::client::Page;

use crate::support::{Browser, TestApp, TestOrg, pdf};

/// The text that accounts sign with a click.
pub async fn publishes_nda(admin: &Browser) {
    let page = admin.open("/dashboard/settings/nda").await;
    let text = "# NDA\n\nWhat is confidential stays so.";
    let fields = [("text", text), ("act", "publish")];
    works(&admin.submit(&page, "/settings/nda", &fields).await);
}

/// How this account signs.
pub async fn asks_for_nda(staff: &Browser, account: &str, kind: &str) {
    let page = account_page(staff, account).await;
    let fields = [("kind", kind), ("note", "")];
    works(&staff.submit(&page, "/nda", &fields).await);
}

/// The account's access ended yesterday.
pub async fn ends_access(staff: &Browser, account: &str) {
    let fields = [("access_until", "2026-02-01")];
    edits(staff, account, &fields).await;
}

/// The item is in a group, and this account's profile opens none.
pub async fn leaves_out(staff: &Browser, item: &str, account: &str) {
    let here = "/dashboard/accounts/access";
    let page = staff.open(&format!("{here}/groups")).await;
    let fields = [("name", "Audit reports")];
    let done = staff.submit(&page, "/access/groups", &fields).await;
    let group = link_id(&done, "Audit reports");
    let path = format!("/dashboard/content/items/{item}");
    let page = staff.open(&path).await;
    works(&staff.submit(&page, &path, &[("group", &group)]).await);
    let page = staff.open(&format!("{here}/profiles")).await;
    let fields = [("name", "Prospects"), ("opens", "groups")];
    let done = staff.submit(&page, "/access/profiles", &fields).await;
    let profile = link_id(&done, "Prospects");
    edits(staff, account, &[("profile", &profile)]).await;
}

/// The item's document gets a newer version; the older one stays.
pub async fn uploads_again(staff: &Browser, item: &str, file_name: &str, note: &str) {
    let path = format!("/dashboard/content/items/{item}/document");
    let content = pdf(file_name);
    let file = ("file", file_name, content.as_slice());
    let sent = staff.upload(&path, &[("note", note)], file).await;
    works(&staff.follow(sent).await);
}

/// A member signs with a click.
pub async fn signs_by_click(org: &TestOrg, member: &Browser, name: &str) {
    let page = member.open(&org.page("/nda")).await;
    let fields = [("full_name", name), ("agree", "yes")];
    works(&member.submit(&page, "/nda", &fields).await);
}

/// A member signs in DocuSign, and the signed document is fetched.
pub async fn signs_in_docusign(app: &TestApp, org: &TestOrg, member: &Browser) {
    let page = member.open(&org.page("/nda")).await;
    let page = member.submit(&page, "/nda/docusign", &[]).await;
    works(&member.submit(&page, "", &[("act", "sign")]).await);
    signing::worker::run_until_idle(app).await.unwrap();
}

async fn account_page(staff: &Browser, name: &str) -> Page {
    let list = staff.open("/dashboard/accounts").await;
    let link = list.link(name);
    let link = link.unwrap_or_else(|| panic!("no {name} in {}", list.text()));
    staff.open(link.path()).await
}

async fn edits(staff: &Browser, account: &str, fields: &[(&str, &str)]) {
    let page = account_page(staff, account).await;
    let form = staff.open(&format!("{}/edit", page.url.path())).await;
    works(&staff.submit(&form, "/edit", fields).await);
}

/// The id at the end of the address of the first link with these words.
fn link_id(page: &Page, words: &str) -> String {
    let link = page.link(words);
    let link = link.unwrap_or_else(|| panic!("no {words} in {}", page.text()));
    link.path()
        .rsplit('/')
        .next()
        .unwrap_or_default()
        .to_owned()
}

fn works(page: &Page) {
    assert!(page.status.is_success(), "{}", page.summary());
}

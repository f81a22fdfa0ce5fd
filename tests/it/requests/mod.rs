//! Requests for access: deciding them one by one, several at once, or not at all
//! by a person.

mod automatic;
mod confirmed;
mod deciding;
mod panel;
mod refused;
mod remembered;
mod reopening;
mod requested_item;
mod several;

use std::time::Duration;

use domain::access_requests::AccessRequest;
use domain::ids::AccessRequestId;
use domain::organizations::Role;
use testkit::client::Page;

use crate::support::{Browser, TestApp, TestOrg};

/// How long an email may take.
const MAIL: Duration = Duration::from_secs(20);

/// Someone fills in the public form.
pub async fn ask_on_the_page(app: &TestApp, org: &TestOrg, email: &str, company: &str) -> Page {
    let browser = app.browser();
    let page = browser.open(&org.page("/request-access")).await;
    let fields = [
        ("first_name", "Grace"),
        ("last_name", "Hopper"),
        ("email", email),
        ("company", company),
    ];
    browser.submit(&page, "/request-access", &fields).await
}

/// What happened, sorted by its words: all of it happened in the same moment.
async fn happened(app: &TestApp, org: &TestOrg) -> Vec<String> {
    let mut what = crate::dashboard::happened(app, org).await;
    what.sort();
    what
}

pub async fn waiting(app: &TestApp, org: &TestOrg) -> Vec<AccessRequest> {
    let mut tx = app.db.read().await.expect("a transaction");
    let found = store::access_requests::pending(&mut tx, org.id).await;
    found.expect("the requests")
}

/// The page with the details of that request.
pub fn details(id: AccessRequestId) -> String {
    format!("/dashboard/requests?request={id}")
}

/// The id of the account of that name.
async fn account_of(app: &TestApp, org: &TestOrg, name: &str) -> String {
    let mut tx = app.db.read().await.expect("a transaction");
    let found = store::accounts::by_name(&mut tx, org.id, name).await;
    found
        .expect("the accounts")
        .expect("the account")
        .id
        .to_string()
}

/// An Admin who has saved the policy.
pub async fn admin_with_policy(app: &TestApp, org: &TestOrg, policy: &[(&str, &str)]) -> Browser {
    let admin = app.signed_in(org, Role::Admin).await;
    let page = admin.open("/dashboard/settings/access").await;
    let page = admin.submit(&page, "/settings/access", policy).await;
    assert!(page.text().contains("Saved."), "{}", page.text());
    admin
}

/// Lets someone into an account, which is made if there is none.
pub async fn give_access(editor: &Browser, account: &str, email: &str) {
    let page = editor.open("/dashboard/accounts/new").await;
    let fields = [
        ("account", account),
        ("last_name", "First"),
        ("email", email),
    ];
    let page = editor.submit(&page, "/dashboard/accounts", &fields).await;
    assert!(page.text().contains("on its way"), "{}", page.text());
}

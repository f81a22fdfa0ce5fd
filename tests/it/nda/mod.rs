//! The clickwrap NDA: its text, which account signs it, signing, and that nothing
//! locked is reached before.

mod accounts;
pub mod locked_items;
mod salesforce;
mod signing;
mod text;
mod with_request;

use domain::accounts::Account;
use domain::activities::Person;
use domain::content::Visibility::Locked;
use domain::email::EmailAddress;
use domain::nda::NdaSignature;
use domain::organizations::Role;
use testkit::client::Page;

use crate::public::{Offer, enter, member, offer};
use crate::support::{Browser, TestApp, TestOrg, pdf};

const TEXT: &str = "# Mutual NDA\n\n1. What is *confidential* stays so.\n2. <b>For</b> two years.";
const FILE: &str = "Penetration test 2026.pdf";

/// An organization with a text; Ada's account has to sign it.
pub struct Fixture {
    pub org: TestOrg,
    pub admin: Browser,
    pub ada: Browser,
    /// A locked item with a document.
    pub locked: Offer,
    content: Vec<u8>,
}

pub async fn fixture(app: &TestApp) -> Fixture {
    let org = app.enterprise().await;
    let content = pdf("Report");
    let locked = offer(app, &org, Locked, FILE, &content).await;
    let admin = app.signed_in(&org, Role::Admin).await;
    let ada = member(app, &org).await;
    publish(&admin, TEXT).await;
    choose(app, &org, &admin, "clickwrap", "").await;
    Fixture {
        org,
        admin,
        ada,
        locked,
        content,
    }
}

impl Fixture {
    /// Someone signs, typing this name.
    pub async fn sign(&self, browser: &Browser, name: &str) -> Page {
        let page = browser.open(&self.org.page("/nda")).await;
        let fields = [("full_name", name), ("agree", "yes")];
        browser.submit(&page, "/nda", &fields).await
    }

    async fn signature(&self, app: &TestApp) -> Option<NdaSignature> {
        let account = account(app, &self.org).await;
        let mut tx = app.db.read().await.unwrap();
        let found = store::nda::signatures::of_account(&mut tx, self.org.id, account.id).await;
        found.unwrap()
    }
}

/// An Admin publishes a text.
pub async fn publish(admin: &Browser, text: &str) -> Page {
    let page = admin.open("/dashboard/settings/nda").await;
    let fields = [("text", text), ("act", "publish")];
    admin.submit(&page, "/settings/nda", &fields).await
}

/// Staff choose what Ada's account needs.
pub async fn choose(app: &TestApp, org: &TestOrg, staff: &Browser, kind: &str, note: &str) -> Page {
    let path = format!("/dashboard/accounts/{}", account(app, org).await.id);
    let page = staff.open(&path).await;
    let fields = [("kind", kind), ("note", note)];
    staff.submit(&page, "/nda", &fields).await
}

/// Ada's.
pub async fn account(app: &TestApp, org: &TestOrg) -> Account {
    let mut tx = app.db.read().await.unwrap();
    let found = store::accounts::by_name(&mut tx, org.id, "Analytical Engines").await;
    found.unwrap().expect("Ada's account")
}

/// Charles, another member of Ada's account.
pub async fn colleague(app: &TestApp, org: &TestOrg) -> Browser {
    let email = "charles@engines.example";
    let account = account(app, org).await;
    let person = Person {
        email: EmailAddress::parse(email).unwrap(),
        first_name: "Charles".into(),
        last_name: "Babbage".into(),
    };
    let mut tx = app.db.begin().await.unwrap();
    let visitor = store::visitors::upsert(&mut tx, &app.ambient, org.id, &person, "Engines")
        .await
        .unwrap();
    store::accounts::members::add(&mut tx, &app.ambient, org.id, account.id, visitor.id)
        .await
        .unwrap();
    tx.commit().await.unwrap();
    let browser = app.browser();
    enter(app, org, &browser, email).await;
    browser
}

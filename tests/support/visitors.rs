//! People on trust centers, and what they find there.

use std::time::Duration;

use bytes::Bytes;
use domain::accounts::Account;
use domain::activities::Person;
use domain::content::Visibility;
use domain::documents::Document;
use domain::email::EmailAddress;
use domain::ids::{AccountId, ItemId};
use gatehouse::files::UPLOAD_LIMIT;

use super::app::TestApp;
use super::browser::Browser;
use super::seed::TestOrg;

/// An item with a document.
pub struct Offer {
    pub item: ItemId,
    pub document: Document,
}

impl Offer {
    pub fn path(&self, org: &TestOrg, verb: &str) -> String {
        org.page(&format!("/documents/{}/{verb}", self.document.id))
    }
}

/// An item that offers this file.
pub async fn offer(
    app: &TestApp,
    org: &TestOrg,
    visibility: Visibility,
    file_name: &str,
    content: &[u8],
) -> Offer {
    let made = app.item(org, "SOC 2 Type II report", visibility).await;
    let pieces = [Ok::<_, String>(Bytes::copy_from_slice(content))];
    let document = app
        .files
        .put(
            &app.ambient,
            org.id,
            file_name,
            futures::stream::iter(pieces),
            UPLOAD_LIMIT,
        )
        .await
        .expect("a file that is taken");
    let mut tx = app.db.begin().await.unwrap();
    store::documents::insert(&mut tx, org.id, &document)
        .await
        .unwrap();
    let item = store::content::items::by_id(&mut tx, org.id, made.id)
        .await
        .unwrap();
    let mut item = item.unwrap();
    item.document = Some(document.id);
    assert!(
        store::content::items::update(&mut tx, org.id, &item)
            .await
            .unwrap()
    );
    tx.commit().await.unwrap();
    Offer {
        item: made.id,
        document,
    }
}

/// The browser of Ada Lovelace, member of the account `Analytical Engines`,
/// who has signed in by email.
pub async fn member(app: &TestApp, org: &TestOrg) -> Browser {
    member_of(app, org, "ada@engines.example", "Analytical Engines").await
}

/// The browser of an Ada Lovelace with this address, member of this account.
pub async fn member_of(app: &TestApp, org: &TestOrg, email: &str, account: &str) -> Browser {
    let mut tx = app.db.begin().await.unwrap();
    let person = Person {
        email: EmailAddress::parse(email).unwrap(),
        first_name: "Ada".into(),
        last_name: "Lovelace".into(),
    };
    let visitor = store::visitors::upsert(&mut tx, &app.ambient, org.id, &person, "Engines")
        .await
        .unwrap();
    let account = Account {
        domain: person.email.domain().into(),
        ..Account::new(
            app.ambient.id(AccountId::from_uuid),
            account,
            app.ambient.now(),
        )
    };
    let (account, _) = store::accounts::find_or_insert(&mut tx, org.id, account)
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

/// Signs in by email, as a person would.
pub async fn enter(app: &TestApp, org: &TestOrg, browser: &Browser, email: &str) {
    let link = mailed_link(app, org, browser, email).await;
    let page = browser.open(&link).await;
    let done = browser.submit(&page, "/enter", &[]).await;
    assert_eq!(done.url.path(), org.page(""), "{}", done.summary());
}

/// Asks for a link and reads it from the email.
pub async fn mailed_link(app: &TestApp, org: &TestOrg, browser: &Browser, email: &str) -> String {
    let before = app.mail.mails().len();
    let page = browser.open(&org.page("/sign-in")).await;
    let sent = browser.submit(&page, "/sign-in", &[("email", email)]).await;
    assert!(
        sent.text().contains("Check your inbox"),
        "{}",
        sent.summary()
    );
    let mail = app
        .mail
        .wait_for(email, Duration::from_secs(20), |mail| mail.number > before)
        .await
        .expect("the email with the link");
    mail.link("/enter").expect("a link in the email")
}

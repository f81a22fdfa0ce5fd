//! Things that an organization has, for the tests that ask every address.

use domain::content::Visibility;
use domain::content::entry::{SectionKind, Texts};
use domain::content::update::{UnwantedTopics, Update, UpdateTopic};
use domain::documents::DocumentVersion;
use domain::email::EmailAddress;
use domain::ids::{
    AccountId, DocumentId, EntryId, ItemId, SectionId, SubscriberId, ThreadId, UpdateId,
};
use domain::organizations::Role;
use domain::staff::StaffUser;
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::access_requests::Terms;
use gatehouse::use_cases::content::{self, SectionDraft, entries};

use super::ask;
use crate::support::{TestApp, TestOrg};

/// The addresses with the ids of things that the organization has.
pub(super) async fn fill(app: &TestApp, org: &TestOrg) -> Vec<(&'static str, String)> {
    let admin = app.staff(org, Role::Admin).await;
    let item = app
        .item_with_pdf(org, "SOC 2 report", Visibility::Locked)
        .await;
    let request = ask(app, org, "grace@acme.example", "Acme").await;
    let first = ask(app, org, "first@acme.example", "Acme").await;
    let mut tx = app.db.begin().await.unwrap();
    let organization = store::organizations::by_id(&mut tx, org.id)
        .await
        .unwrap()
        .unwrap();
    let approve = gatehouse::use_cases::access_requests::approve;
    let act = StaffAction {
        ambient: &app.ambient,
        org: &organization,
        by: &admin,
        session: "",
        public_url: &app.config.public_url,
    };
    let (_, account) = approve(&mut tx, act, first, "Acme", &Terms::default())
        .await
        .unwrap();
    let members = store::accounts::members::of_account(&mut tx, org.id, account.id)
        .await
        .unwrap();
    let filter = store::activities::feed::Filter::default();
    let feed = store::activities::feed::page(&mut tx, org.id, &filter, 1)
        .await
        .unwrap();
    let thread = ask_about(&mut tx, app, org, item.id, account.id).await;
    let document = first_version(&mut tx, app, org, &admin, item.id).await;
    let (list, entry) = question(&mut tx, act).await;
    let (update, subscriber) = update_with_subscriber(&mut tx, app, org).await;
    tx.commit().await.unwrap();
    let questionnaire = questionnaire(app, org).await;
    vec![
        ("account", account.id.to_string()),
        ("activity", feed[0].id.to_string()),
        ("item", item.id.to_string()),
        ("document", document.to_string()),
        ("member", members[0].id.to_string()),
        ("request", request.to_string()),
        ("section", item.section.to_string()),
        ("list", list.to_string()),
        ("update", update.to_string()),
        ("subscriber", subscriber.to_string()),
        ("entry", entry.to_string()),
        ("thread", thread.to_string()),
        ("version", "1".to_owned()),
        ("variant", "light".to_owned()),
        ("questionnaire", questionnaire),
    ]
}

/// Makes the item's document the first of its versions.
async fn first_version(
    tx: &mut store::Tx,
    app: &TestApp,
    org: &TestOrg,
    by: &StaffUser,
    item: ItemId,
) -> DocumentId {
    let found = store::content::items::by_id(tx, org.id, item)
        .await
        .unwrap()
        .unwrap();
    let document = found.document.unwrap();
    let version = DocumentVersion {
        item,
        document,
        number: 1,
        note: String::new(),
        uploaded_by: by.actor(),
        uploaded_at: app.ambient.now(),
    };
    store::documents::versions::insert(tx, org.id, &version)
        .await
        .unwrap();
    document
}

/// A section of questions with one in it.
async fn question(tx: &mut store::Tx, act: StaffAction<'_>) -> (SectionId, EntryId) {
    let draft = SectionDraft {
        kind: SectionKind::Faqs,
        title: "Questions".to_owned(),
        description: String::new(),
    };
    let section = content::add_section(tx, act, &draft).await;
    let section = section.unwrap();
    let texts = Texts {
        title: "Why?".to_owned(),
        body: "So.".to_owned(),
        ..Texts::default()
    };
    let entry = entries::add(tx, act, section, &texts).await;
    (section, entry.unwrap())
}

/// One that a member has sent.
async fn questionnaire(app: &TestApp, org: &TestOrg) -> String {
    let member = crate::public::member(app, org).await;
    let path = org.page("/questionnaires");
    let sent = member.upload(&path, &[], ("file", "a.csv", b"q,a")).await;
    let page = member.follow(sent).await;
    let link = page.link("a.csv").expect("the file");
    let mut parts = link.path().rsplit('/');
    parts.nth(1).expect("an id").to_owned()
}

/// A thread of the account about the item.
async fn ask_about(
    tx: &mut store::Tx,
    app: &TestApp,
    org: &TestOrg,
    item: ItemId,
    account: AccountId,
) -> ThreadId {
    let item = store::content::items::by_id(tx, org.id, item)
        .await
        .unwrap()
        .unwrap();
    let thread = store::conversations::touch(tx, &app.ambient, org.id, &item, account).await;
    thread.unwrap()
}

/// A draft of an update, and a subscriber.
async fn update_with_subscriber(
    tx: &mut store::Tx,
    app: &TestApp,
    org: &TestOrg,
) -> (UpdateId, SubscriberId) {
    let now = app.ambient.now();
    let update = Update {
        id: app.ambient.id(UpdateId::from_uuid),
        title: "News".to_owned(),
        body: "So.".to_owned(),
        topic: UpdateTopic::News,
        dated_on: jiff::civil::date(2026, 2, 2),
        published_at: None,
        mailed_at: None,
        version: 1,
        updated_at: now,
    };
    store::content::updates::insert(tx, org.id, &update)
        .await
        .unwrap();
    let email = EmailAddress::parse("reader@engines.example").unwrap();
    let until = now + std::time::Duration::from_mins(1);
    store::content::subscribers::ask(tx, &app.ambient, org.id, &email, "leave", ("hash", until))
        .await
        .unwrap();
    store::content::subscribers::confirm(tx, org.id, "hash", now, &UnwantedTopics::default())
        .await
        .unwrap();
    let all = store::content::subscribers::confirmed(tx, org.id)
        .await
        .unwrap();
    (update.id, all[0].id)
}

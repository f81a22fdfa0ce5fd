//! Deciding about a company that Salesforce doesn't know, as an Admin does it.

use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::email::EmailAddress;
use domain::organizations::Role;
use gatehouse::use_cases::activities::record;
use salesforce_sim::{AccountSeed, ContactSeed};

use crate::chromium::Chromium;
use crate::support::{Database, TestApp, TestOrg};

/// Three activities of a company that the org has under another name; the Admin has
/// connected the org and turned everything on.
async fn unknown_company(app: &TestApp, chromium: &Chromium) {
    let org = app.enterprise().await;
    chromium.sign_in(app, &org, Role::Admin).await;
    chromium.connect(app).await;
    let sim = &app.sandbox.sim;
    let account = sim.add_account(AccountSeed {
        website: "https://larkspur.example".to_owned(),
        ..AccountSeed::new("Larkspur Health Inc.")
    });
    sim.add_contact(ContactSeed::new("Kim", "Roe", "kim@larkspur.example").of(account));
    let other = app
        .staff_with(&org, "second@northgate.example", Role::Admin)
        .await;
    app.switch_on(&app.browser_of(&other).await, &ActivityKind::ALL)
        .await;
    for kind in [
        ActivityKind::StatusPageView,
        ActivityKind::FileDownloaded,
        ActivityKind::CommentOnStatusPage,
    ] {
        happens(app, &org, kind).await;
    }
    app.sync().await;
}

async fn happens(app: &TestApp, org: &TestOrg, kind: ActivityKind) {
    let what = NewActivity {
        kind,
        person: Some(Person {
            email: EmailAddress::parse("dana@larkspur.example").expect("an address"),
            first_name: "Dana".to_owned(),
            last_name: "Whitfield".to_owned(),
        }),
        company: "Larkspur Health".to_owned(),
        account: None,
        details: Details::default(),
    };
    let mut tx = app.db.begin().await.expect("a transaction");
    let recorded = record(&mut tx, &app.ambient, org.id, what).await;
    recorded.expect("recorded");
    tx.commit().await.expect("commit");
}

async fn links_it(app: &TestApp, chromium: &Chromium) {
    chromium.visit(app, "/dashboard/salesforce").await;
    chromium.press("No match").await;
    chromium.sees("Larkspur Health").await;
    chromium
        .press("Decide about Larkspur Health (larkspur.example)")
        .await;
    chromium.sees("3 activities wait").await;
    chromium.sees("Same name, but for the legal form").await;
    chromium.sees("Website at larkspur.example").await;
    chromium.sees("1 Contact at larkspur.example").await;
    chromium.click("input[name='contacts']").await;
    chromium.click("button[name='account']").await;
    chromium.sees("3 activities that waited go out now.").await;
    chromium.sees("Nothing to decide").await;
    app.sync().await;
    let tasks = app.sandbox.sim.tasks();
    assert_eq!(tasks.len(), 3);
    for task in tasks {
        assert_eq!(
            (task.who_name.as_str(), task.what_name.as_str()),
            ("Dana Whitfield", "Larkspur Health Inc.")
        );
    }
}

#[tokio::test]
async fn a_company_is_linked_from_a_suggestion_and_its_tasks_appear() {
    let app = TestApp::start(Database::Sqlite).await;
    let chromium = Chromium::start().await;
    unknown_company(&app, &chromium).await;
    links_it(&app, &chromium).await;
    chromium.press("Linked").await;
    chromium.sees("Larkspur Health Inc.").await;
}

#[tokio::test]
async fn it_needs_no_scripts() {
    let app = TestApp::start(Database::Sqlite).await;
    let chromium = Chromium::start_without_scripts().await;
    unknown_company(&app, &chromium).await;
    links_it(&app, &chromium).await;
}

#[tokio::test]
async fn a_company_is_ignored_and_asked_about_again() {
    let app = TestApp::start(Database::Sqlite).await;
    let chromium = Chromium::start().await;
    unknown_company(&app, &chromium).await;
    chromium
        .visit(&app, "/dashboard/salesforce/unmatched")
        .await;
    chromium
        .press("Ignore Larkspur Health (larkspur.example)")
        .await;
    chromium.sees("is ignored now").await;
    chromium.sees("Nothing to decide").await;
    chromium
        .visit(&app, "/dashboard/salesforce/unmatched?show=ignored")
        .await;
    chromium
        .press("Stop ignoring Larkspur Health (larkspur.example)")
        .await;
    chromium.sees("isn’t ignored anymore").await;
    chromium.sees("Nothing is ignored").await;
}

//! Trying what past activity would become in Salesforce, and sending it, as an Admin does.

use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::email::EmailAddress;
use domain::organizations::Role;
use gatehouse::use_cases::activities::record;
use salesforce_sim::{AccountSeed, ContactSeed};

use crate::chromium::Chromium;
use crate::support::{Database, TestApp};

const PAGE: &str = "/dashboard/salesforce/past";

/// A connected org that knows Dana, with all switches off; she has downloaded a file.
async fn a_download(app: &TestApp, chromium: &Chromium) {
    let org = app.enterprise().await;
    chromium.sign_in(app, &org, Role::Admin).await;
    chromium.connect(app).await;
    let sim = &app.sandbox.sim;
    let account = sim.add_account(AccountSeed::new("Larkspur Health"));
    sim.add_contact(ContactSeed::new("Dana", "Whitfield", "dana@larkspur.example").of(account));
    let what = NewActivity {
        kind: ActivityKind::FileDownloaded,
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
    app.advance(std::time::Duration::from_secs(1));
}

async fn works(app: &TestApp) {
    let done = gatehouse::delivery::past::run_until_idle(app).await;
    done.expect("the database can be used");
}

#[tokio::test]
async fn a_dry_run_shows_by_itself_when_it_is_over_and_is_sent() {
    let app = TestApp::start(Database::Sqlite).await;
    let chromium = Chromium::start().await;
    a_download(&app, &chromium).await;
    chromium
        .visit(&app, "/dashboard/salesforce/activities")
        .await;
    chromium.press("Past activity").await;
    chromium.press("Start dry run").await;
    chromium.sees("Dry run in progress").await;
    works(&app).await;
    // Nobody presses anything: the page is read again.
    chromium.sees("Dry run of the last 30 days").await;
    chromium.sees("1 activity in this time.").await;
    chromium.click("details.confirm > summary").await;
    chromium.sees("1 Task is written in Salesforce").await;
    chromium.click("details.confirm form button").await;
    chromium.sees("1 past activity is on its way.").await;
    works(&app).await;
    chromium.sees("Past activity is queued").await;
    app.sync().await;
    let tasks = app.sandbox.sim.tasks();
    assert_eq!(tasks.len(), 1);
    assert_eq!(tasks[0].who_name, "Dana Whitfield");
}

#[tokio::test]
async fn it_needs_no_scripts() {
    let app = TestApp::start(Database::Sqlite).await;
    let chromium = Chromium::start_without_scripts().await;
    a_download(&app, &chromium).await;
    chromium.visit(&app, PAGE).await;
    chromium.press("Start dry run").await;
    chromium.sees("Dry run in progress").await;
    works(&app).await;
    chromium.press("Refresh").await;
    chromium.sees("1 activity in this time.").await;
    chromium.click("details.confirm > summary").await;
    chromium.click("details.confirm form button").await;
    chromium.sees("1 past activity is on its way.").await;
    works(&app).await;
    app.sync().await;
    assert_eq!(app.sandbox.sim.tasks().len(), 1);
}

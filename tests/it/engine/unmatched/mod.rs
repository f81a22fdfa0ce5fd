//! Companies that match nothing: an Admin decides once, and everything that waited for the
//! decision is delivered in its order; what comes later follows.

mod ignored;
mod links;
mod people;
mod suggestions;

use domain::activities::{ActivityKind, Details, NewActivity};
use domain::deliveries::DeliveryState;
use domain::ids::ActivityId;
use domain::organizations::{Plan, Role};
use salesforce_sim::{AccountSeed, ContactSeed, Fault, FaultKind, Id};
use testkit::client::Page;

use super::{Fixture, fixture, person};
use crate::on_both_databases;
use crate::support::TestApp;

const LIST: &str = "/dashboard/salesforce/unmatched";
const DOMAIN: &str = "northwind.example";
const NORTHWIND: &str = "Northwind Inc.";
const VIEW: ActivityKind = ActivityKind::StatusPageView;
const DOWNLOAD: ActivityKind = ActivityKind::FileDownloaded;

fn company_page(name: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("origin", DOMAIN)
        .append_pair("name", name);
    format!("{LIST}/company?{}", query.finish())
}

/// An Admin does one thing with the company, and sees the page that follows.
async fn decides(fixture: &Fixture, act: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![("origin", DOMAIN), ("name", NORTHWIND)];
    fields.extend(more);
    let answer = fixture.admin.post(&format!("{LIST}/{act}"), &fields).await;
    fixture.admin.follow(answer).await
}

async fn links(fixture: &Fixture, to: Id) -> String {
    let fields = [("account", &*to.to_string())];
    decides(fixture, "link", &fields).await.text()
}

/// The same where it is linked to another one already, as the Admin sees.
async fn links_instead(fixture: &Fixture, seen: Id, to: Id) -> String {
    let fields = [("account", &*to.to_string()), ("seen", &seen.to_string())];
    decides(fixture, "link", &fields).await.text()
}

/// Waits until the org has begun with the request that the fault is for.
async fn is_under_way(sandbox: &salesforce_sim::Sim) {
    while sandbox.faults_waiting() > 0 {
        tokio::task::yield_now().await;
    }
}

/// Two people of the company do four things, which match nothing.
async fn waits(app: &TestApp, fixture: &Fixture) -> Vec<ActivityId> {
    let mut all = Vec::new();
    for (who, company, kind) in [
        ("bo", NORTHWIND, VIEW),
        ("cy", "NORTHWIND INC.", DOWNLOAD),
        ("bo", NORTHWIND, DOWNLOAD),
        ("bo", NORTHWIND, ActivityKind::CommentOnStatusPage),
    ] {
        let email = format!("{who}@{DOMAIN}");
        all.push(fixture.does(app, kind, &email, company).await);
    }
    app.sync().await;
    for activity in &all {
        assert_eq!(
            fixture.state(app, *activity).await,
            DeliveryState::Unmatched
        );
    }
    all
}

/// The subjects of the Tasks on that Account, in the order in which they were written.
fn subjects_on(fixture: &Fixture, account: Id) -> Vec<String> {
    let tasks = fixture.sandbox.tasks().into_iter();
    let theirs = tasks.filter(|task| task.what == Some(account));
    theirs.map(|task| task.subject).collect()
}

fn count(fixture: &Fixture, object: &str) -> usize {
    let soql = format!("SELECT Id FROM {object} WHERE Email LIKE '%@{DOMAIN}'");
    fixture.sandbox.find(&soql).len()
}

on_both_databases! {
    async fn what_waited_for_a_link_goes_out_in_its_order_and_later_activity_follows(app: TestApp) {
        let fixture = fixture(&app).await;
        let all = waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let list = fixture.admin.text(LIST).await;
        assert!(list.contains(NORTHWIND) || list.contains("NORTHWIND INC."), "{list}");
        let said = links(&fixture, to).await;
        assert!(said.contains("Northwind Inc. (northwind.example) is linked to the Salesforce Account “Northwind Traders”."), "{said}");
        assert!(said.contains("4 activities that waited go out now"), "{said}");
        app.sync().await;
        for activity in &all {
            assert_eq!(fixture.state(&app, *activity).await, DeliveryState::Delivered);
        }
        let before = subjects_on(&fixture, to);
        assert_eq!(before.len(), 4);
        let of_bo = fixture.sandbox.tasks().into_iter().filter(|task| task.comments.contains("bo@"));
        let of_bo: Vec<String> = of_bo.map(|task| task.subject).collect();
        let kinds = [VIEW, DOWNLOAD, ActivityKind::CommentOnStatusPage];
        let titles = kinds.map(|kind| format!("SafeBase: {}", kind.title()));
        assert_eq!(of_bo, titles, "a person's order stays");
        let later = fixture.does(&app, VIEW, "dee@northwind.example", "northwind inc.").await;
        app.sync().await;
        assert_eq!(subjects_on(&fixture, to).len(), 5);
        let told = fixture.delivery(&app, later).await.reason;
        assert!(told.starts_with("“Northwind Inc. (northwind.example)” is linked to"), "{told}");
        assert!(fixture.admin.text(LIST).await.contains("Nothing to decide"));
    }

    async fn a_link_is_for_that_name_from_that_domain_only(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        links(&fixture, to).await;
        let others = [
            ("bo@elsewhere.example", NORTHWIND),
            ("bo@northwind.example", "Northwind Incorporated"),
            ("bo.northwind@gmail.com", NORTHWIND),
        ];
        for (email, company) in others {
            let activity = fixture.does(&app, VIEW, email, company).await;
            app.sync().await;
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Unmatched, "{email}");
        }
        assert_eq!(subjects_on(&fixture, to).len(), 4);
    }

    async fn whoever_is_a_contact_keeps_their_own_account(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        links(&fixture, to).await;
        let own = fixture.sandbox.add_account(AccountSeed::new("Northwind Bank"));
        let eve = fixture.sandbox.add_contact(ContactSeed::new("Eve", "Ito", "eve@northwind.example").of(own));
        fixture.does(&app, VIEW, "eve@northwind.example", NORTHWIND).await;
        app.sync().await;
        let task = fixture.sandbox.tasks().pop().unwrap();
        assert_eq!((task.who, task.what), (Some(eve), Some(own)));
    }

    async fn what_is_on_its_way_while_a_link_is_made_is_not_left_behind(app: TestApp) {
        let fixture = fixture(&app).await;
        let activity = fixture.does(&app, VIEW, "bo@northwind.example", NORTHWIND).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let sandbox = &fixture.sandbox;
        sandbox.push_fault(Fault::new(FaultKind::Latency { millis: 3_000 }).on("composite"));
        let decides = async {
            is_under_way(sandbox).await;
            links(&fixture, to).await
        };
        let ((), said) = tokio::join!(app.sync(), decides);
        assert!(said.contains("is linked to the Salesforce Account"), "{said}");
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(subjects_on(&fixture, to).len(), 1);
    }

    async fn another_organizations_company_is_not_touched(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let other = app.organization("other", "Other Co", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        app.connect_sandbox(&stranger).await;
        assert!(!stranger.text(LIST).await.contains(DOMAIN));
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let fields = [("origin", DOMAIN), ("name", NORTHWIND), ("account", &to.to_string())];
        let linked = stranger.post(&format!("{LIST}/link"), &fields).await;
        assert_eq!(linked.status.as_u16(), 303);
        fixture.does(&app, VIEW, "bo@northwind.example", NORTHWIND).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 0);
        assert!(fixture.admin.text(LIST).await.contains(DOMAIN));
    }

    async fn what_is_posted_has_to_name_a_company_and_an_account(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let nobody = fixture.admin.post(&format!("{LIST}/ignore"), &[("origin", " "), ("name", "")]).await;
        assert_eq!(nobody.status.as_u16(), 400);
        let long = "x".repeat(256);
        let long = fixture.admin.post(&format!("{LIST}/ignore"), &[("origin", ""), ("name", &long)]).await;
        assert_eq!(long.status.as_u16(), 400);
        for (id, words) in [("003000000000001", "not an Account’s id"), ("001000000000001", "no such Account")] {
            let fields = [("origin", DOMAIN), ("name", NORTHWIND), ("account", id)];
            let page = fixture.admin.post(&format!("{LIST}/link"), &fields).await;
            assert_eq!(page.status.as_u16(), 422);
            assert!(page.text().contains(words), "{}", page.text());
        }
    }

    async fn five_thousand_that_wait_are_one_decision(app: TestApp) {
        let fixture = fixture(&app).await;
        for batch in 0..10 {
            let mut tx = app.db.begin().await.unwrap();
            for n in 0..500 {
                let what = NewActivity {
                    kind: VIEW,
                    person: Some(person(&format!("p{}@{DOMAIN}", (batch * 500 + n) % 1_200))),
                    company: NORTHWIND.to_owned(),
                    account: None,
                    details: Details::default(),
                };
                gatehouse::use_cases::activities::record(&mut tx, &app.ambient, fixture.org.id, what).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 0);
        let page = fixture.admin.text(&company_page(NORTHWIND)).await;
        assert!(page.contains("5,000 activities wait") && page.contains("And 1,180 more"), "{page}");
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let said = links(&fixture, to).await;
        assert!(said.contains("5,000 activities that waited go out now"), "{said}");
        fixture.sandbox.reset_api_calls();
        app.sync().await;
        assert_eq!(subjects_on(&fixture, to).len(), 5_000);
        assert!(fixture.sandbox.api_calls() <= 25, "{} calls", fixture.sandbox.api_calls());
    }
}

//! The sync page: what it lists, and what can be done there.

use std::collections::HashSet;

use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::email::EmailAddress;
use domain::ids::ActivityId;
use domain::organizations::{Plan, Role};
use gatehouse::use_cases::activities::record;
use testkit::client::Page;

use super::people::connected;
use crate::on_both_databases;
use crate::support::{TestApp, TestOrg};

const PAGE: &str = "/dashboard/salesforce/deliveries";

/// So many downloads by as many people of a company that Salesforce doesn't know.
pub async fn record_downloads(app: &TestApp, org: &TestOrg, n: usize) -> Vec<ActivityId> {
    let mut ids = Vec::new();
    for n in 0..n {
        let email = format!("reader-{n}@lakeside.example");
        ids.push(act(app, org, ActivityKind::FileDownloaded, &email).await);
    }
    ids
}

/// Someone of Lakeside does something.
pub async fn act(app: &TestApp, org: &TestOrg, kind: ActivityKind, email: &str) -> ActivityId {
    let email = EmailAddress::parse(email).unwrap();
    let what = NewActivity {
        kind,
        person: Some(Person {
            last_name: format!("of {email}"),
            email,
            first_name: "Reader".to_owned(),
        }),
        company: "Lakeside".to_owned(),
        account: None,
        details: Details::default(),
    };
    let mut tx = app.db.begin().await.unwrap();
    let activity = record(&mut tx, &app.ambient, org.id, what).await.unwrap();
    tx.commit().await.unwrap();
    activity
}

on_both_databases! {
    async fn before_anything_is_connected_it_says_how_to_begin(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let text = admin.text(PAGE).await;
        assert!(text.contains("Nothing to deliver yet"), "{text}");
    }

    async fn what_found_no_match_can_be_tried_again_once_it_has_one(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        record_downloads(&app, &org, 2).await;
        app.sync().await;
        let text = admin.text(&format!("{PAGE}?state=unmatched")).await;
        assert!(text.contains("No match 2"), "{text}");
        assert!(text.contains("Reader of reader-1@lakeside.example · Lakeside"), "{text}");
        assert!(app.sandbox.sim.tasks().is_empty());

        app.sandbox.sim.add_account(salesforce_sim::AccountSeed::new("Lakeside"));
        let page = admin.open(&format!("{PAGE}?state=unmatched")).await;
        let done = admin.submit(&page, "/deliveries/retry", &[]).await;
        assert!(done.text().contains("matched and sent again now: 2"), "{}", done.summary());
        app.sync().await;
        assert_eq!(app.sandbox.sim.tasks().len(), 2);
        let page = admin.open(PAGE).await;
        assert!(page.text().contains("Delivered 2"), "{}", page.summary());
        assert!(page.link("Task").unwrap().as_str().starts_with(&app.sandbox.url));
    }

    async fn one_can_be_tried_again_or_cancelled(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        record_downloads(&app, &org, 2).await;
        app.sync().await;
        app.sandbox.sim.add_account(salesforce_sim::AccountSeed::new("Lakeside"));
        let page = admin.open(PAGE).await;
        let again = testkit::form::Form::all(&page.html())
            .into_iter()
            .find(|form| form.action.ends_with("/retry") && form.action != format!("{PAGE}/retry"))
            .expect("a form to try one again");
        admin.post(&again.action, &[]).await;
        app.sync().await;
        assert_eq!(app.sandbox.sim.tasks().len(), 1);
        let twice = admin.post(&again.action, &[]).await;
        assert_eq!(twice.status, 409, "{}", twice.summary());

        let page = admin.open(PAGE).await;
        let asks = admin.open(page.link("Cancel").expect("a link to cancel").as_str()).await;
        let yes = testkit::form::Form::all(&asks.html())
            .into_iter()
            .find(|form| form.action.ends_with("/cancel"))
            .expect("a form that cancels");
        let answer = admin.post(&yes.action, &[]).await;
        let text = admin.follow(answer).await.text();
        assert!(text.contains("Cancelled 1") && text.contains("Cancelled by an Admin"), "{text}");
    }

    async fn more_than_a_page_is_turned_by_a_cursor(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        record_downloads(&app, &org, 60).await;
        let readers = |page: &Page| -> HashSet<String> {
            let text = page.text();
            let parts = text.split("Reader of reader-").skip(1);
            parts.map(|part| part.split(' ').next().unwrap_or_default().to_owned()).collect()
        };
        let first = admin.open(PAGE).await;
        let older = first.link("Older").expect("an older page");
        let second = admin.open(older.as_str()).await;
        let (first, rest) = (readers(&first), readers(&second));
        assert_eq!((first.len(), rest.len()), (50, 10));
        assert!(first.is_disjoint(&rest), "each is listed once");
        assert!(second.link("Older").is_none());
    }

    async fn another_organizations_delivery_is_not_there(app: TestApp) {
        let (org, admin) = connected(&app).await;
        app.switch_on(&admin, &[ActivityKind::FileDownloaded]).await;
        record_downloads(&app, &org, 1).await;
        app.sync().await;
        let page = admin.open(PAGE).await;
        let theirs = testkit::form::Form::all(&page.html())
            .into_iter()
            .find(|form| form.action.ends_with("/retry"))
            .expect("a delivery to try again");
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        for verb in ["retry", "cancel"] {
            let path = theirs.action.replace("retry", verb);
            let answer = stranger.post(&path, &[]).await;
            assert!(answer.status == 404 || answer.status == 409, "{}", answer.summary());
        }
        let text = stranger.text(PAGE).await;
        assert!(!text.contains("Reader"), "{text}");
        assert!(admin.text(PAGE).await.contains("No match 1"));
    }
}

//! The overview and an activity's page.

use std::time::Duration;

use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::email::EmailAddress;
use domain::organizations::Role;
use gatehouse::use_cases::activities::record;

use crate::on_both_databases;
use crate::support::{TestApp, TestOrg};

async fn viewed(app: &TestApp, org: &TestOrg, email: &str, company: &str, kind: ActivityKind) {
    let what = NewActivity {
        kind,
        person: Some(Person {
            email: EmailAddress::parse(email).unwrap(),
            first_name: "Ada".to_owned(),
            last_name: "Lovelace".to_owned(),
        }),
        company: company.to_owned(),
        account: None,
        details: Details {
            file: Some("report.pdf".to_owned()),
            ..Details::default()
        },
    };
    let mut tx = app.db.begin().await.unwrap();
    record(&mut tx, &app.ambient, org.id, what).await.unwrap();
    tx.commit().await.unwrap();
    app.advance(Duration::from_secs(1));
}

on_both_databases! {
    async fn an_empty_feed_teaches_what_will_be_there(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let page = browser.open("/dashboard").await;
        assert!(page.text().contains("Nothing has happened yet"), "{}", page.text());
        assert!(page.link("Add content").is_some());
    }

    async fn the_feed_is_filtered_by_kind_and_by_words(app: TestApp) {
        let org = app.enterprise().await;
        viewed(&app, &org, "ada@acme.example", "Acme", ActivityKind::FileDownloaded).await;
        viewed(&app, &org, "bob@umbrella.example", "Umbrella", ActivityKind::RequestedAccess).await;
        let browser = app.signed_in(&org, Role::Viewer).await;
        let entries = async |query: &str| {
            let page = browser.open(&format!("/dashboard{query}")).await;
            page.html().matches("class=\"feed-entry\"").count()
        };
        assert_eq!(entries("").await, 2);
        assert_eq!(entries("?kind=file_downloaded&q=").await, 1);
        assert_eq!(entries("?q=UMBRELLA").await, 1);
        assert_eq!(entries("?q=ada%40acme").await, 1);
        assert_eq!(entries("?q=ada+lovelace").await, 2);
        assert_eq!(entries("?q=%25").await, 0);
        assert_eq!(entries("?kind=nonsense&before=nonsense").await, 2);
    }

    async fn older_entries_are_on_further_pages_and_none_is_left_out(app: TestApp) {
        let org = app.enterprise().await;
        for _ in 0..85 {
            viewed(&app, &org, "ada@acme.example", "Acme", ActivityKind::FileDownloaded).await;
        }
        let browser = app.signed_in(&org, Role::Viewer).await;
        let mut page = browser.open("/dashboard?q=acme").await;
        let mut pages = Vec::new();
        loop {
            pages.push(page.html().matches("class=\"feed-entry\"").count());
            let Some(older) = page.link("Older") else { break };
            page = browser.open(older.as_str()).await;
        }
        assert_eq!(pages, [40, 40, 5]);
    }

    async fn an_activity_has_a_page_with_its_facts(app: TestApp) {
        let org = app.enterprise().await;
        viewed(&app, &org, "ada@acme.example", "Acme <&>", ActivityKind::FileDownloaded).await;
        let browser = app.signed_in(&org, Role::Viewer).await;
        let feed = browser.open("/dashboard").await;
        let page = browser.open(feed.link("Ada Lovelace").expect("a link").as_str()).await;
        for fact in ["File Downloaded", "ada@acme.example", "report.pdf", "Acme <&>"] {
            assert!(page.text().contains(fact), "{fact}: {}", page.text());
        }
        assert!(page.text().contains("was not sent to Salesforce"), "{}", page.text());
    }
}

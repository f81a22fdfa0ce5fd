//! The page of one account: how much its people have looked, and what they did.

use std::time::Duration;

use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::content::Visibility::Locked;
use domain::email::EmailAddress;
use domain::organizations::Role;
use gatehouse::use_cases::activities::record;
use testkit::client::Page;

use super::account;
use crate::nda::fixture;
use crate::on_both_databases;
use crate::public::{enter, member, offer};
use crate::requests::give_access;
use crate::support::{TestApp, TestOrg, pdf};

const DAY: Duration = Duration::from_hours(24);

async fn path(app: &TestApp, org: &TestOrg) -> String {
    format!("/dashboard/accounts/{}", account(app, org).await.id)
}

fn entries(page: &Page) -> usize {
    page.html().matches("class=\"feed-entry\"").count()
}

/// Someone of Ada's account did it.
async fn did(app: &TestApp, org: &TestOrg, email: &str, kind: ActivityKind) {
    let account = account(app, org).await;
    let what = NewActivity {
        kind,
        person: Some(Person {
            email: EmailAddress::parse(email).unwrap(),
            first_name: String::new(),
            last_name: "First".to_owned(),
        }),
        company: account.name,
        account: Some(account.id),
        details: Details::default(),
    };
    app.advance(Duration::from_mins(1));
    let mut tx = app.db.begin().await.unwrap();
    record(&mut tx, &app.ambient, org.id, what).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_databases! {
    async fn the_page_says_how_much_its_people_have_looked_lately(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "soc2.pdf", &pdf("SOC 2")).await;
        let other = offer(&app, &org, Locked, "iso.pdf", &pdf("ISO")).await;
        let ada = member(&app, &org).await;
        ada.open(&org.page("")).await;
        let path = path(&app, &org).await;
        app.advance(40 * DAY);
        enter(&app, &org, &ada, "ada@engines.example").await;
        for verb in ["view", "download", "download"] {
            ada.open(&locked.path(&org, verb)).await;
        }
        ada.open(&other.path(&org, "view")).await;
        ada.open(&org.page("")).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let page = viewer.open(&path).await;
        let text = page.text();
        for part in ["Visits, 30 days 1", "Documents read, 30 days 2", "Last seen Mar 14, 2026", "NDA Not required"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        let weeks = "oldest first: 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1";
        assert!(page.html().contains(weeks), "{}", page.html());
        assert!(page.html().contains("<title>Visits, Week of Mar 9: 1</title>"), "{}", page.html());
    }

    async fn nobody_of_a_new_account_was_seen(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Analytical Engines", "ada@engines.example").await;
        let text = editor.text(&path(&app, &org).await).await;
        assert!(text.contains("Last seen Never"), "{text}");
        assert!(text.contains("Visits, 30 days 0"), "{text}");
    }

    async fn the_activity_is_filtered_by_kind_and_by_person(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Analytical Engines", "ada@engines.example").await;
        app.advance(Duration::from_mins(1));
        give_access(&editor, "Analytical Engines", "bob@engines.example").await;
        give_access(&editor, "Rival", "eve@rival.example").await;
        for (email, kind) in [
            ("ada@engines.example", ActivityKind::FileDownloaded),
            ("ada@engines.example", ActivityKind::StatusPageView),
            ("bob@engines.example", ActivityKind::FileDownloaded),
        ] {
            did(&app, &org, email, kind).await;
        }
        let path = path(&app, &org).await;
        let page = editor.open(&path).await;
        assert_eq!(entries(&page), 6, "{}", page.text());
        assert!(!page.text().contains("eve@rival.example"), "{}", page.text());
        let members = {
            let mut tx = app.db.read().await.unwrap();
            let id = account(&app, &org).await.id;
            store::accounts::members::of_account(&mut tx, org.id, id).await.unwrap()
        };
        let ada = members.iter().find(|one| one.email.as_str().starts_with("ada")).unwrap().id;
        for (query, found) in [
            ("kind=file_downloaded".to_owned(), 2),
            (format!("person={ada}"), 4),
            (format!("kind=file_downloaded&person={ada}"), 1),
            ("kind=nda_signed".to_owned(), 0),
            ("kind=nonsense&person=nonsense&before=nonsense".to_owned(), 6),
        ] {
            let page = editor.open(&format!("{path}?{query}")).await;
            assert_eq!(entries(&page), found, "{query}: {}", page.text());
            if found == 0 {
                assert!(page.text().contains("No activity matches"), "{}", page.text());
            }
        }
        // Someone else's member is nobody here.
        let mut tx = app.db.read().await.unwrap();
        let rival = store::accounts::by_name(&mut tx, org.id, "Rival").await.unwrap().unwrap();
        let eve = store::accounts::members::of_account(&mut tx, org.id, rival.id).await.unwrap()[0].id;
        drop(tx);
        assert_eq!(entries(&editor.open(&format!("{path}?person={eve}")).await), 6);
    }

    async fn older_activity_is_on_further_pages_that_keep_the_filter(app: TestApp) {
        let org = app.enterprise().await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        member(&app, &org).await;
        for n in 0..60 {
            did(&app, &org, "ada@engines.example", ActivityKind::FileDownloaded).await;
            if n % 2 == 0 {
                did(&app, &org, "ada@engines.example", ActivityKind::CommentOnStatusPage).await;
            }
        }
        let path = path(&app, &org).await;
        let mut page = viewer.open(&format!("{path}?kind=file_downloaded")).await;
        let mut pages = Vec::new();
        loop {
            pages.push(entries(&page));
            assert!(!page.html().contains("commented on"), "{}", page.text());
            let Some(older) = page.link("Older") else { break };
            page = viewer.open(older.as_str()).await;
        }
        assert_eq!(pages, [25, 25, 10]);
        let newest = viewer.open(page.link("Newest").expect("a link").as_str()).await;
        assert_eq!(entries(&newest), 25);
        assert!(newest.text().contains("25 activities on this page"), "{}", newest.text());
    }

    async fn where_a_signature_came_from_stands_behind_details(app: TestApp) {
        let fixture = fixture(&app).await;
        fixture.sign(&fixture.ada, "Ada Lovelace").await;
        let page = fixture.admin.open(&path(&app, &fixture.org).await).await;
        let html = page.html();
        let (before, details) = html.split_once("of the signature</span>").expect("the details");
        for evidence in ["Mozilla/5.0 (testkit)", "SHA-256", "IP address"] {
            assert!(!before.contains(evidence), "{evidence}");
            assert!(details.contains(evidence), "{evidence}: {html}");
        }
        assert!(page.text().contains("NDA Complete"), "{}", page.text());
    }
}

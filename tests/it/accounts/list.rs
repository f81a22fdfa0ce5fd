//! The list: sorting, filters that stay, pages, and the list as a file.

use std::collections::BTreeSet;
use std::time::Duration;

use domain::accounts::{Account, ReviewStatus};
use domain::activities::{ActivityKind, Details, NewActivity};
use domain::ids::AccountId;
use domain::nda::NdaKind;
use domain::organizations::{Plan, Role};
use gatehouse::use_cases::activities::record;
use testkit::client::Page;

use crate::on_both_databases;
use crate::requests::give_access;
use crate::support::{Browser, TestApp, TestOrg};

const HERE: &str = "/dashboard/accounts";

/// An account without people.
async fn add(app: &TestApp, org: &TestOrg, name: &str, change: impl FnOnce(&mut Account)) {
    let id = app.ambient.id(AccountId::from_uuid);
    let mut account = Account::new(id, name, app.ambient.now());
    change(&mut account);
    let mut tx = app.db.begin().await.unwrap();
    store::accounts::find_or_insert(&mut tx, org.id, account)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Something happens in the account of this name.
async fn happens(app: &TestApp, org: &TestOrg, name: &str) {
    app.advance(Duration::from_mins(1));
    let mut tx = app.db.begin().await.unwrap();
    let found = store::accounts::by_name(&mut tx, org.id, name).await;
    let account = found.unwrap().expect("the account");
    let what = NewActivity {
        kind: ActivityKind::AccountCreated,
        person: None,
        company: account.name,
        account: Some(account.id),
        details: Details::default(),
    };
    record(&mut tx, &app.ambient, org.id, what).await.unwrap();
    tx.commit().await.unwrap();
}

/// The names on a page, as it lists them.
fn names(page: &Page) -> Vec<String> {
    let html = page.html();
    let links = html.split("class=\"table-name account-name\"").skip(1);
    let name = |link: &str| link.split(['>', '<']).nth(1).expect("a name").to_owned();
    links.map(name).collect()
}

/// The address behind the title of a column.
fn title(page: &Page, text: &str) -> String {
    let html = page.html();
    let head = html.split("<thead>").nth(1).expect("a table");
    let head = head.split("</thead>").next().expect("its head");
    let links = testkit::html::tags(head);
    let link = links
        .iter()
        .find(|tag| tag.name == "a" && tag.text() == text);
    let link = link.unwrap_or_else(|| panic!("{text}: {head}"));
    link.attribute("href")
        .expect("an address")
        .replace("&#38;", "&")
}

/// The names on this page and those that follow it.
async fn all_names(browser: &Browser, query: &str) -> Vec<String> {
    let mut page = browser.open(&format!("{HERE}?{query}")).await;
    let mut all = names(&page);
    while let Some(next) = page.link("More") {
        page = browser.open(next.as_str()).await;
        all.extend(names(&page));
    }
    all
}

async fn csv(browser: &Browser, query: &str) -> Vec<Vec<String>> {
    let file = browser.get(&format!("{HERE}/export.csv?{query}")).await;
    assert_eq!(file.status, 200, "{}", file.summary());
    let text = file.html();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

on_both_databases! {
    async fn the_title_of_a_column_sorts_by_it_and_then_the_other_way_round(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let owner = app.staff_with(&org, "zoe@northgate.example", Role::Viewer).await;
        add(&app, &org, "acme", |one| {
            one.review = ReviewStatus::Rejected;
            one.access_until = Some("2026-03-01".parse().unwrap());
        }).await;
        add(&app, &org, "Bolt", |one| {
            one.owner = Some(owner.id);
            one.review = ReviewStatus::InReview;
            one.nda.kind = NdaKind::Clickwrap;
        }).await;
        give_access(&editor, "Crane", "a@crane.example").await;
        give_access(&editor, "Crane", "b@crane.example").await;
        happens(&app, &org, "Bolt").await;
        let by_name = ["acme", "Bolt", "Crane"];
        for (column, first, then) in [
            ("Owner", ["acme", "Crane", "Bolt"], ["Bolt", "acme", "Crane"]),
            ("Review", ["Crane", "Bolt", "acme"], ["acme", "Bolt", "Crane"]),
            ("NDA", ["Bolt", "acme", "Crane"], ["acme", "Crane", "Bolt"]),
            ("Access", ["acme", "Bolt", "Crane"], ["Bolt", "Crane", "acme"]),
            ("People", ["Crane", "acme", "Bolt"], ["acme", "Bolt", "Crane"]),
            ("Last activity", ["Bolt", "Crane", "acme"], ["acme", "Crane", "Bolt"]),
            ("Account", by_name, ["Crane", "Bolt", "acme"]),
        ] {
            let list = editor.open(&format!("{HERE}?sort=-name")).await;
            let page = editor.open(&title(&list, column)).await;
            assert_eq!(names(&page), first, "{column}");
            assert_eq!(page.html().matches("aria-sort").count(), 1, "{column}");
            let page = editor.open(&title(&page, column)).await;
            assert_eq!(names(&page), then, "{column}, the other way round");
        }
        let page = editor.open(HERE).await;
        assert_eq!(names(&page), by_name);
        assert!(page.html().contains(r#"<th scope="col" aria-sort="ascending">"#), "{}", page.html());
    }

    async fn an_order_stays_over_filters_and_pages_and_leaves_nothing_out(app: TestApp) {
        let org = app.enterprise().await;
        let reviews = ReviewStatus::ALL;
        for n in 0..130 {
            let end = format!("2027-01-{:02}", n % 3 + 1);
            add(&app, &org, &format!("Company {n:03}"), |one| {
                one.review = reviews[n % 4];
                one.access_until = (n % 2 == 0).then(|| end.parse().unwrap());
            }).await;
            if n % 10 == 0 {
                happens(&app, &org, &format!("Company {n:03}")).await;
            }
        }
        add(&app, &org, "Another", |_| {}).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let expected: BTreeSet<_> = (0..130).map(|n| format!("Company {n:03}")).collect();
        for column in ["name", "owner", "review", "nda", "access", "people", "last_activity"] {
            for sign in ["", "-"] {
                let query = format!("q=company&sort={sign}{column}");
                let all = all_names(&viewer, &query).await;
                assert_eq!(all.len(), 130, "{query}");
                assert_eq!(all.iter().cloned().collect::<BTreeSet<_>>(), expected, "{query}");
            }
        }
        let first = viewer.open(&format!("{HERE}?q=company&sort=-last_activity")).await;
        assert_eq!(names(&first)[..2], ["Company 120", "Company 110"]);
        let second = viewer.open(first.link("More").unwrap().as_str()).await;
        let form = second.form(HERE).expect("the filter");
        assert_eq!((form.value("q"), form.value("sort")), (Some("company"), Some("-last_activity")));
        let again = viewer.open(second.link("First page").unwrap().as_str()).await;
        assert_eq!(names(&again), names(&first));
        // What happens meanwhile moves others between pages; the next page still begins where
        // the one before ended.
        happens(&app, &org, "Company 129").await;
        let later = viewer.open(first.link("More").unwrap().as_str()).await;
        assert_eq!(names(&later)[..3], names(&second)[..3]);
    }

    async fn what_cannot_be_read_sorts_and_pages_nothing(app: TestApp) {
        let org = app.enterprise().await;
        add(&app, &org, "Acme", |_| {}).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        for query in ["sort=nonsense", "sort=--name", "sort=-people&after=Acme&at=many", "at=7", "sort=people&at=1"] {
            assert_eq!(names(&viewer.open(&format!("{HERE}?{query}")).await), ["Acme"], "{query}");
        }
        let page = viewer.text(&format!("{HERE}?sort=-people&after=Acme&at=0")).await;
        assert!(page.contains("That was everything Back to the first page"), "{page}");
    }

    async fn the_file_has_what_the_list_finds_in_its_order(app: TestApp) {
        let org = app.enterprise().await;
        let owner = app.staff_with(&org, "zoe@northgate.example", Role::Viewer).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Crane", "a@crane.example").await;
        add(&app, &org, "=HYPERLINK(1)", |one| {
            one.owner = Some(owner.id);
            one.nda.kind = NdaKind::Clickwrap;
            one.access_until = Some("2026-03-01".parse().unwrap());
        }).await;
        for n in 0..1_020 {
            add(&app, &org, &format!("Bulk {n:04}"), |_| {}).await;
        }
        let page = editor.open(&format!("{HERE}?sort=-people&q=bulk")).await;
        let link = page.link("Export CSV").expect("a link");
        assert_eq!(link.query(), Some("q=bulk&sort=-people"));
        let rows = csv(&editor, "sort=-people").await;
        assert_eq!(rows.len(), 1_022);
        assert_eq!((rows[0][0].as_str(), rows[0][7].as_str()), ("Crane", "1"));
        let unique: BTreeSet<_> = rows.iter().map(|row| &row[0]).collect();
        assert_eq!(unique.len(), 1_022);
        let rows = csv(&editor, "q=hyperlink").await;
        assert_eq!(rows[0][..8], ["'=HYPERLINK(1)", "", &owner.name, "Not reviewed", "Pending", "Default", "2026-03-01", "0"]);
        assert!(rows[0][9].starts_with("2026-02-02T"), "{rows:?}");
        let file = editor.get(&format!("{HERE}/export.csv")).await;
        assert_eq!(file.header("content-disposition"), Some("attachment; filename=\"accounts-2026-02-02.csv\""));
    }

    async fn an_export_is_in_the_audit_log_and_nobodys_but_their_own(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("harbor", "Harbor", Plan::Enterprise).await;
        add(&app, &other, "Theirs", |_| {}).await;
        add(&app, &org, "Ours", |_| {}).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        assert!(viewer.open(HERE).await.link("Export CSV").is_none());
        let admin = app.signed_in(&org, Role::Admin).await;
        for sort in ["name", "-people", "last_activity", "owner"] {
            let rows = csv(&admin, &format!("sort={sort}")).await;
            let rows: Vec<_> = rows.iter().map(|row| row[0].as_str()).collect();
            assert_eq!(rows, ["Ours"], "{sort}");
        }
        csv(&admin, "q=ours&owner=none&nda=settled&show=archived").await;
        let audit = admin.text("/dashboard/settings/audit?kind=exports").await;
        assert_eq!(audit.matches("Exported accounts").count(), 5, "{audit}");
        for detail in ["all accounts", "search: ours, owner: Unassigned, NDA: Complete, archived"] {
            assert!(audit.contains(detail), "{detail}: {audit}");
        }
    }
}

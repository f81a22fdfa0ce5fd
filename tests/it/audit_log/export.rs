//! The log as a file.

use std::time::Duration;

use domain::audit::Action;
use domain::organizations::{Plan, Role};
use serde_json::Value;

use super::{ADA, BEN, HERE, details_on_pages, did};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const HEAD: [&str; 7] = [
    "time",
    "actor_name",
    "actor_email",
    "action",
    "detail",
    "network_address",
    "session",
];

/// The rows of the CSV with this query, without its head.
async fn csv(admin: &Browser, query: &str) -> Vec<Vec<String>> {
    let file = admin.get(&format!("{HERE}/export.csv?{query}")).await;
    assert_eq!(file.status, 200, "{}", file.summary());
    let text = file.html();
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let head: Vec<_> = reader
        .headers()
        .expect("a head")
        .iter()
        .map(str::to_owned)
        .collect();
    assert_eq!(head, HEAD);
    let rows = reader.records().map(|row| row.expect("a row"));
    rows.map(|row| row.iter().map(str::to_owned).collect())
        .collect()
}

/// The lines of the NDJSON with this query, as the same rows.
async fn ndjson(admin: &Browser, query: &str) -> Vec<Vec<String>> {
    let file = admin.get(&format!("{HERE}/export.ndjson?{query}")).await;
    assert_eq!(file.status, 200, "{}", file.summary());
    let text = file.html();
    assert!(text.is_empty() || text.ends_with('\n'), "{text}");
    let lines = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).expect("JSON"));
    let cell = |line: &Value, name: &str| line[name].as_str().expect("a text").to_owned();
    lines
        .map(|line| HEAD.iter().map(|name| cell(&line, name)).collect())
        .collect()
}

fn details(rows: &[Vec<String>]) -> Vec<&str> {
    rows.iter().map(|row| row[4].as_str()).collect()
}

/// More entries than are read at once; some in one moment.
async fn many(app: &TestApp, org: &TestOrg, n: usize) {
    let mut tx = app.db.begin().await.expect("a transaction");
    for n in 0..n {
        let (actor, detail) = (if n % 2 == 0 { ADA } else { BEN }, format!("entry-{n}"));
        store::audit_log::insert(
            &mut tx,
            &app.ambient,
            org.id,
            actor,
            Action::GaveAccess,
            &detail,
        )
        .await
        .expect("an entry");
        if n % 3 == 0 {
            app.advance(Duration::from_secs(1));
        }
    }
    tx.commit().await.expect("commit");
}

on_both_databases! {
    async fn an_export_has_what_the_pages_show_however_many_there_are(app: TestApp) {
        let org = app.enterprise().await;
        many(&app, &org, 1_203).await;
        did(&app, &org, ADA, Action::AddedItem, "Of another category").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        for query in ["kind=access", "kind=access&who=ben&q=entry-1"] {
            let pages = details_on_pages(&admin, query).await;
            assert!(pages.len() > 100, "{query}: {}", pages.len());
            let table = csv(&admin, query).await;
            assert_eq!(details(&table), pages, "{query}");
            assert_eq!(ndjson(&admin, query).await, table, "{query}");
        }
    }

    async fn an_export_names_the_columns_and_has_times_in_utc(app: TestApp) {
        let org = app.enterprise().await;
        did(&app, &org, ADA, Action::GaveAccess, "Grace, \"the Admiral\"\nto Acme").await;
        did(&app, &org, "visitor@acme.example", Action::SignedInToTrustCenter, "").await;
        did(&app, &org, "Automatic approval", Action::ApprovedRequest, "Grace").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let rows = csv(&admin, "kind=access").await;
        assert_eq!(rows, ndjson(&admin, "kind=access").await);
        let without_time: Vec<_> = rows.iter().map(|row| row[1..].join("|")).collect();
        assert_eq!(without_time, [
            "Automatic approval||Approved a request|Grace||",
            "|visitor@acme.example|Signed in to the trust center|||",
            "Ada Sorensen|ada@northgate.example|Gave access|Grace, \"the Admiral\"\nto Acme||",
        ]);
        let time: jiff::Timestamp = rows[0][0].parse().expect("ISO 8601");
        assert!(rows[0][0].ends_with('Z') && time < app.ambient.now(), "{rows:?}");
        let own = csv(&admin, "kind=team&q=signed+in").await;
        assert_eq!((own[0][5].as_str(), own[0][6].len()), ("127.0.0.1", 12));
        assert_eq!(csv(&admin, "kind=nda").await.len(), 0);
        assert_eq!(ndjson(&admin, "kind=nda").await.len(), 0);
    }

    async fn an_export_has_a_name_and_a_kind_and_is_linked_from_the_page(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let query = "kind=team&from=2026-01-01&to=2026-02-02";
        let page = admin.open(&format!("{HERE}?{query}")).await;
        for (link, kind, name) in [
            ("Export CSV", "text/csv; charset=utf-8", "audit-log-2026-01-01-to-2026-02-02.csv"),
            ("Export NDJSON", "application/x-ndjson", "audit-log-2026-01-01-to-2026-02-02.ndjson"),
        ] {
            let to = page.link(link).expect("a link");
            assert_eq!(to.query(), Some(query), "{link}");
            let file = admin.get(to.as_str()).await;
            assert_eq!(file.header("content-type"), Some(kind));
            let expected = format!("attachment; filename=\"{name}\"");
            assert_eq!(file.header("content-disposition"), Some(expected.as_str()));
            assert_eq!(file.header("cache-control"), Some("private, no-store"));
        }
        let all = admin.get(&format!("{HERE}/export.csv")).await;
        let name = all.header("content-disposition");
        assert_eq!(name, Some("attachment; filename=\"audit-log-to-2026-02-02.csv\""));
    }

    async fn nothing_in_a_table_is_a_formula(app: TestApp) {
        let org = app.enterprise().await;
        did(&app, &org, "=1+1 <eve@evil.example>", Action::GaveAccess, "=HYPERLINK(\"http://evil\")").await;
        did(&app, &org, "@SUM(A1)", Action::GaveAccess, "-2+3").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let rows = csv(&admin, "kind=access").await;
        let cells: Vec<_> = rows.iter().map(|row| (row[1].as_str(), row[2].as_str(), row[4].as_str())).collect();
        assert_eq!(cells, [
            ("", "'@SUM(A1)", "'-2+3"),
            ("'=1+1", "eve@evil.example", "'=HYPERLINK(\"http://evil\")"),
        ]);
        // Programs get it as it is.
        let lines = ndjson(&admin, "kind=access").await;
        assert_eq!(details(&lines), ["-2+3", "=HYPERLINK(\"http://evil\")"]);
    }

    async fn an_export_is_in_the_log_with_its_format_and_its_filter(app: TestApp) {
        let org = app.enterprise().await;
        did(&app, &org, ADA, Action::GaveAccess, "Grace to Acme").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let file = csv(&admin, "").await;
        assert_eq!(file.iter().filter(|row| row[3] == "Audit log exported").count(), 0, "the file is of before");
        app.advance(Duration::from_secs(1));
        ndjson(&admin, "kind=access&who=ada&from=2026-02-01&to=2026-02-03&q=acme").await;
        let page = admin.text(&format!("{HERE}?kind=exports")).await;
        assert_eq!(page.matches("Audit log exported").count(), 2, "{page}");
        for detail in [
            "CSV, all entries",
            "NDJSON, person: ada, category: Access, from: 2026-02-01, to: 2026-02-03, search: acme",
        ] {
            assert!(page.contains(detail), "{detail}: {page}");
        }
    }

    async fn only_an_admin_exports(app: TestApp) {
        let org = app.enterprise().await;
        did(&app, &org, ADA, Action::GaveAccess, "Grace to Acme").await;
        let people = [
            (app.browser(), 303),
            (app.signed_in(&org, Role::Viewer).await, 403),
            (app.signed_in(&org, Role::Editor).await, 403),
        ];
        for (browser, status) in people {
            for file in ["export.csv", "export.ndjson"] {
                let answer = browser.get(&format!("{HERE}/{file}")).await;
                assert_eq!(answer.status, status, "{file}");
                assert!(!answer.html().contains("Grace to Acme"), "{}", answer.html());
            }
        }
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.text(&format!("{HERE}?kind=exports")).await;
        assert!(page.contains("No entries match"), "{page}");
    }

    async fn an_export_has_nothing_of_another_organization(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("harbor", "Harbor", Plan::Enterprise).await;
        many(&app, &other, 700).await;
        did(&app, &org, ADA, Action::GaveAccess, "Ours").await;
        many(&app, &other, 700).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        for query in ["", "kind=access", "who=ada", "q=entry", "from=2026-02-02"] {
            for rows in [csv(&admin, query).await, ndjson(&admin, query).await] {
                assert!(details(&rows).iter().all(|detail| !detail.starts_with("entry-")), "{query}: {rows:?}");
            }
        }
        assert_eq!(details(&csv(&admin, "kind=access").await), ["Ours"]);
    }
}

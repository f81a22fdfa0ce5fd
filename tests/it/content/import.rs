//! Importing tables of badges, controls, subprocessors and questions.

use domain::content::starters::STARTERS;
use domain::organizations::{Plan, Role};
use testkit::client::Page;

use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

/// A new section of that kind, at the end: the address of its import.
async fn section(editor: &Browser, kind: &str) -> String {
    let page = editor.open("/dashboard/content/sections/new").await;
    let fields = [("kind", kind), ("title", "Imported")];
    let page = editor.submit(&page, "/sections", &fields).await;
    let html = page.html();
    let links = html
        .split("href=\"")
        .map(|part| part.split('"').next().unwrap_or_default());
    let newest = links.filter(|href| href.ends_with("/import")).last();
    newest.expect("a link").to_owned()
}

async fn import(editor: &Browser, path: &str, table: &str) -> Page {
    let page = editor.open(path).await;
    editor.submit(&page, "/import", &[("table", table)]).await
}

async fn audit(app: &TestApp, org: &TestOrg) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let sql = "SELECT action, detail FROM audit WHERE org_id = $1";
    let rows = tx.all(sql, store::params![org.id]).await.unwrap();
    let line = |row: &store::Row| {
        let (action, detail): (String, String) =
            (row.get("action").unwrap(), row.get("detail").unwrap());
        format!("{action}: {detail}")
    };
    rows.iter().map(line).collect()
}

on_both_databases! {
    async fn rows_of_a_spreadsheet_become_entries(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let path = section(&editor, "subprocessors").await;
        let table = "Name;Purpose;Location\r\nKindred Desk;Support;Denmark\r\nHarbor Mail;Email;Ireland";
        let page = import(&editor, &path, table).await;
        assert!(page.text().contains("2 added."), "{}", page.text());
        let public = app.browser().text(&org.page("")).await;
        let at = |what: &str| public.find(what).unwrap_or_else(|| panic!("{what} in {public}"));
        assert!(at("Kindred Desk") < at("Harbor Mail"), "in the table's order");
        let more = format!("{table}\r\nkindred DESK;Again;Norway\r\nNorthlight;Logs;Finland");
        let page = import(&editor, &path, &more).await;
        assert!(page.text().contains("1 added, 3 skipped (already in the section)."), "{}", page.text());
        let log = audit(&app, &org).await;
        let of_import = log.iter().filter(|line| line.contains("Imported")).count();
        assert_eq!(of_import, 3, "the section, and two imports: {log:?}");
    }

    async fn two_clicks_at_once_import_a_table_once(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let path = section(&editor, "faqs").await;
        let table = [("table", "Question,Answer\nWhy?,So.\nHow?,Thus.")];
        let (one, other) = tokio::join!(editor.post(&path, &table), editor.post(&path, &table));
        assert!(one.status == 303 && other.status == 303, "{} {}", one.summary(), other.summary());
        let public = app.browser().text(&org.page("")).await;
        assert_eq!(public.matches("Thus.").count(), 1, "{public}");
    }

    async fn a_table_with_a_mistake_adds_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let path = section(&editor, "controls").await;
        let table = format!("Control,Category,Status\r\nFine,Access,Implemented\r\n{},Access,Implemented", "x".repeat(121));
        let page = import(&editor, &path, &table).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Line 3: Control has 121 characters"), "{}", page.text());
        assert!(page.text().contains("Fine,Access"), "what was pasted is still there");
        assert!(!editor.text("/dashboard/content").await.contains("Fine"));
    }

    async fn a_table_to_begin_with_can_be_imported_once_it_is_completed(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let path = section(&editor, "controls").await;
        let gdpr = STARTERS.iter().find(|one| one.key == "gdpr").unwrap();
        let page = editor.open(&format!("{path}?start=gdpr")).await;
        assert!(page.html().contains("Data processing agreement,GDPR"), "{}", page.html());
        let page = import(&editor, &path, gdpr.table).await;
        assert!(page.text().contains("9 added."), "{}", page.text());
        let path = section(&editor, "faqs").await;
        let faqs = STARTERS.iter().find(|one| one.key == "faqs").unwrap();
        let page = import(&editor, &path, faqs.table).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("complete what stands between brackets"), "{}", page.text());
    }

    async fn nobody_imports_into_items_or_into_another_organization(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let path = section(&editor, "faqs").await;
        let other = app.organization("southgate", "Southgate", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Editor).await;
        assert_eq!(stranger.get(&path).await.status, 404);
        let table = [("table", "Question,Answer\nWhy?,So.")];
        assert_eq!(stranger.post(&path, &table).await.status, 404);
        let page = editor.open("/dashboard/content/sections/new").await;
        let page = editor.submit(&page, "/sections", &[("kind", "items"), ("title", "Reports")]).await;
        let items = page.link("Add an item").unwrap();
        let id = items.query().unwrap().trim_start_matches("section=").to_owned();
        let answer = editor.post(&format!("/dashboard/content/sections/{id}/import"), &table).await;
        assert_eq!(answer.status, 404, "{}", answer.summary());
    }
}

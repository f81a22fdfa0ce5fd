//! The page and the table of subprocessors.

use domain::content::entry::{SectionKind, Texts};
use domain::organizations::{Plan, Role};
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::content::{self, SectionDraft, entries};

use super::updates::publish;
use crate::on_both_databases;
use crate::support::{TestApp, TestOrg};

/// A section of the trust center that lists one company.
async fn list(app: &TestApp, org: &TestOrg, company: &str) {
    let by = app
        .staff_with(
            org,
            &format!("{}@staff.example", company.len()),
            Role::Editor,
        )
        .await;
    let mut tx = app.db.begin().await.unwrap();
    let organization = store::organizations::by_id(&mut tx, org.id)
        .await
        .unwrap()
        .unwrap();
    let act = StaffAction {
        ambient: &app.ambient,
        org: &organization,
        by: &by,
        session: "",
        public_url: &app.config.public_url,
    };
    let draft = SectionDraft {
        title: "Who helps us".to_owned(),
        kind: SectionKind::Subprocessors,
        ..SectionDraft::default()
    };
    let section = content::add_section(&mut tx, act, &draft).await.unwrap();
    let texts = Texts {
        title: company.to_owned(),
        body: "Support tickets".to_owned(),
        location: "Denmark".to_owned(),
        ..Texts::default()
    };
    entries::add(&mut tx, act, section, &texts).await.unwrap();
    tx.commit().await.unwrap();
}

on_both_databases! {
    async fn subprocessors_have_a_page_and_a_table_of_their_own(app: TestApp) {
        let org = app.enterprise().await;
        let visitor = app.browser();
        assert_eq!(visitor.get(&org.page("/subprocessors")).await.status, 404);
        assert_eq!(visitor.get(&org.page("/subprocessors.csv")).await.status, 404);
        list(&app, &org, "=Kindred, Desk").await;
        let home = visitor.open(&org.page("")).await;
        assert!(home.link("View all subprocessors").is_some(), "{}", home.text());
        let page = visitor.open(&org.page("/subprocessors")).await;
        assert!(page.text().contains("=Kindred, Desk"), "{}", page.text());
        assert!(page.text().contains("Denmark"), "{}", page.text());
        let table = visitor.get(&org.page("/subprocessors.csv")).await;
        assert_eq!(table.header("content-type"), Some("text/csv; charset=utf-8"));
        let text = table.html();
        assert!(text.contains("\"'=Kindred, Desk\",Support tickets,Denmark"), "no formula: {text}");
        let sitemap = visitor.get(&org.page("/sitemap.xml")).await.html();
        assert!(sitemap.contains("/subprocessors</loc>"), "{sitemap}");
        let other = app.organization("southgate", "Southgate", Plan::Free).await;
        assert_eq!(visitor.get(&other.page("/subprocessors")).await.status, 404);
    }

    async fn what_was_announced_about_them_stands_below(app: TestApp) {
        let org = app.enterprise().await;
        list(&app, &org, "Kindred Desk").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        publish(&editor, "We moved", false).await;
        let page = editor.open("/dashboard/content/updates/new").await;
        let fields = [
            ("title", "Kindred Desk from May"),
            ("body", "You have 30 days to object."),
            ("topic", "subprocessors"),
            ("act", "publish"),
        ];
        editor.submit(&page, "/updates", &fields).await;
        let page = app.browser().text(&org.page("/subprocessors")).await;
        assert!(page.contains("30 days to object") && !page.contains("We moved"), "{page}");
    }
}

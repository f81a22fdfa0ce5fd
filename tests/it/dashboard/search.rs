//! Search of the dashboard: pages, accounts, people and items.

use domain::content::Visibility;
use domain::organizations::{Plan, Role};
use testkit::client::Page;

use crate::on_both_databases;
use crate::support::member_of;

const SEARCH: &str = "/dashboard/search";

/// The addresses that the results lead to.
fn hits(page: &Page) -> Vec<String> {
    let html = page.html();
    let parts = html.split("class=\"found-hit\" href=\"").skip(1);
    parts
        .map(|part| part.split('"').next().unwrap().to_owned())
        .collect()
}

on_both_databases! {
    async fn each_page_that_is_listed_can_be_opened(app: TestApp) {
        let org = app.enterprise().await;
        for role in [Role::Admin, Role::Editor, Role::Viewer] {
            let browser = app.signed_in(&org, role).await;
            let pages = hits(&browser.open(SEARCH).await);
            assert!(pages.len() > 10, "{role}: {pages:?}");
            for page in pages {
                let opened = browser.get(&page).await;
                assert_eq!(opened.status, 200, "{page} for {role}: {}", opened.summary());
            }
        }
    }

    async fn accounts_people_and_items_are_found_by_a_part_of_their_name(app: TestApp) {
        let org = app.enterprise().await;
        member_of(&app, &org, "dana.wells@larkspur.example", "Larkspur Health").await;
        let item = app.item(&org, "SOC 2 Type II", Visibility::Locked).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = editor.open("/dashboard/accounts").await.link("Larkspur Health").unwrap();
        let found = editor.open(&format!("{SEARCH}?q=LARKSPUR")).await;
        assert!(hits(&found).contains(&account.path().to_owned()), "{:?}", hits(&found));
        let person = editor.open(&format!("{SEARCH}?q=dana.w")).await;
        assert!(person.text().contains("dana.wells@larkspur.example · Larkspur Health"), "{}", person.text());
        let items = editor.open(&format!("{SEARCH}?q=soc+2")).await;
        let href = format!("/dashboard/content/items/{}", item.id);
        assert!(hits(&items).contains(&href), "{:?}", hits(&items));
        let none = editor.open(&format!("{SEARCH}?q=%25")).await;
        assert!(!none.text().contains("Larkspur"), "a percent sign is a percent sign: {}", none.text());
    }

    async fn another_organization_finds_nothing_of_it(app: TestApp) {
        let org = app.enterprise().await;
        member_of(&app, &org, "dana.wells@larkspur.example", "Larkspur Health").await;
        app.item(&org, "Larkspur report", Visibility::Public).await;
        let other = app.organization("southgate", "Southgate", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        let found = stranger.open(&format!("{SEARCH}?q=larkspur")).await;
        assert!(!found.text().contains("Larkspur"), "{}", found.text());
        let person = stranger.open(&format!("{SEARCH}?q=dana")).await;
        assert!(!person.text().contains("larkspur"), "{}", person.text());
    }
}

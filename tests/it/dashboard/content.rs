//! Editing the trust center.

use domain::content::Visibility;
use domain::organizations::Role;

use crate::on_both_databases;

on_both_databases! {
    async fn a_section_and_an_item_are_added_edited_and_deleted(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let page = browser.open("/dashboard/content/sections/new").await;
        let fields = [("title", "Compliance"), ("description", "Reports.")];
        let page = browser.submit(&page, "/sections", &fields).await;
        assert!(page.text().contains("The section is added"), "{}", page.text());

        let new = page.link("Add an item").expect("a link");
        let page = browser.open(new.as_str()).await;
        let fields = [("title", "SOC 2"), ("summary", "Type II"), ("visibility", "public")];
        let page = browser.submit(&page, "/items", &fields).await;
        assert!(page.text().contains("The item is added"), "{}", page.text());
        let path = page.url.path().to_owned();
        let page = browser.submit(&page, &path, &[("title", "SOC 2 report")]).await;
        assert!(page.text().contains("SOC 2 report"), "{}", page.text());

        let page = browser.open(&path).await;
        let page = browser.submit(&page, "/delete", &[]).await;
        assert!(page.text().contains("The item is deleted"), "{}", page.text());
        assert_eq!(browser.get(&path).await.status, 404);
    }

    async fn who_saves_an_old_form_is_shown_both_and_loses_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2", Visibility::Locked).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let path = format!("/dashboard/content/items/{}", item.id);
        let old = editor.open(&path).await;
        let page = admin.open(&path).await;
        admin.submit(&page, &path, &[("title", "Saved by the Admin")]).await;
        let page = editor.submit(&old, &path, &[("title", "Typed by the Editor")]).await;
        assert_eq!(page.status, 409);
        assert!(page.text().contains("Someone changed this item while you were writing"), "{}", page.text());
        assert!(page.text().contains("Saved by the Admin"), "{}", page.text());
        assert!(page.html().contains("value=\"Typed by the Editor\""), "{}", page.html());
        // Sent again, knowing what it replaces, it is saved.
        let page = editor.submit(&page, &path, &[("title", "Typed by the Editor")]).await;
        assert_eq!(page.status, 200);
        assert!(page.text().contains("Typed by the Editor"), "{}", page.text());
    }

    async fn an_old_form_of_a_section_is_shown_both_ways_too(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2", Visibility::Locked).await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let path = format!("/dashboard/content/sections/{}", item.section);
        let old = browser.open(&path).await;
        browser.submit(&old, &path, &[("title", "First")]).await;
        let page = browser.submit(&old, &path, &[("title", "Second")]).await;
        assert_eq!(page.status, 409);
        assert!(page.text().contains("First") && page.html().contains("value=\"Second\""));
    }

    async fn sections_move_and_their_ends_are_ends(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        for title in ["One", "Two", "Three"] {
            browser.post("/dashboard/content/sections", &[("title", title)]).await;
        }
        let order = async || {
            let text = browser.text("/dashboard/content").await;
            let mut found: Vec<_> = ["One", "Two", "Three"].map(|t| (text.find(&format!("Move the section {t} up")), t)).to_vec();
            found.sort_unstable();
            found.into_iter().map(|(_, title)| title).collect::<Vec<_>>()
        };
        assert_eq!(order().await, ["One", "Two", "Three"]);
        let page = browser.open("/dashboard/content").await;
        browser.submit(&page, "/move", &[("direction", "down")]).await;
        assert_eq!(order().await, ["Two", "One", "Three"]);
        let page = browser.open("/dashboard/content").await;
        browser.submit(&page, "/move", &[("direction", "up")]).await;
        assert_eq!(order().await, ["Two", "One", "Three"]);
    }

    async fn a_section_goes_with_its_items(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2", Visibility::Locked).await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let path = format!("/dashboard/content/sections/{}", item.section);
        let page = browser.open(&path).await;
        assert!(page.text().contains("Its 1 item and their documents are deleted with it"), "{}", page.text());
        let page = browser.submit(&page, "/delete", &[]).await;
        assert!(page.text().contains("The page is empty"), "{}", page.text());
    }
}

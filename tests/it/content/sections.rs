//! Sections of each kind: edited in the dashboard, shown on the trust center.

use domain::content::Visibility::Locked;
use domain::organizations::Role;

use super::{entry, section};
use crate::on_both_databases;

on_both_databases! {
    async fn a_badge_is_drawn_and_leads_to_its_report(app: TestApp) {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2 report", Locked).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = section(&editor, "badges", "Compliance").await;
        assert!(page.text().contains("Visitors don’t see empty sections"), "{}", page.text());
        let path = org.page("");
        assert!(!app.browser().text(&path).await.contains("Compliance"), "an empty section is shown");
        let id = item.id.to_string();
        let fields = [("title", "SOC 2 Type II"), ("state", "done"), ("period", "July 2025 to June 2026"), ("item", &id)];
        let page = entry(&editor, "badge", &fields).await;
        assert!(page.text().contains("It is added"), "{}", page.text());
        let fields = [("title", "HIPAA"), ("state", "in_progress")];
        entry(&editor, "badge", &fields).await;

        let visitor = app.browser();
        let page = visitor.open(&path).await;
        for word in ["TYPE II", "Compliant", "July 2025 to June 2026", "HIPAA", "In progress"] {
            assert!(page.html().contains(word), "{word}: {}", page.text());
        }
        let link = page.link("SOC 2 Type II").expect("the badge's link");
        assert_eq!(link.path(), org.page(&format!("/items/{id}")));
        assert!(visitor.text(link.path()).await.contains("Request access"));
        // When the item goes, the badge stays and leads nowhere.
        editor.post(&format!("/dashboard/content/items/{id}/delete"), &[]).await;
        let page = visitor.open(&path).await;
        assert!(page.text().contains("SOC 2 Type II") && page.link("SOC 2 Type II").is_none());
    }

    async fn controls_are_grouped_by_category_and_say_how_many_are_done(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        section(&editor, "controls", "Controls").await;
        for (title, category, state) in [
            ("MFA for all", "Access", "done"),
            ("Backups rehearsed", "Operations", "done"),
            ("Access reviewed", "Access", "in_progress"),
        ] {
            let fields = [("title", title), ("category", category), ("state", state)];
            entry(&editor, "control", &fields).await;
        }
        let page = app.browser().text(&org.page("")).await;
        assert!(page.contains("1 of 2"), "{page}");
        let at = |text: &str| page.find(text).unwrap_or_else(|| panic!("{text} in {page}"));
        assert!(at("MFA for all") < at("Access reviewed") && at("Access reviewed") < at("Backups rehearsed"));
    }

    async fn subprocessors_say_where_and_when_the_list_changed(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        section(&editor, "subprocessors", "Subprocessors").await;
        let fields = [("title", "Halden Cloud SE"), ("body", "Hosting"), ("location", "Frankfurt"), ("link", "https://halden.example")];
        entry(&editor, "subprocessor", &fields).await;
        let fields = [("title", "Gone Ltd"), ("body", "Mail"), ("location", "Dublin")];
        entry(&editor, "subprocessor", &fields).await;
        app.advance(std::time::Duration::from_hours(10));
        let content = editor.open("/dashboard/content").await;
        let gone = content.link("Gone Ltd").unwrap();
        let form = editor.open(gone.as_str()).await;
        let page = editor.submit(&form, "/delete", &[]).await;
        assert!(page.text().contains("It is deleted"), "{}", page.text());
        let page = app.browser().open(&org.page("")).await;
        assert!(page.text().contains("Last updated Feb 3, 2026"), "{}", page.text());
        assert!(!page.text().contains("Gone Ltd"));
        assert_eq!(page.link("Halden Cloud SE").unwrap().as_str(), "https://halden.example/");
    }

    async fn answers_are_markdown_in_which_nothing_runs(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        section(&editor, "faqs", "Questions").await;
        let answer = "Yes, **always**. <script>alert(1)</script> [x](javascript:alert(1)) <img src=x onerror=alert(1)>";
        let fields = [("title", "Is it <b>safe</b>?"), ("body", answer)];
        entry(&editor, "question", &fields).await;
        let page = app.browser().open(&org.page("")).await;
        let html = page.html();
        assert!(html.contains("<strong>always</strong>"), "{html}");
        assert!(html.contains("Is it &#60;b&#62;safe"), "{html}");
        assert!(!html.contains("<script>alert") && !html.contains("href=\"javascript") && !html.contains("<img"), "{html}");
        let link = page.link("Link to this answer").unwrap();
        let anchor = link.fragment().unwrap().to_owned();
        assert!(html.contains(&format!("id=\"{anchor}\"")), "{anchor}");
    }

    async fn what_is_missing_or_wrong_is_said_at_its_field_and_nothing_typed_is_lost(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        section(&editor, "subprocessors", "Subprocessors").await;
        let fields = [("title", " "), ("body", "Hosting"), ("link", "javascript:alert(1)")];
        let page = entry(&editor, "subprocessor", &fields).await;
        assert_eq!(page.status, 422);
        for problem in ["Name is missing", "Location is missing", "is not a web address"] {
            assert!(page.text().contains(problem), "{problem}: {}", page.text());
        }
        assert!(page.html().contains("value=\"Hosting\""), "{}", page.html());
        section(&editor, "badges", "Badges").await;
        let fields = [("title", "GDPR"), ("state", "perhaps"), ("item", "01890000-0000-7000-8000-000000000000")];
        let page = entry(&editor, "badge", &fields).await;
        assert!(page.text().contains("Choose where you stand"), "{}", page.text());
        assert!(page.text().contains("This item is gone"), "{}", page.text());
        let answer = editor.post("/dashboard/content/sections", &[("kind", "poems"), ("title", "T")]).await;
        assert_eq!(answer.status, 400);
    }

    async fn who_saves_an_old_form_is_shown_both(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        section(&editor, "faqs", "Questions").await;
        entry(&editor, "question", &[("title", "Why?"), ("body", "Because.")]).await;
        let link = editor.open("/dashboard/content").await.link("Why?").unwrap();
        let old = editor.open(link.as_str()).await;
        editor.submit(&old, link.path(), &[("title", "First")]).await;
        let page = editor.submit(&old, link.path(), &[("title", "Second")]).await;
        assert_eq!(page.status, 409);
        assert!(page.text().contains("First") && page.html().contains("value=\"Second\""), "{}", page.html());
        let page = editor.submit(&page, link.path(), &[("title", "Second")]).await;
        assert!(page.text().contains("It is saved"), "{}", page.text());
    }

    async fn entries_move_and_go_with_their_section(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        section(&editor, "faqs", "Questions").await;
        for title in ["One?", "Two?"] {
            entry(&editor, "question", &[("title", title), ("body", "So.")]).await;
        }
        let two = editor.open("/dashboard/content").await.link("Two?").unwrap();
        editor.post(&format!("{}/move", two.path()), &[("direction", "up")]).await;
        let page = app.browser().text(&org.page("")).await;
        assert!(page.find("Two?") < page.find("One?"), "{page}");
        let content = editor.open("/dashboard/content").await;
        let form = content.form("/move").expect("the section's form");
        let path = form.action.trim_end_matches("/move").to_owned();
        let page = editor.open(&path).await;
        assert!(page.text().contains("2 entries"), "{}", page.text());
        editor.submit(&page, "/delete", &[]).await;
        assert_eq!(editor.get(two.path()).await.status, 404);
        // The log says who did what.
        let admin = app.signed_in(&org, Role::Admin).await;
        let log = admin.text("/dashboard/settings/audit").await;
        for act in ["Added a question", "Moved an entry", "Deleted a section"] {
            assert!(log.contains(act), "{act}: {log}");
        }
    }

    async fn items_cannot_be_put_into_a_section_of_another_kind(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = section(&editor, "badges", "Badges").await;
        let id = page.html().split("id=\"section-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let fields = [("title", "T"), ("visibility", "public"), ("section", id.as_str())];
        let page = editor.post("/dashboard/content/items", &fields).await;
        assert_eq!(page.status, 422);
    }
}

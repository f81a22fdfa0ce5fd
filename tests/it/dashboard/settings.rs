//! Settings and the audit log.

use domain::organizations::Role;

use crate::on_both_databases;

const HERE: &str = "/dashboard/settings";

on_both_databases! {
    async fn an_admin_changes_what_the_page_says(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Admin).await;
        let page = browser.open(HERE).await;
        let fields = [("name", "Northgate GmbH"), ("accent", "#7A1F5C")];
        let page = browser.submit(&page, HERE, &fields).await;
        assert!(page.text().contains("The settings are saved"), "{}", page.text());
        assert!(page.html().contains("value=\"#7a1f5c\""), "{}", page.html());
        let log = browser.text("/dashboard/settings/audit").await;
        assert!(log.contains("Changed settings"), "{log}");
        for change in ["Name: Northgate Labs → Northgate GmbH", "Accent color: #2f5d50 → #7a1f5c"] {
            assert!(log.contains(change), "{change}: {log}");
        }
        assert!(!log.contains("Headline:"), "it is as it was: {log}");
        assert!(log.contains("Admin of Northgate Labs") && log.contains("admin@northgate.example"), "{log}");
    }

    async fn a_colour_that_white_words_vanish_on_is_refused(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Admin).await;
        let page = browser.open(HERE).await;
        let page = browser.submit(&page, HERE, &[("accent", "#ffe066")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("#ffe066 is too light"), "{}", page.text());
        let page = browser.open(HERE).await;
        let page = browser.submit(&page, HERE, &[("accent", "green")]).await;
        assert!(page.text().contains("write it as #rrggbb"), "{}", page.text());
    }

    async fn two_admins_do_not_overwrite_each_other(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Admin).await;
        let old = browser.open(HERE).await;
        browser.submit(&old, HERE, &[("headline", "First")]).await;
        let page = browser.submit(&old, HERE, &[("headline", "Second")]).await;
        assert_eq!(page.status, 409);
        assert!(page.text().contains("First"), "{}", page.text());
        assert!(page.html().contains("value=\"Second\""), "{}", page.html());
    }

    async fn a_viewer_reads_the_settings_but_has_no_form(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Viewer).await;
        let page = browser.open(HERE).await;
        assert!(page.text().contains("Security you can check"), "{}", page.text());
        assert!(page.form(HERE).is_none());
        assert!(page.link("Audit log").is_none());
    }
}

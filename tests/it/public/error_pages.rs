//! An error on a trust center keeps the organization's name and colours.

use domain::organizations::Plan;

use crate::on_both_databases;

on_both_databases! {
    async fn a_page_that_isnt_there_is_still_the_customers(app: TestApp) {
        let org = app.enterprise().await;
        let page = app.browser().get(&org.page("/items/nothing-here")).await;
        assert_eq!(page.status, 404);
        assert!(page.text().contains("Northgate Labs"), "{}", page.text());
        assert!(page.html().contains("/trust/northgate/theme.css"), "the accent colour");
        assert!(page.link("Back to trust center").is_some(), "{}", page.text());
        let page = app.browser().get(&org.page("/no/such/page")).await;
        assert_eq!(page.status, 404);
        assert!(page.text().contains("Northgate Labs"), "{}", page.text());
    }

    async fn a_form_sent_wrongly_is_answered_in_the_customers_colours(app: TestApp) {
        let org = app.enterprise().await;
        let page = app.browser().get(&org.page("/sign-out")).await;
        assert_eq!(page.status, 405);
        assert!(page.text().contains("Northgate Labs"), "{}", page.text());
        assert!(page.header("allow").is_some_and(|allow| allow.contains("POST")), "its headers stay");
    }

    async fn where_no_organization_is_named_the_page_is_plain(app: TestApp) {
        app.enterprise().await;
        app.organization("other", "Other Company", Plan::Enterprise).await;
        for path in ["/trust/nobody", "/trust/", "/nothing"] {
            let page = app.browser().get(path).await;
            assert_eq!(page.status, 404, "{path}");
            let text = page.text();
            assert!(!text.contains("Northgate") && !text.contains("Other Company"), "{path}: {text}");
        }
    }
}

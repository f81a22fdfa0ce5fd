//! The colours of the dashboard, as someone chose them for a browser.

use domain::organizations::Role;

use crate::on_both_databases;

const THEME: &str = "/dashboard/profile/theme";

on_both_databases! {
    async fn dark_stays_dark_until_something_else_is_chosen(app: TestApp) {
        let org = app.enterprise().await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let is_dark = async || viewer.open("/dashboard").await.html().contains("data-theme=\"dark\"");
        assert!(!is_dark().await);
        let page = viewer.open("/dashboard/profile").await;
        let page = viewer.submit(&page, THEME, &[("theme", "dark")]).await;
        assert_eq!(page.form(THEME).unwrap().value("theme"), Some("dark"));
        assert!(is_dark().await);
        let page = viewer.submit(&page, THEME, &[("theme", "system")]).await;
        assert!(!is_dark().await);
        assert_eq!(page.form(THEME).unwrap().value("theme"), Some("system"));
        let wrong = viewer.post(THEME, &[("theme", "pink")]).await;
        assert_eq!(wrong.status, 400, "{}", wrong.summary());
    }
}

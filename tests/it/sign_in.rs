//! Signing in to the dashboard.

use domain::organizations::Role;

use crate::on_both_databases;

on_both_databases! {
    async fn staff_sign_in_with_a_password(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Admin).await;
        let page = browser.open("/dashboard").await;
        assert_eq!(page.status, 200, "{}", page.summary());
        assert!(page.text().contains("Northgate Labs"), "{}", page.text());
    }
}

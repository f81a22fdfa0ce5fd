//! How long somebody stays signed in, and how all sessions end at once.

use std::time::Duration;

use gatehouse::domain::organization::Role;

use crate::on_both_databases;

const HOUR: Duration = Duration::from_secs(60 * 60);

on_both_databases! {
    async fn a_session_ends_after_a_week_however_much_it_is_used(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Viewer).await;
        for _ in 0..16 {
            app.advance(10 * HOUR);
            assert_eq!(browser.get("/dashboard").await.status, 200);
        }
        app.advance(9 * HOUR);
        assert_eq!(browser.get("/dashboard").await.status, 303);
    }

    async fn signing_out_everywhere_ends_every_session(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let (here, elsewhere) = (app.browser_of(&user).await, app.browser_of(&user).await);
        let page = here.open("/dashboard/profile").await;
        let page = here.submit(&page, "/sign-out", &[]).await;
        assert_eq!(page.url.path(), "/login");
        assert!(page.text().contains("signed out everywhere"), "{}", page.text());
        for browser in [here, elsewhere] {
            assert_eq!(browser.get("/dashboard").await.status, 303);
        }
    }
}

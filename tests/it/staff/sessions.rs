//! How long someone stays signed in, and how all sessions end at once.

use std::time::Duration;

use domain::organizations::Role;

use crate::on_both_databases;
use crate::support::PASSWORD;

const HOUR: Duration = Duration::from_hours(1);

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

    async fn a_lost_device_is_signed_out_from_another(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let (here, lost) = (app.browser_of(&user).await, app.browser_of(&user).await);
        let page = here.open("/dashboard/profile").await;
        let text = page.text();
        assert!(text.contains("(this session)") && text.contains("127.0.0.1"), "{text}");
        let ends = page.html().matches("/end\"").count();
        assert_eq!(ends, 1, "nobody ends the session that they are in");
        let end = page.form("/end").expect("a button").action;
        let page = here.submit(&page, "/end", &[]).await;
        assert!(page.text().contains("Signed out on"), "{}", page.text());
        assert_eq!(lost.get("/dashboard").await.status, 303);
        assert_eq!(here.get("/dashboard").await.status, 200);
        let again = here.post(&end, &[]).await;
        let page = here.follow(again).await;
        assert!(page.text().contains("has ended already"), "{}", page.text());
    }

    async fn nobody_ends_the_session_of_somebody_else(app: TestApp) {
        let org = app.enterprise().await;
        let (one, other) = (app.signed_in(&org, Role::Admin).await, app.staff(&org, Role::Viewer).await);
        let (theirs, second) = (app.browser_of(&other).await, app.browser_of(&other).await);
        let page = theirs.open("/dashboard/profile").await;
        let form = page.form("/end").expect("a button");
        one.post(&form.action, &[]).await;
        assert_eq!(second.get("/dashboard").await.status, 200);
    }

    async fn what_cannot_be_undone_asks_for_the_password_after_an_hour(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let colleague = app.staff(&org, Role::Viewer).await;
        app.advance(HOUR);
        let page = admin.open(&format!("/dashboard/settings/people/{}", colleague.id)).await;
        let asked = admin.submit(&page, "/deactivate", &[]).await;
        assert_eq!(asked.url.path(), "/login/confirm");
        assert!(app.browser_of(&colleague).await.get("/dashboard").await.status == 200, "nothing was done");
        let wrong = admin.submit(&asked, "/login/confirm", &[("password", "wrong")]).await;
        assert!(wrong.text().contains("password is wrong"), "{}", wrong.text());
        let back = admin.submit(&asked, "/login/confirm", &[("password", PASSWORD)]).await;
        assert!(back.url.path().ends_with(&colleague.id.to_string()), "{}", back.url);
        assert!(back.text().contains("Nothing was done yet"), "{}", back.text());
        let done = admin.submit(&back, "/deactivate", &[]).await;
        assert!(done.text().contains("Deactivated"), "{}", done.text());
    }

    async fn confirming_never_redirects_to_another_site(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        for next in ["https://evil.example/", "//evil.example", "/\\evil.example"] {
            let fields = [("password", PASSWORD), ("next", next)];
            let answer = admin.post("/login/confirm", &fields).await;
            assert_eq!(answer.header("location"), Some("/dashboard"), "{next}");
        }
    }
}

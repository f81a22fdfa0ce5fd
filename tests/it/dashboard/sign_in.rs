//! Signing in: what is said, how often one may try, how long it lasts.

use std::time::Duration;

use domain::organizations::Role;

use crate::on_both_databases;
use crate::support::{PASSWORD, TestApp};

const WRONG: &str = "The email address or the password is wrong.";
const MINUTE: Duration = Duration::from_mins(1);
const HOUR: Duration = Duration::from_hours(1);

async fn attempt(app: &TestApp, email: &str, password: &str) -> (u16, String) {
    let browser = app.browser();
    let fields = [("email", email), ("password", password), ("next", "")];
    let page = browser.post("/login", &fields).await;
    (page.status.as_u16(), page.text())
}

on_both_databases! {
    async fn a_wrong_password_and_an_unknown_address_get_the_same_answer(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        for email in [user.email.as_str(), "nobody@northgate.example", "not an address"] {
            let (status, text) = attempt(&app, email, "wrong").await;
            assert_eq!(status, 401, "{email}");
            assert!(text.contains(WRONG), "{email}: {text}");
        }
    }

    async fn ten_wrong_passwords_close_the_address_for_a_quarter_of_an_hour(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let email = user.email.as_str();
        for _ in 0..10 {
            assert_eq!(attempt(&app, email, "wrong").await.0, 401);
        }
        let (status, text) = attempt(&app, email, PASSWORD).await;
        assert_eq!(status, 429);
        assert!(text.contains("Too many attempts"), "{text}");
        app.advance(16 * MINUTE);
        assert_eq!(attempt(&app, email, PASSWORD).await.0, 303);
    }

    async fn who_goes_on_guessing_waits_longer(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        let email = user.email.as_str();
        for (tries, minutes, says) in [(10, 16, "15 minutes"), (9, 61, "an hour")] {
            for _ in 0..tries {
                assert_eq!(attempt(&app, email, "wrong").await.0, 401);
            }
            let (status, text) = attempt(&app, email, "wrong").await;
            assert_eq!(status, 429);
            assert!(text.contains(says), "{text}");
            app.advance(minutes * MINUTE);
        }
    }

    async fn strangers_can_not_keep_a_device_out_that_signed_in_before(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        let email = user.email.as_str();
        let own = app.browser_of(&user).await;
        for _ in 0..40 {
            attempt(&app, email, "wrong").await;
        }
        assert_eq!(attempt(&app, email, PASSWORD).await.0, 429);
        let page = own.open("/dashboard").await;
        own.submit(&page, "/logout", &[]).await;
        let fields = [("email", email), ("password", PASSWORD), ("next", "")];
        assert_eq!(own.post("/login", &fields).await.status, 303);
        // Nor is it a way to guess without end.
        let guess = [("email", email), ("password", "wrong"), ("next", "")];
        for _ in 0..10 {
            assert_eq!(own.post("/login", &guess).await.status, 401);
        }
        assert_eq!(own.post("/login", &guess).await.status, 429);
    }

    async fn a_hundred_attempts_from_one_place_close_it_for_other_addresses_too(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let mut tx = app.db.begin().await.unwrap();
        for ip in ["127.0.0.1", "unknown"] {
            for _ in 0..100 {
                let key = format!("sign-in-from:{ip}");
                let now = app.ambient.now();
                ::store::rate_limits::allow(&mut tx, &key, 100, 15 * MINUTE, now)
                    .await
                    .unwrap();
            }
        }
        tx.commit().await.unwrap();
        assert_eq!(attempt(&app, user.email.as_str(), PASSWORD).await.0, 429);
    }

    async fn the_cookie_is_out_of_reach_of_scripts_and_other_sites(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let fields = [("email", user.email.as_str()), ("password", PASSWORD)];
        let page = app.browser().post("/login", &fields).await;
        let cookie = page.header("set-cookie").expect("a cookie").to_owned();
        for part in ["gh_staff=", "HttpOnly", "SameSite=Lax", "Path=/"] {
            assert!(cookie.contains(part), "{part} in {cookie}");
        }
        assert!(!cookie.contains("Secure"), "the test is on http: {cookie}");
    }

    async fn signing_in_leads_to_the_page_that_was_asked_for_and_never_elsewhere(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let browser = app.browser();
        let login = browser.open("/dashboard/accounts?q=acme").await;
        assert_eq!(login.url.path(), "/login");
        let fields = [("email", user.email.as_str()), ("password", PASSWORD)];
        let page = browser.submit(&login, "/login", &fields).await;
        assert_eq!(page.url.path(), "/dashboard/accounts");
        assert_eq!(page.url.query(), Some("q=acme"));

        let fields = [fields[0], fields[1], ("next", "//evil.example/dashboard")];
        let page = app.browser().post("/login", &fields).await;
        assert_eq!(page.header("location"), Some("/dashboard"));
    }

    async fn a_session_ends_twelve_hours_after_it_was_last_used(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Viewer).await;
        for _ in 0..3 {
            app.advance(11 * HOUR);
            assert_eq!(browser.get("/dashboard").await.status, 200);
        }
        app.advance(12 * HOUR + MINUTE);
        let page = browser.get("/dashboard").await;
        assert_eq!(page.header("location"), Some("/login?next=%2Fdashboard"));
    }

    async fn signing_out_ends_the_session_on_the_server_too(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Viewer).await;
        let page = browser.open("/dashboard").await;
        let page = browser.submit(&page, "/logout", &[]).await;
        assert_eq!(page.url.path(), "/login");
        assert!(page.text().contains("You are signed out"), "{}", page.text());
        assert!(!browser.open("/login").await.text().contains("You are signed out"));
        assert_eq!(browser.get("/dashboard").await.status, 303);
    }
}

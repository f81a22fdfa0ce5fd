//! A forgotten password, and a new one of one's own.

use std::time::Duration;

use domain::organizations::Role;

use super::{audit_log, linked, other_link, page_of, saved, sign_in, works};
use crate::on_both_databases;
use crate::support::{Browser, PASSWORD, TestApp};

const NEW: &str = "four random words here";
const HOUR: Duration = Duration::from_hours(1);
const RESET: &str = "/login/reset";

async fn forgot(browser: &Browser, email: &str) -> (u16, String) {
    let page = browser.open("/login").await;
    let page = browser
        .open(page.link("Forgot your password?").unwrap().as_str())
        .await;
    let page = browser
        .submit(&page, "/login/forgot", &[("email", email)])
        .await;
    (page.status.as_u16(), page.text())
}

async fn mails(app: &TestApp) -> i64 {
    let mut tx = app.db.read().await.unwrap();
    let row = tx
        .one("SELECT COUNT(*) AS n FROM email", &[])
        .await
        .unwrap();
    row.get("n").unwrap()
}

/// The person was emailed that their password is another.
async fn told(app: &TestApp, email: &str, how: &str) {
    let about = |mail: &testkit::mail::Mail| mail.subject == "Your password was changed";
    let mail = app
        .mail
        .wait_for(email, Duration::from_secs(20), about)
        .await;
    let mail = mail.expect("an email");
    assert!(mail.text.contains(how), "{}", mail.text);
    assert!(mail.link("/login/forgot").is_some(), "{}", mail.text);
}

on_both_databases! {
    async fn a_forgotten_password_is_replaced_and_other_sessions_end(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        let elsewhere = app.browser_of(&user).await;
        let browser = app.browser();
        let (status, text) = forgot(&browser, user.email.as_str()).await;
        assert_eq!(status, 200);
        assert!(text.contains("Check your inbox"), "{text}");
        let link = linked(&app, user.email.as_str(), RESET).await;
        let page = browser.open(&link).await;
        let page = browser.submit(&page, RESET, &[("password", "short")]).await;
        assert_eq!(page.status, 422);
        let page = browser.submit(&page, RESET, &[("password", NEW)]).await;
        assert_eq!(page.url.path(), "/login");
        told(&app, user.email.as_str(), "changed by the link that we emailed").await;
        assert_eq!(elsewhere.get("/dashboard").await.status, 303);
        assert!(!works(&app, &user).await);
        let admin = app.browser();
        assert_eq!(sign_in(&admin, &user, NEW).await.status, 303);
        let page = app.browser().open(&link).await;
        assert!(page.text().contains("no longer works"), "{}", page.text());
        assert!(audit_log(&admin).await.contains("Reset the password"));
    }

    async fn a_link_works_for_an_hour_and_only_its_hash_is_kept(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        forgot(&app.browser(), user.email.as_str()).await;
        let link = linked(&app, user.email.as_str(), RESET).await;
        let token = link.split_once("token=").unwrap().1;
        let dump = app.dump().await;
        let table = &dump.0["staff_password_link"];
        assert!(!table.is_empty() && !format!("{table:?}").contains(token));
        app.advance(HOUR + Duration::from_secs(1));
        let fields = [("token", token), ("password", NEW)];
        assert_eq!(app.browser().post(RESET, &fields).await.status, 410);
        assert!(works(&app, &user).await);
    }

    async fn one_link_of_several_ends_the_others(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let email = user.email.as_str();
        forgot(&app.browser(), email).await;
        let first = linked(&app, email, RESET).await;
        forgot(&app.browser(), email).await;
        let second = other_link(&app, email, RESET, &first).await;
        let browser = app.browser();
        let page = browser.open(&second).await;
        browser.submit(&page, RESET, &[("password", NEW)]).await;
        assert!(browser.open(&first).await.text().contains("no longer works"));
    }

    async fn an_unknown_address_gets_the_same_answer_and_no_email(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let known = forgot(&app.browser(), user.email.as_str()).await;
        assert_eq!(mails(&app).await, 1);
        for email in ["nobody@northgate.example", "not an address"] {
            assert_eq!(forgot(&app.browser(), email).await, known);
        }
        let mut tx = app.db.begin().await.unwrap();
        let now = app.ambient.now();
        ::store::staff::users::set_deactivated(&mut tx, org.id, user.id, Some(now)).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!(forgot(&app.browser(), user.email.as_str()).await, known);
        assert_eq!(mails(&app).await, 1);
    }

    async fn asking_without_end_is_refused_for_known_and_unknown_addresses(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        for email in [user.email.as_str(), "nobody@northgate.example"] {
            for _ in 0..5 {
                assert_eq!(forgot(&app.browser(), email).await.0, 200);
            }
            let (status, text) = forgot(&app.browser(), email).await;
            assert_eq!(status, 429);
            assert!(text.contains("Too many attempts"), "{text}");
        }
        assert_eq!(mails(&app).await, 5);
        app.advance(HOUR + Duration::from_secs(1));
        assert_eq!(forgot(&app.browser(), user.email.as_str()).await.0, 200);
    }

    async fn one_network_does_not_ask_for_hundreds_of_addresses(app: TestApp) {
        app.enterprise().await;
        let browser = app.browser();
        for n in 0..100 {
            let email = format!("n{n}@northgate.example");
            let page = browser.post("/login/forgot", &[("email", &email)]).await;
            assert_eq!(page.status, 200);
        }
        let page = browser.post("/login/forgot", &[("email", "last@northgate.example")]).await;
        assert_eq!(page.status, 429);
    }

    async fn an_admin_has_a_colleague_choose_a_new_password(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let editor = app.staff(&org, Role::Editor).await;
        let page = admin.open(&page_of(&editor)).await;
        let page = admin.submit(&page, "/reset-password", &[]).await;
        assert!(page.text().contains("We emailed editor@northgate.example"), "{}", page.text());
        let link = linked(&app, editor.email.as_str(), RESET).await;
        assert!(app.browser().open(&link).await.form(RESET).is_some());
        // Until then the old one works.
        assert!(works(&app, &editor).await);
        assert!(audit_log(&admin).await.contains("Sent a link to reset a password"));
    }

    async fn a_new_password_of_ones_own_ends_the_other_sessions(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let (here, elsewhere) = (app.browser_of(&user).await, app.browser_of(&user).await);
        let page = here.open("/dashboard/profile").await;
        let change = "/profile/password";
        let wrong = here.submit(&page, change, &[("present", "wrong"), ("new", NEW)]).await;
        assert_eq!(wrong.status, 422);
        assert!(wrong.text().contains("current password is wrong"), "{}", wrong.text());
        let short = here.submit(&page, change, &[("present", PASSWORD), ("new", "short")]).await;
        assert_eq!(short.status, 422);
        assert!(short.text().contains("at least 12 characters"), "{}", short.text());
        let page = here.submit(&page, change, &[("present", PASSWORD), ("new", NEW)]).await;
        assert!(page.text().contains("password is changed"), "{}", page.text());
        told(&app, user.email.as_str(), "changed on your profile page").await;
        assert_eq!(here.get("/dashboard").await.status, 200);
        assert_eq!(elsewhere.get("/dashboard").await.status, 303);
        assert!(!works(&app, &user).await);
        assert_eq!(sign_in(&app.browser(), &user, NEW).await.status, 303);
    }

    async fn the_present_password_is_not_guessed_in_an_open_session(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Viewer).await;
        let path = "/dashboard/profile/password";
        for _ in 0..10 {
            assert_eq!(browser.post(path, &[("present", "wrong"), ("new", NEW)]).await.status, 422);
        }
        let page = browser.post(path, &[("present", PASSWORD), ("new", NEW)]).await;
        assert_eq!(page.status, 429);
    }

    async fn everybody_changes_their_own_name(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let browser = app.browser_of(&user).await;
        let page = browser.open("/dashboard/profile").await;
        let page = browser.submit(&page, "/dashboard/profile", &[("name", "Vera Lind")]).await;
        assert!(page.text().contains("Vera Lind"), "{}", page.text());
        assert_eq!(saved(&app, &org, &user).await.name, "Vera Lind");
        let page = browser.submit(&page, "/dashboard/profile", &[("name", "")]).await;
        assert_eq!(page.status, 422);
    }
}

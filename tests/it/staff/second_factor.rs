//! A second factor: codes of an authenticator app, recovery codes, and organizations that
//! require one.

use std::time::Duration;

use domain::organizations::{Plan, Role};
use domain::staff::StaffUser;

use super::{PEOPLE, audit_log, colleague, linked, page_of, sign_in};
use crate::on_both_databases;
use crate::support::{Authenticator, Browser, PASSWORD, TestApp, recovery_codes};

const SETUP: &str = "/login/second-factor";
const CODE: &str = "/login/code";
/// How long a code lasts.
const STEP: Duration = Duration::from_secs(30);

/// A browser in which the password was right.
async fn half_way(app: &TestApp, user: &StaffUser) -> Browser {
    let browser = app.browser();
    let page = sign_in(&browser, user, PASSWORD).await;
    assert!(
        page.header("location").unwrap().starts_with(CODE),
        "{}",
        page.summary()
    );
    browser
}

async fn enter(browser: &Browser, code: &str) -> (u16, String) {
    let page = browser.post(CODE, &[("code", code), ("next", "")]).await;
    (page.status.as_u16(), page.text())
}

async fn is_in(browser: &Browser) -> bool {
    browser.get("/dashboard").await.status == 200
}

async fn require(admin: &Browser, what: &str) {
    let page = admin.open(PEOPLE).await;
    let page = admin
        .submit(&page, "/people/second-factor", &[("second_factor", what)])
        .await;
    assert_eq!(page.status, 200, "{}", page.summary());
}

/// The person was emailed that this was changed.
async fn told(app: &TestApp, user: &StaffUser, subject: &str) {
    let about = |mail: &testkit::mail::Mail| mail.subject == subject;
    let limit = Duration::from_secs(20);
    let mail = app.mail.wait_for(user.email.as_str(), limit, about).await;
    let mail = mail.expect("an email");
    assert!(mail.text.contains("If it wasn’t"), "{}", mail.text);
}

on_both_databases! {
    async fn staff_with_a_second_factor_sign_in_with_password_and_code(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        let elsewhere = app.browser_of(&user).await;
        let (authenticator, here) = app.with_second_factor(&user).await;
        told(&app, &user, "A second factor was set up").await;
        // What was open without it is closed, but not here.
        assert!(is_in(&here).await && !is_in(&elsewhere).await);
        let browser = half_way(&app, &user).await;
        // The password alone opens nothing.
        assert!(!is_in(&browser).await);
        assert_eq!(browser.get(SETUP).await.status, 303);
        let (status, text) = enter(&browser, "000000").await;
        assert_eq!(status, 401);
        assert!(text.contains("code is wrong"), "{text}");
        let page = browser.open(CODE).await;
        let page = browser.submit(&page, CODE, &[("code", &authenticator.code(&app))]).await;
        assert_eq!(page.url.path(), "/dashboard");
        let log = audit_log(&browser).await;
        assert!(log.contains("Set up a second factor"), "{log}");
    }

    async fn the_page_that_was_asked_for_comes_after_the_code(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        let (authenticator, _) = app.with_second_factor(&user).await;
        let browser = app.browser();
        let login = browser.open("/dashboard/accounts?q=acme").await;
        let fields = [("email", user.email.as_str()), ("password", PASSWORD)];
        let page = browser.submit(&login, "/login", &fields).await;
        let page = browser.submit(&page, CODE, &[("code", &authenticator.code(&app))]).await;
        assert_eq!((page.url.path(), page.url.query()), ("/dashboard/accounts", Some("q=acme")));
    }

    async fn a_code_works_once(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let (authenticator, _) = app.with_second_factor(&user).await;
        let code = authenticator.code(&app);
        let (first, second) = (half_way(&app, &user).await, half_way(&app, &user).await);
        assert_eq!(enter(&first, &code).await.0, 303);
        assert_eq!(enter(&second, &code).await.0, 401);
        app.advance(STEP);
        // Nor does one from before it.
        assert_eq!(enter(&second, &code).await.0, 401);
        assert_eq!(enter(&second, &authenticator.code(&app)).await.0, 303);
        assert!(is_in(&second).await);
    }

    async fn ten_wrong_codes_are_enough_for_a_quarter_of_an_hour(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let (authenticator, _) = app.with_second_factor(&user).await;
        for _ in 0..10 {
            // Also from a new sign-in each time.
            let browser = half_way(&app, &user).await;
            assert_eq!(enter(&browser, "000000").await.0, 401);
        }
        let browser = half_way(&app, &user).await;
        let (status, text) = enter(&browser, &authenticator.code(&app)).await;
        assert_eq!(status, 429);
        assert!(text.contains("Too many attempts"), "{text}");
        app.advance(Duration::from_mins(16));
        let browser = half_way(&app, &user).await;
        assert_eq!(enter(&browser, &authenticator.code(&app)).await.0, 303);
    }

    async fn a_password_without_its_code_is_forgotten_after_ten_minutes(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let (authenticator, _) = app.with_second_factor(&user).await;
        let browser = half_way(&app, &user).await;
        app.advance(Duration::from_secs(10 * 60 + 1));
        let page = browser.post(CODE, &[("code", &authenticator.code(&app)), ("next", "")]).await;
        assert!(page.header("location").unwrap().starts_with("/login?next="));
        assert!(!is_in(&browser).await);
    }

    async fn a_recovery_code_works_once_and_only_hashes_are_kept(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Admin).await;
        let (authenticator, here) = app.with_second_factor(&user).await;
        let code = &authenticator.recovery[3];
        let browser = half_way(&app, &user).await;
        assert_eq!(enter(&browser, &code.to_lowercase().replace('-', " ")).await.0, 303);
        assert!(is_in(&browser).await);
        let again = half_way(&app, &user).await;
        assert_eq!(enter(&again, code).await.0, 401);
        assert_eq!(enter(&again, &authenticator.recovery[4]).await.0, 303);
        assert!(audit_log(&here).await.contains("Signed in with a recovery code"));
        assert!(here.text("/dashboard/profile").await.contains("8 recovery codes left"));
        let dump = format!("{:?}", app.dump().await);
        for code in &authenticator.recovery {
            assert!(!dump.contains(code.as_str()) && !dump.contains(&code.replace('-', "")));
        }
        // Nor does the secret stand there as it is.
        let table = format!("{:?}", app.dump().await.0["staff_second_factor"]);
        assert!(!table.is_empty());
    }

    async fn new_recovery_codes_replace_the_old_ones(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let (authenticator, here) = app.with_second_factor(&user).await;
        let page = here.open("/dashboard/profile").await;
        let wrong = here.submit(&page, "/recovery-codes", &[("present", "wrong")]).await;
        assert_eq!(wrong.status, 422);
        let page = here.submit(&page, "/recovery-codes", &[("present", PASSWORD)]).await;
        let new = recovery_codes(&page);
        assert_eq!(new.len(), 10);
        told(&app, &user, "Your recovery codes were replaced").await;
        let browser = half_way(&app, &user).await;
        assert_eq!(enter(&browser, &authenticator.recovery[0]).await.0, 401);
        assert_eq!(enter(&browser, &new[0]).await.0, 303);
    }

    async fn turning_it_off_needs_the_password(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let (_, here) = app.with_second_factor(&user).await;
        let page = here.open("/dashboard/profile").await;
        let off = "/second-factor/off";
        assert_eq!(here.submit(&page, off, &[("present", "wrong")]).await.status, 422);
        let page = here.submit(&page, off, &[("present", PASSWORD)]).await;
        assert!(page.text().contains("second factor is off"), "{}", page.text());
        told(&app, &user, "Your second factor was removed").await;
        let page = sign_in(&app.browser(), &user, PASSWORD).await;
        assert_eq!(page.header("location"), Some("/dashboard"));
    }

    async fn a_wrong_code_sets_nothing_up(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let browser = app.browser_of(&user).await;
        let begin = "/login/second-factor/begin";
        assert_eq!(browser.post(begin, &[("present", "wrong")]).await.status, 422);
        let page = browser.open("/dashboard/profile").await;
        let page = browser.submit(&page, begin, &[("present", PASSWORD)]).await;
        let page = browser.submit(&page, SETUP, &[("code", "000000")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("code is wrong"), "{}", page.text());
        let page = sign_in(&app.browser(), &user, PASSWORD).await;
        assert_eq!(page.header("location"), Some("/dashboard"));
    }

    async fn an_organization_requires_one_of_everybody_before_anything_else(app: TestApp) {
        let org = app.enterprise().await;
        let boss = app.staff(&org, Role::Admin).await;
        let (_, admin) = app.with_second_factor(&boss).await;
        let viewer = app.staff(&org, Role::Viewer).await;
        require(&admin, "required").await;
        assert!(audit_log(&admin).await.contains("Required a second factor"));
        let browser = app.browser();
        let page = sign_in(&browser, &viewer, PASSWORD).await;
        assert_eq!(page.header("location"), Some(SETUP));
        for path in ["/dashboard", "/dashboard/profile", "/dashboard/settings/people"] {
            let page = browser.get(path).await;
            assert_eq!(page.header("location"), Some(SETUP), "{path}");
        }
        assert_eq!(browser.post("/dashboard/profile", &[("name", "x")]).await.header("location"), Some(SETUP));
        let page = browser.open(SETUP).await;
        assert!(page.text().contains("Northgate Labs requires"), "{}", page.text());
        let page = browser.submit(&page, "/begin", &[]).await;
        let (authenticator, page) = Authenticator::set_up(&app, &browser, page).await;
        let page = browser.open(page.link("Continue").unwrap().as_str()).await;
        assert_eq!((page.status.as_u16(), page.url.path()), (200, "/dashboard"));
        let next = half_way(&app, &viewer).await;
        assert_eq!(enter(&next, &authenticator.code(&app)).await.0, 303);
        // Off again, nobody has to anymore.
        require(&admin, "optional").await;
        let editor = app.staff(&org, Role::Editor).await;
        let page = sign_in(&app.browser(), &editor, PASSWORD).await;
        assert_eq!(page.header("location"), Some("/dashboard"));
    }

    async fn an_admin_without_one_sets_it_up_before_requiring_it(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.open(PEOPLE).await;
        let fields = [("second_factor", "required")];
        let page = admin.submit(&page, "/people/second-factor", &fields).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Set up your own"), "{}", page.text());
    }

    async fn where_it_is_required_turning_it_off_leads_to_a_new_one(app: TestApp) {
        let org = app.enterprise().await;
        let boss = app.staff(&org, Role::Admin).await;
        let (_, admin) = app.with_second_factor(&boss).await;
        require(&admin, "required").await;
        let page = admin.open("/dashboard/profile").await;
        let page = admin.submit(&page, "/second-factor/off", &[("present", PASSWORD)]).await;
        assert_eq!(page.url.path(), SETUP);
        assert!(!is_in(&admin).await);
    }

    async fn an_admin_resets_a_colleagues_second_factor(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let ben = colleague(&app, &org, "ben@northgate.example", Role::Editor).await;
        let (_, theirs) = app.with_second_factor(&ben).await;
        let list = admin.text(PEOPLE).await;
        assert!(list.contains("Second factor"), "{list}");
        let page = admin.open(&page_of(&ben)).await;
        let page = admin.submit(&page, "/reset-second-factor", &[]).await;
        assert!(page.text().contains("can sign in without"), "{}", page.text());
        told(&app, &ben, "Your second factor was removed").await;
        assert!(!is_in(&theirs).await);
        let page = sign_in(&app.browser(), &ben, PASSWORD).await;
        assert_eq!(page.header("location"), Some("/dashboard"));
        assert!(audit_log(&admin).await.contains("Reset a colleague’s second factor"));
        let other = app.organization("harbor", "Harbor", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        let path = format!("{}/reset-second-factor", page_of(&ben));
        assert_eq!(stranger.post(&path, &[]).await.status, 404);
    }

    async fn a_new_password_does_not_go_around_the_second_factor(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        let email = user.email.as_str();
        let (authenticator, _) = app.with_second_factor(&user).await;
        app.browser().post("/login/forgot", &[("email", email)]).await;
        let link = linked(&app, email, "/login/reset").await;
        let browser = app.browser();
        let page = browser.open(&link).await;
        let new = "four random words here";
        browser.submit(&page, "/login/reset", &[("password", new)]).await;
        assert!(!is_in(&browser).await);
        let page = sign_in(&browser, &user, new).await;
        assert!(page.header("location").unwrap().starts_with(CODE));
        assert_eq!(enter(&browser, &authenticator.code(&app)).await.0, 303);
    }
}

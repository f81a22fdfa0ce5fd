use std::time::Duration;

use domain::organizations::Plan;

use super::{enter, mailed_link, member};
use crate::on_both_databases;

on_both_databases! {
    async fn a_link_signs_in_once(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let browser = app.browser();
        let link = mailed_link(&app, &org, &browser, "ada@engines.example").await;
        // An email scanner opens the link first: that uses nothing up and signs nobody in.
        let scanner = app.browser();
        assert_eq!(scanner.open(&link).await.status, 200);
        assert!(!scanner.text(&org.page("")).await.contains("Analytical Engines"));
        let page = browser.open(&link).await;
        let done = browser.submit(&page, "/enter", &[]).await;
        assert!(done.text().contains("Shared with Analytical Engines"), "{}", done.summary());
        let again = app.browser().submit(&page, "/enter", &[]).await;
        assert_eq!(again.status, 410, "{}", again.summary());
        assert_eq!(app.browser().open(&link).await.status, 410);
    }

    async fn a_link_shows_whom_it_signs_in_and_invalidates_earlier_links(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let browser = app.browser();
        let first = mailed_link(&app, &org, &browser, "ada@engines.example").await;
        let second = mailed_link(&app, &org, &browser, "ada@engines.example").await;
        assert_ne!(first, second);
        let page = browser.open(&second).await;
        assert!(page.text().contains("signed in as ada@engines.example"), "{}", page.text());
        browser.submit(&page, "/enter", &[]).await;
        assert_eq!(app.browser().open(&first).await.status, 410);
    }

    async fn a_link_runs_out_after_fifteen_minutes(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let browser = app.browser();
        let link = mailed_link(&app, &org, &browser, "ada@engines.example").await;
        app.advance(Duration::from_secs(15 * 60 - 1));
        let page = browser.open(&link).await;
        assert_eq!(page.status, 200);
        app.advance(Duration::from_secs(1));
        let late = browser.submit(&page, "/enter", &[]).await;
        assert_eq!(late.status, 410);
        assert!(late.text().contains("Get a new link"), "{}", late.text());
    }

    async fn the_answer_never_reveals_whether_an_address_is_known(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let before = app.mail.mails().len();
        let browser = app.browser();
        let page = browser.open(&org.page("/sign-in")).await;
        let unknown = browser.submit(&page, "/sign-in", &[("email", "nobody@engines.example")]).await;
        let known = browser.submit(&page, "/sign-in", &[("email", "ada@engines.example")]).await;
        assert_eq!((unknown.status, &unknown.url), (known.status, &known.url));
        assert_eq!(unknown.html(), known.html());
        app.mail.wait_for("ada@engines.example", Duration::from_secs(20), |m| m.number > before).await.unwrap();
        assert!(app.mail.mails().iter().all(|mail| mail.to != ["nobody@engines.example"]));
    }

    async fn an_invalid_address_is_reported_and_kept_in_the_form(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.browser();
        let page = browser.open(&org.page("/sign-in")).await;
        let answer = browser.submit(&page, "/sign-in", &[("email", "ada at engines")]).await;
        assert_eq!(answer.status, 422);
        assert!(answer.text().contains("is not an email address"), "{}", answer.text());
        assert!(answer.html().contains("value=\"ada at engines\""));
    }

    async fn a_link_of_one_organization_opens_no_other(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("southgate", "Southgate Bank", Plan::Free).await;
        member(&app, &org).await;
        let browser = app.browser();
        let link = mailed_link(&app, &org, &browser, "ada@engines.example").await;
        let elsewhere = link.replace("/trust/northgate/", "/trust/southgate/");
        assert_eq!(browser.open(&elsewhere).await.status, 410);
        enter(&app, &org, &browser, "ada@engines.example").await;
        let page = browser.open(&other.page("")).await;
        assert!(!page.text().contains("Lovelace"), "{}", page.text());
    }

    async fn signing_out_ends_the_session_at_the_server_too(app: TestApp) {
        let org = app.enterprise().await;
        let browser = member(&app, &org).await;
        let page = browser.open(&org.page("")).await;
        let out = browser.submit(&page, "/sign-out", &[]).await;
        assert!(out.text().contains("You have signed out."), "{}", out.text());
        let mut tx = app.db.read().await.unwrap();
        let left = tx.one("SELECT COUNT(*) AS n FROM visitor_session", &[]).await.unwrap();
        assert_eq!(left.get::<i64>("n").unwrap(), 0);
    }

    async fn a_session_lasts_thirty_days_and_its_cookie_is_named_after_this_page(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let browser = app.browser();
        let link = mailed_link(&app, &org, &browser, "ada@engines.example").await;
        let token = link.split_once("token=").unwrap().1;
        let answer = browser.post(&org.page("/enter"), &[("token", token)]).await;
        let cookie = answer.header("set-cookie").unwrap();
        assert!(
            cookie.starts_with("gh_visitor_northgate=")
                && cookie.ends_with("Path=/; HttpOnly; SameSite=Lax; Max-Age=2592000"),
            "{cookie}"
        );
        app.advance(Duration::from_secs(30 * 24 * 3600 - 1));
        assert!(browser.text(&org.page("")).await.contains("Ada Lovelace"));
        app.advance(Duration::from_secs(1));
        assert!(!browser.text(&org.page("")).await.contains("Ada Lovelace"));
    }

    async fn asking_for_links_without_end_is_refused_whether_known_or_not(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.browser();
        for _ in 0..10 {
            let sent = browser.post(&org.page("/sign-in"), &[("email", "a@b.example")]).await;
            assert_eq!(sent.status, 303);
        }
        let refused = browser.post(&org.page("/sign-in"), &[("email", "a@b.example")]).await;
        assert_eq!(refused.status, 429);
    }
}

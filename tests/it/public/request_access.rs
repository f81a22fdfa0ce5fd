use std::time::Duration;

use domain::activities::ActivityKind::RequestedAccess;
use domain::organizations::Plan;
use testkit::client::Page;

use super::{activities, member};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const ADA: [(&str, &str); 5] = [
    ("first_name", "Ada"),
    ("last_name", "Lovelace"),
    ("email", "Ada@Engines.example"),
    ("company", "Analytical Engines"),
    ("reason", "Renewal in March"),
];

/// Fills in the form with Ada's details, except as given.
async fn ask(browser: &Browser, org: &TestOrg, except: &[(&str, &str)]) -> Page {
    let page = browser.open(&org.page("/request-access")).await;
    let mut fields = ADA.to_vec();
    for (name, value) in except {
        let field = fields.iter_mut().find(|field| field.0 == *name).unwrap();
        field.1 = value;
    }
    browser.submit(&page, "/request-access", &fields).await
}

async fn waiting(app: &TestApp, org: &TestOrg) -> Vec<String> {
    let mut tx = app.db.read().await.unwrap();
    let pending = store::access_requests::pending(&mut tx, org.id)
        .await
        .unwrap();
    pending.into_iter().map(|request| request.reason).collect()
}

on_both_databases! {
    async fn a_company_is_as_long_as_a_leads_may_be_and_no_longer(app: TestApp) {
        let org = app.organization("engines", "Engines", Plan::Free).await;
        let form = app.browser().open(&org.page("/request-access")).await.html();
        let field = form.split("id=\"company\"").nth(1).unwrap().split('>').next().unwrap();
        assert!(field.contains("maxlength=\"255\""), "{field}");
        let long = "x".repeat(256);
        let page = ask(&app.browser(), &org, &[("company", &long)]).await;
        assert!(page.text().contains("at most 255 characters"), "{}", page.summary());
        let page = ask(&app.browser(), &org, &[("company", &long[..255])]).await;
        assert!(!page.text().contains("at most 255 characters"), "{}", page.summary());
    }

    async fn a_request_is_recorded_and_the_page_says_what_happens_next(app: TestApp) {
        let org = app.enterprise().await;
        let done = ask(&app.browser(), &org, &[]).await;
        assert!(done.text().contains("Your request is with Northgate Labs"), "{}", done.summary());
        assert_eq!(waiting(&app, &org).await, ["Renewal in March"]);
        let recorded = activities(&app, &org, RequestedAccess).await;
        let what = &recorded[0].what;
        assert_eq!(what.company, "Analytical Engines");
        assert_eq!(what.person.as_ref().unwrap().email.as_str(), "ada@engines.example");
        assert_eq!(what.details.text.as_deref(), Some("Renewal in March"));
        assert_eq!(
            what.details.page.as_deref(),
            Some("/trust/northgate/request-access · Request access")
        );
    }

    async fn each_mistake_is_shown_at_its_field_and_nothing_typed_is_lost(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.browser();
        for (field, value, says) in [
            ("first_name", " ", "Enter your first name."),
            ("last_name", "", "Enter your last name."),
            ("email", "", "Enter your work email."),
            ("email", "ada@localhost", "is not an email address"),
            ("company", "--", "Enter your company’s name."),
        ] {
            let page = ask(&browser, &org, &[(field, value)]).await;
            assert_eq!(page.status, 422, "{field}");
            let html = page.html();
            assert!(page.text().contains(says), "{field}: {}", page.text());
            assert!(html.contains(&format!("id=\"{field}-error\"")), "{field}");
            assert!(page.text().contains("Renewal in March"), "the reason is kept");
            let form = page.form("/request-access").unwrap();
            assert!(!form.action.is_empty());
        }
        let long = ask(&browser, &org, &[("reason", &"é".repeat(2001))]).await;
        assert!(long.text().contains("Shorten this to 2000 characters"), "{}", long.text());
        assert!(waiting(&app, &org).await.is_empty());
        assert!(activities(&app, &org, RequestedAccess).await.is_empty());
    }

    async fn markup_in_a_name_stays_text(app: TestApp) {
        let org = app.enterprise().await;
        let page = ask(&app.browser(), &org, &[("company", "<script>alert(1)</script>"), ("email", "")]).await;
        assert!(!page.html().contains("<script>alert"));
    }

    async fn requesting_twice_is_one_request_and_a_new_message_is_reported(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.browser();
        ask(&browser, &org, &[]).await;
        let again = ask(&browser, &org, &[]).await;
        assert!(again.text().contains("No need to resubmit"), "{}", again.text());
        assert_eq!(activities(&app, &org, RequestedAccess).await.len(), 1);
        ask(&browser, &org, &[("reason", "We sign on Friday")]).await;
        assert_eq!(activities(&app, &org, RequestedAccess).await.len(), 2);
        assert_eq!(waiting(&app, &org).await, ["We sign on Friday"], "one to decide");
        app.advance(Duration::from_secs(61));
        ask(&browser, &org, &[]).await;
        assert_eq!(activities(&app, &org, RequestedAccess).await.len(), 3);
        assert_eq!(waiting(&app, &org).await.len(), 1);
    }

    async fn somebody_with_access_who_asks_again_gets_a_link_and_the_same_answer(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let before = app.mail.mails().len();
        let stranger = ask(&app.browser(), &org, &[("email", "new@other.example")]).await;
        let known = ask(&app.browser(), &org, &[]).await;
        assert_eq!(stranger.text(), known.text());
        let mail = app.mail.wait_for("ada@engines.example", Duration::from_secs(20), |m| m.number > before).await;
        assert!(mail.unwrap().link("/enter").is_some());
        assert_eq!(waiting(&app, &org).await.len(), 1, "only the stranger's");
    }

    async fn too_many_requests_are_refused_with_what_to_do(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.browser();
        for n in 0..20 {
            ask(&browser, &org, &[("reason", &format!("try {n}"))]).await;
        }
        let refused = ask(&browser, &org, &[]).await;
        assert_eq!(refused.status, 429);
        assert!(refused.text().contains("Wait an hour"), "{}", refused.text());
        app.advance(Duration::from_secs(3601));
        assert_eq!(ask(&browser, &org, &[]).await.status, 200);
    }
}

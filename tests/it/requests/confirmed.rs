//! Requests that count once their address was confirmed, where the organization wants it.

use std::time::Duration;

use super::{MAIL, admin_with_policy, ask_on_the_page, give_access, happened, waiting};
use crate::on_both_databases;
use crate::support::{TestApp, TestOrg};

const ADA: &str = "ada@engines.example";
const CONFIRMS: [(&str, &str); 1] = [("confirms_address", "1")];

/// The address in the newest email to Ada.
async fn link(app: &TestApp) -> String {
    let fits = |mail: &testkit::mail::Mail| mail.link("/request-access/confirm").is_some();
    let mail = app.mail.wait_for(ADA, MAIL, fits).await.expect("an email");
    mail.link("/request-access/confirm").expect("a link")
}

async fn nothing_came_of_it(app: &TestApp, org: &TestOrg) -> bool {
    waiting(app, org).await.is_empty() && happened(app, org).await.is_empty()
}

on_both_databases! {
    async fn nothing_is_recorded_before_the_link_in_the_email_is_followed(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, &CONFIRMS).await;
        let page = ask_on_the_page(&app, &org, ADA, "Engines").await;
        assert!(page.text().contains("We emailed you a link to confirm"), "{}", page.text());
        let link = link(&app).await;
        let browser = app.browser();
        // Mail scanners follow links.
        let page = browser.open(&link).await;
        assert!(page.text().contains("Grace Hopper of Engines, ada@engines.example"), "{}", page.text());
        assert!(nothing_came_of_it(&app, &org).await);
        assert!(!admin.text("/dashboard/requests").await.contains(ADA));

        let page = browser.submit(&page, "/request-access/confirm", &[]).await;
        assert!(page.text().contains("Your request is with"), "{}", page.text());
        assert_eq!(waiting(&app, &org).await.len(), 1);
        assert_eq!(happened(&app, &org).await.len(), 1);
        // The link works once.
        assert_eq!(browser.get(&link).await.status, 410);
        let token = link.split("token=").nth(1).unwrap();
        let again = browser.post(&org.page("/request-access/confirm"), &[("token", token)]).await;
        assert_eq!(again.status, 410);
        assert_eq!(happened(&app, &org).await.len(), 1);
    }

    async fn a_link_works_for_its_organization_only_and_expires(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", ::domain::organizations::Plan::Free).await;
        admin_with_policy(&app, &org, &CONFIRMS).await;
        ask_on_the_page(&app, &org, ADA, "Engines").await;
        let link = link(&app).await;
        let token = link.split("token=").nth(1).unwrap();
        let elsewhere = app.browser().post(&other.page("/request-access/confirm"), &[("token", token)]).await;
        assert_eq!(elsewhere.status, 410);
        app.advance(Duration::from_secs(48 * 3600 + 1));
        let late = app.browser().post(&org.page("/request-access/confirm"), &[("token", token)]).await;
        assert_eq!(late.status, 410);
        assert!(nothing_came_of_it(&app, &org).await);
        let dump = app.dump().await;
        assert!(!format!("{:?}", dump.0["unconfirmed_request"]).contains(token));
    }

    async fn a_domain_that_was_refused_since_sends_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, &CONFIRMS).await;
        ask_on_the_page(&app, &org, ADA, "Engines").await;
        let link = link(&app).await;
        let browser = app.browser();
        let page = browser.open(&link).await;
        let settings = admin.open("/dashboard/settings/access").await;
        let refused = [("confirms_address", "1"), ("refused_domains", "engines.example")];
        admin.submit(&settings, "/settings/access", &refused).await;
        let page = browser.submit(&page, "/request-access/confirm", &[]).await;
        assert_eq!(page.status, 403);
        assert!(page.text().contains("Requests from engines.example are not taken"), "{}", page.text());
        assert!(nothing_came_of_it(&app, &org).await);
    }

    async fn an_address_gets_a_few_links_an_hour_whatever_is_added_to_it(app: TestApp) {
        let org = app.enterprise().await;
        admin_with_policy(&app, &org, &CONFIRMS).await;
        for n in 0..5 {
            let page = ask_on_the_page(&app, &org, &format!("ada+{n}@engines.example"), "Engines").await;
            assert_eq!(page.status, 200);
        }
        assert_eq!(ask_on_the_page(&app, &org, ADA, "Engines").await.status, 429);
    }

    async fn a_visitor_who_is_signed_in_has_confirmed_the_address(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, &CONFIRMS).await;
        give_access(&admin, "Engines", ADA).await;
        let mail = app.mail.wait_for(ADA, MAIL, |mail| mail.link("/enter").is_some()).await.unwrap();
        let visitor = app.browser();
        let page = visitor.open(&mail.link("/enter").unwrap()).await;
        visitor.submit(&page, "/enter", &[]).await;
        let fields = [("last_name", "Lovelace"), ("email", ADA), ("company", "Engines"), ("first_name", "Ada")];
        let page = visitor.post(&org.page("/request-access"), &fields).await;
        assert!(page.header("location").unwrap().ends_with("/request-access/received"), "{}", page.summary());
    }
}

//! Requests that no form of ours sends.

use domain::organizations::Role;

use crate::on_both_databases;

const HERE: &str = "/dashboard/content/sections";
const FORM: &str = "application/x-www-form-urlencoded";

on_both_databases! {
    async fn a_post_that_is_not_a_form_gets_an_error_that_says_what_is_expected(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let client = browser.client();
        let page = client.post_body(HERE, "application/json", b"{}".to_vec()).await.unwrap();
        assert_eq!(page.status, 415);
        assert!(page.text().contains("application/x-www-form-urlencoded"), "{}", page.text());

        let page = client.post_body(HERE, FORM, b"description=x".to_vec()).await.unwrap();
        assert_eq!(page.status, 400);
        assert!(page.text().contains("missing field `title`"), "{}", page.text());

        let page = client.post_body(HERE, FORM, b"title=x&version=abc".to_vec()).await.unwrap();
        assert_eq!(page.status, 400);

        let large = format!("title=x&description={}", "y".repeat(70_000));
        let page = client.post_body(HERE, FORM, large.into_bytes()).await.unwrap();
        assert_eq!(page.status, 413);
        assert!(page.text().contains("at most 64 KB"), "{}", page.text());
        assert!(browser.text("/dashboard/content").await.contains("The page is empty"));
    }

    async fn a_text_that_is_too_long_comes_back_with_its_length(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let title = "ä".repeat(121);
        let page = browser.post(HERE, &[("title", &title)]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("The title has 121 characters; shorten it to 120"), "{}", page.text());
        assert!(page.html().contains(&title));
    }

    async fn a_form_that_another_site_sends_changes_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let browser = app.signed_in(&org, Role::Editor).await;
        let client = browser.client();
        let url = client.url(HERE).unwrap();
        for (header, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
            let request = client.http().post(url.clone()).header(header, value).form(&[("title", "x")]);
            let page = client.send(request).await.unwrap();
            assert_eq!(page.status, 403, "{header}");
            assert!(page.text().contains("This form came from another site"), "{}", page.text());
        }
        assert!(browser.text("/dashboard/content").await.contains("The page is empty"));
    }

    async fn an_unknown_address_and_a_wrong_method_are_pages_with_a_reference(app: TestApp) {
        let browser = app.browser();
        let page = browser.get("/dashboard/nothing-here").await;
        assert_eq!(page.status, 404);
        let id = page.header("x-request-id").expect("an id").to_owned();
        assert!(page.text().contains(&id), "{}", page.text());
        let page = browser.get("/logout").await;
        assert_eq!(page.status, 405);
        assert!(page.text().contains("It belongs to a form"), "{}", page.text());
    }

    async fn every_page_forbids_foreign_content_and_framing(app: TestApp) {
        let page = app.browser().get("/login").await;
        let policy = page.header("content-security-policy").expect("a policy").to_owned();
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'self'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{part} in {policy}");
        }
        assert!(!policy.contains("unsafe"), "{policy}");
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("cache-control"), Some("no-store"));
    }
}

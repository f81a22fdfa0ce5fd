//! The form: what it offers, and what it takes.

use domain::organizations::Role;

use super::{GRACE, SIGNED, World, default_nda, rows, turn, world};
use crate::nda::{TEXT, fixture, publish};
use crate::on_both_databases;
use crate::requests::waiting;

on_both_databases! {
    async fn nothing_counts_before_the_address_is_confirmed_whatever_the_policy(app: TestApp) {
        let world = world(&app).await;
        let page = world.ask(&app.browser(), &SIGNED).await;
        assert!(page.text().contains("We emailed you a link to confirm"), "{}", page.text());
        assert!(waiting(&app, &world.org).await.is_empty());
        assert_eq!(rows(&app, "nda_acceptance").await, 0);
        // Who doesn't sign asks as before.
        let page = world.ask(&app.browser(), &[("email", "ben@acme.example")]).await;
        assert!(page.text().contains("Your request is with"), "{}", page.text());
        assert_eq!(waiting(&app, &world.org).await.len(), 1);
    }

    async fn half_a_signature_is_told_what_is_missing(app: TestApp) {
        let world = world(&app).await;
        let browser = app.browser();
        for (fields, said) in [
            ([("full_name", "Grace Hopper"), ("agree", "")], "Select the box to say that you agree"),
            ([("full_name", ""), ("agree", "yes")], "Type your full name"),
            ([("full_name", "4 2"), ("agree", "yes")], "Type your name in letters"),
        ] {
            let again = world.ask(&browser, &fields).await;
            assert_eq!(again.status, 422, "{said}");
            assert!(again.text().contains(said), "{}", again.text());
            assert!(again.text().contains("Please fix one field"), "{}", again.text());
            assert!(again.html().contains("value=\"grace@acme.example\""), "what was typed stays");
        }
        assert!(waiting(&app, &world.org).await.is_empty());
    }

    async fn a_text_that_changed_while_the_form_was_open_has_to_be_read_again(app: TestApp) {
        let world = world(&app).await;
        let browser = app.browser();
        let form = browser.open(&world.org.page("/request-access")).await;
        publish(&world.admin, "# Mutual NDA\n\nNow for *three* years.").await;
        let mut fields = vec![("first_name", "Grace"), ("last_name", "Hopper"), ("email", GRACE), ("company", "Acme")];
        fields.extend(SIGNED);
        let again = browser.submit(&form, "/request-access", &fields).await;
        assert_eq!(again.status, 409);
        assert!(again.text().contains("Nothing was sent or signed"), "{}", again.text());
        assert!(again.text().contains("three years"), "{}", again.text());
        let half = browser.submit(&again, "/request-access", &[]).await;
        assert_eq!(half.status, 422, "the box has to be ticked again");
        let sent = browser.submit(&half, "/request-access", &[("agree", "yes")]).await;
        assert!(sent.text().contains("We emailed you a link"), "{}", sent.text());
    }

    async fn someone_with_access_leaves_no_evidence_by_the_form(app: TestApp) {
        let fixture = fixture(&app).await;
        default_nda(&fixture.admin, "clickwrap").await;
        turn(&fixture.admin, true).await;
        let world = World { org: fixture.org.clone(), admin: fixture.admin.clone(), locked: fixture.locked };
        let browser = app.browser();
        world.ask(&browser, &[("email", "ada@engines.example"), ("full_name", "Mallory"), ("agree", "yes")]).await;
        assert!(!world.is_open_to(&fixture.ada).await, "anyone can type Ada’s address");
        assert_eq!((rows(&app, "nda_acceptance").await, rows(&app, "nda_signature").await), (0, 0));
    }

    async fn the_option_is_off_at_first_and_is_not_offered_where_docusign_is_used(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let settings = admin.text("/dashboard/settings/nda").await;
        assert!(settings.contains("New accounts need no NDA. Choose"), "{settings}");
        publish(&admin, TEXT).await;
        default_nda(&admin, "clickwrap").await;
        let form = org.page("/request-access");
        assert!(!app.browser().text(&form).await.contains("confidential"), "off at first");
        turn(&admin, true).await;
        assert!(app.browser().text(&form).await.contains("confidential"));
        app.docusign_ready(&org, &admin).await;
        default_nda(&admin, "docusign").await;
        assert!(!app.browser().text(&form).await.contains("confidential"));
        let settings = admin.text("/dashboard/settings/nda").await;
        assert!(settings.contains("New accounts sign through DocuSign, which needs an account"), "{settings}");
        let refused = admin.post("/dashboard/settings/nda/in-request", &[("in_request", "1")]).await;
        assert_eq!(refused.status, 422);
        assert!(refused.text().contains("New accounts don’t sign on the trust center"), "{}", refused.text());
        // What is sent all the same signs nothing.
        let fields = [("first_name", "Grace"), ("last_name", "Hopper"), ("email", GRACE), ("company", "Acme"), ("nda_version", "1"), ("full_name", "Grace"), ("agree", "yes")];
        let page = app.browser().post(&form, &fields).await;
        assert!(page.header("location").unwrap().ends_with("/received"), "{}", page.summary());
        assert_eq!(rows(&app, "nda_acceptance").await, 0);
        default_nda(&admin, "clickwrap").await;
        turn(&admin, false).await;
        assert!(!app.browser().text(&form).await.contains("confidential"));
        let log = admin.text("/dashboard/settings/audit").await;
        assert!(log.contains("Chose whether requests for access offer the NDA"), "{log}");
    }
}

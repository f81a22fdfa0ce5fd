use domain::organizations::{Plan, Role};

use super::{MAIL, admin_with_policy, ask_on_the_page, give_access, happened, waiting};
use crate::on_both_databases;

const HERE: &str = "/dashboard/settings/access";

on_both_databases! {
    async fn a_refused_address_is_shown_at_its_field_and_nothing_is_recorded(app: TestApp) {
        let org = app.enterprise().await;
        let policy = [("refuses_free_mail", "1"), ("refused_domains", "rival.example\nmünchen.example")];
        admin_with_policy(&app, &org, &policy).await;
        for (email, says) in [
            ("ada@gmail.com", "Please use your company’s address: requests from gmail.com are not taken."),
            ("ada@rival.example", "Requests from rival.example are not taken."),
            ("ada@mail.eu.rival.example", "Requests from mail.eu.rival.example are not taken."),
            ("ada@xn--mnchen-3ya.example", "are not taken."),
        ] {
            let page = ask_on_the_page(&app, &org, email, "Acme").await;
            assert_eq!(page.status, 422, "{email}");
            assert!(page.text().contains(says), "{email}: {}", page.text());
            assert!(page.html().contains("id=\"email-error\""));
            assert!(page.html().contains("value=\"Acme\""), "what was typed stays");
        }
        assert!(waiting(&app, &org).await.is_empty());
        assert!(happened(&app, &org).await.is_empty());
        let page = ask_on_the_page(&app, &org, "ada@notrival.example", "Acme").await;
        assert_eq!(page.status, 200);
    }

    async fn who_has_access_keeps_it_and_anybody_can_be_invited(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, &[("refuses_free_mail", "1")]).await;
        give_access(&admin, "Freelancer", "ada@gmail.com").await;
        let email = app.mail.wait_for("ada@gmail.com", MAIL, |_| true).await.expect("an email");
        let visitor = app.browser();
        let link = email.link("/enter?token=").expect("a link");
        let entry = visitor.open(link.as_str()).await;
        let home = visitor.submit(&entry, "/enter", &[]).await;
        assert!(home.text().contains("Freelancer"), "{}", home.text());
        let before = app.mail.mails().len();
        let page = app.browser().open(&org.page("/sign-in")).await;
        app.browser().submit(&page, "/sign-in", &[("email", "ada@gmail.com")]).await;
        let link = app.mail.wait_for("ada@gmail.com", MAIL, |mail| mail.number > before).await;
        assert!(link.expect("an email").link("/enter").is_some());
    }

    async fn accounts_whose_domain_is_anybodys_are_shown_to_admins(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        give_access(&admin, "Acme", "ada@acme.example").await;
        give_access(&admin, "Harbor", "bo@harbor.example").await;
        assert!(!admin.text(HERE).await.contains("anyone can have"));
        // As older versions let it happen.
        let mut tx = app.db.begin().await.unwrap();
        let sql = "UPDATE account_domain SET domain = 'att.net' WHERE domain = 'acme.example'";
        tx.execute(sql, &[]).await.unwrap();
        tx.commit().await.unwrap();
        let page = admin.open(HERE).await;
        let text = page.text();
        assert!(text.contains("An account has an email domain that anyone can have"), "{text}");
        assert!(text.contains("Acme att.net") && !text.contains("Harbor"), "{text}");
        let account = admin.open(page.link("Acme").expect("a link").as_str()).await;
        assert!(account.text().contains("att.net"), "{}", account.text());
    }

    async fn each_wrong_line_of_the_list_is_named_and_nothing_is_saved(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.open(HERE).await;
        let typed = [("automatic", "always"), ("refused_domains", "ok.example\nnot a domain\ncom")];
        let page = admin.submit(&page, "/settings/access", &typed).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Line 2: “not a domain” is not a domain"), "{}", page.text());
        assert!(page.text().contains("Line 3: “com” would refuse every address"), "{}", page.text());
        let form = page.form("/settings/access").expect("the form");
        assert_eq!(form.value("automatic"), Some("always"), "as it was chosen");
        let saved = admin.open(HERE).await;
        assert_eq!(saved.form("/settings/access").unwrap().value("automatic"), Some("never"));
    }

    async fn the_list_is_kept_normalised_and_for_one_organization_only(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Free).await;
        let admin = admin_with_policy(&app, &org, &[("refused_domains", "@Rival.EXAMPLE\n\nrival.example")]).await;
        let form = admin.open(HERE).await.form("/settings/access").unwrap();
        assert_eq!(form.value("refused_domains"), Some("rival.example"));
        assert_eq!(ask_on_the_page(&app, &other, "ada@rival.example", "Acme").await.status, 200);
    }

    async fn saving_an_outdated_form_is_refused(app: TestApp) {
        let org = app.enterprise().await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let seen = admin.open(HERE).await;
        admin.submit(&seen, "/settings/access", &[("automatic", "always")]).await;
        let late = admin.submit(&seen, "/settings/access", &[("automatic", "known_domain")]).await;
        assert_eq!(late.status, 409);
        assert!(late.text().contains("Someone else saved this page"), "{}", late.text());
        let again = admin.submit(&late, "/settings/access", &[]).await;
        assert!(again.text().contains("Saved."), "{}", again.text());
        let form = admin.open(HERE).await.form("/settings/access").unwrap();
        assert_eq!(form.value("automatic"), Some("known_domain"));
    }
}

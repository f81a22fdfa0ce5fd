use domain::organizations::{Plan, Role};

use super::{MAIL, account_of, ask_on_the_page, details, give_access, happened, waiting};
use crate::dashboard::ask;
use crate::on_both_databases;

on_both_databases! {
    async fn a_denial_with_a_message_is_emailed_and_kept(app: TestApp) {
        let org = app.enterprise().await;
        ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open("/dashboard/requests").await;
        let message = "Please ask <your> account manager.\r\nThank you";
        let page = editor.submit(&page, "/deny", &[("message", message)]).await;
        assert!(page.text().contains("Your message is on its way"), "{}", page.text());
        assert!(page.text().contains("Please ask <your> account manager."), "{}", page.text());
        let email = app.mail.wait_for("grace@acme.example", MAIL, |_| true).await.expect("an email");
        assert!(email.text.contains("Please ask <your> account manager."), "{}", email.text);
        assert!(email.link("/enter").is_none(), "no way in");
        assert!(happened(&app, &org).await.is_empty());
    }

    async fn a_denial_without_a_message_sends_no_email(app: TestApp) {
        let org = app.enterprise().await;
        ask(&app, &org, "quiet@acme.example", "Acme").await;
        ask(&app, &org, "told@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        for message in [" \n", "No."] {
            let page = editor.open("/dashboard/requests").await;
            assert!(page.text().contains("Leave it empty to send nothing"), "{}", page.text());
            editor.submit(&page, "/deny", &[("message", message)]).await;
        }
        app.mail.wait_for("told@acme.example", MAIL, |_| true).await.expect("an email");
        assert_eq!(app.mail.mails().len(), 1, "only who was written to");
    }

    async fn a_message_that_is_too_long_comes_back_as_it_was_written(app: TestApp) {
        let org = app.enterprise().await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let long = "ä".repeat(2001);
        let path = format!("/dashboard/requests/{id}/deny");
        let page = editor.post(&path, &[("message", &long)]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("has 2001 characters"), "{}", page.text());
        assert!(page.html().contains(&long));
        assert_eq!(waiting(&app, &org).await.len(), 1);
    }

    async fn accounts_are_suggested_with_the_reason(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Acme Holding", "first@acme.example").await;
        give_access(&editor, "Consultants", "someone@consult.example").await;
        give_access(&editor, "Consultants", "two@acme.example").await;
        give_access(&editor, "Acme", "other@elsewhere.example").await;
        let id = ask(&app, &org, "grace@acme.example", "ACME").await;
        let list = editor.text("/dashboard/requests").await;
        assert!(list.contains("Same email domain · 2 more"), "{list}");
        let page = editor.open(&details(id)).await;
        let text = page.text();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
        let by_domain = at("Acme Holding same email domain");
        let by_name = at("Acme same name, which anyone can type");
        let by_people = at("Consultants has people with this email domain");
        assert!(by_domain < by_name && by_name < by_people, "the likeliest first");
        let page = editor.submit(&page, "/approve", &[]).await;
        assert!(page.text().contains("Grace Hopper now has access with Acme Holding"), "{}", page.text());
    }

    async fn another_account_of_the_list_or_a_new_one_can_be_chosen(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Acme Holding", "first@acme.example").await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let holding = account_of(&app, &org, "Acme Holding").await;
        let path = format!("/dashboard/requests/{id}/approve");
        let both = [("to", holding.as_str()), ("typed", "Acme"), ("account", "Acme Labs")];
        let unclear = editor.post(&path, &both).await;
        assert_eq!(unclear.status, 422);
        assert!(unclear.text().contains("choose one of both"), "{}", unclear.text());
        assert!(unclear.html().contains("value=\"Acme Labs\""));
        let named = [("to", ""), ("typed", "Acme"), ("account", "Acme Labs")];
        assert_eq!(editor.post(&path, &named).await.status, 303);
        let page = editor.text("/dashboard/requests").await;
        assert!(page.contains("now has access with Acme Labs"), "{page}");
    }

    async fn another_account_can_be_written_into_the_row(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Acme Holding", "first@acme.example").await;
        for (email, name, account) in [
            ("grace@acme.example", None, "Acme Holding"),
            ("ada@acme.example", Some("Acme Labs"), "Acme Labs"),
            ("eve@acme.example", Some(" ACME holding "), "Acme Holding"),
        ] {
            ask(&app, &org, email, "Acme").await;
            let page = editor.open("/dashboard/requests").await;
            let typed: Vec<_> = name.map(|name| ("account", name)).into_iter().collect();
            let page = editor.submit(&page, "/approve", &typed).await;
            assert!(page.text().contains(&format!("now has access with {account}.")), "{}", page.text());
        }
    }

    async fn a_free_mail_address_belongs_to_no_company(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Gmail Fans", "one@gmail.com").await;
        give_access(&editor, "Yahoo Fans", "one@yahoo.co.uk").await;
        for email in ["two@gmail.com", "two@yahoo.co.uk"] {
            ask(&app, &org, email, "Elsewhere").await;
        }
        let page = editor.text("/dashboard/requests").await;
        assert!(!page.contains("Fans"), "{page}");
    }

    async fn an_account_of_another_organization_is_nobodys_choice(app: TestApp) {
        let org = app.enterprise().await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Editor).await;
        give_access(&stranger, "Acme", "a@acme.example").await;
        let mut tx = app.db.read().await.unwrap();
        let theirs = ::store::accounts::by_name(&mut tx, other.id, "Acme").await.unwrap().unwrap();
        drop(tx);
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        assert!(editor.text(&details(id)).await.contains("There is no account “Acme” yet"));
        let path = format!("/dashboard/requests/{id}/approve");
        let page = editor.post(&path, &[("to", &theirs.id.to_string())]).await;
        assert_eq!(page.status, 409, "{}", page.summary());
        assert!(happened(&app, &org).await.is_empty());
    }

    async fn nobodys_request_renames_someone_whom_staff_invited(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Acme", "ada@acme.example").await;
        ask_on_the_page(&app, &org, "ada@acme.example", "Another company").await;
        let accounts = editor.open("/dashboard/accounts").await;
        let page = editor.open(accounts.link("Acme").expect("the account").as_str()).await;
        let people = page.text();
        assert!(people.contains("Access of First until"), "{people}");
        assert!(!people.contains("Access of Grace Hopper"), "{people}");
    }

    async fn sixty_requests_are_ten_emails_and_one_that_says_there_are_many(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.staff(&org, Role::Editor).await;
        for n in 0..60 {
            let (email, company) = (format!("ada@company-{n}.example"), format!("Company {n}"));
            ask_on_the_page(&app, &org, &email, &company).await;
        }
        assert_eq!(waiting(&app, &org).await.len(), 60);
        let to = editor.email.as_str();
        let many = app.mail.wait_for(to, MAIL, |mail| mail.subject == "Many requests for access");
        assert!(many.await.expect("an email").text.contains("More than 10 people"));
        let mut tx = app.db.read().await.unwrap();
        let sql = "SELECT COUNT(*) AS n FROM email WHERE recipient = $1";
        let written = tx.one(sql, &[to.into()]).await.unwrap();
        assert_eq!(written.get::<i64>("n").unwrap(), 11);
    }
}

use std::time::Duration;

use domain::access_requests::HeldBack;
use domain::organizations::Role;

use super::{MAIL, admin_with_policy, ask_on_the_page, give_access, happened, waiting};
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const KNOWN: &[(&str, &str)] = &[("automatic", "known_domain")];
const ALWAYS: &[(&str, &str)] = &[("automatic", "always")];

/// Why the only waiting request waits.
async fn held(app: &TestApp, org: &TestOrg) -> Option<HeldBack> {
    let waiting = waiting(app, org).await;
    assert_eq!(waiting.len(), 1, "{waiting:?}");
    waiting[0].held_back
}

/// Gives someone access to that company's account and takes it away again.
async fn take_away(admin: &Browser, company: &str, email: &str) {
    give_access(admin, company, email).await;
    let accounts = admin.open("/dashboard/accounts").await;
    let link = accounts.link(company).expect("the account");
    let page = admin.open(link.as_str()).await;
    admin.submit(&page, "/revoke", &[]).await;
}

on_both_databases! {
    async fn without_a_choice_every_request_waits_for_a_person(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Acme", "first@acme.example").await;
        ask_on_the_page(&app, &org, "grace@acme.example", "Acme").await;
        assert_eq!(held(&app, &org).await, None);
    }

    async fn a_colleague_is_let_in_by_the_domain_and_gets_the_link(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, KNOWN).await;
        give_access(&admin, "Acme Corp", "first@acme.example").await;
        let page = ask_on_the_page(&app, &org, "grace@acme.example", "Our company").await;
        assert!(page.text().contains("Your request is with Northgate Labs"), "{}", page.text());
        assert!(waiting(&app, &org).await.is_empty());
        assert_eq!(
            happened(&app, &org).await,
            [
                "Account Created: First, Acme Corp",
                "Account Member Added: First, Acme Corp",
                "Account Member Added: Grace Hopper, Acme Corp",
                "Requested Access: Grace Hopper, Our company",
            ]
        );
        let email = app.mail.wait_for("grace@acme.example", MAIL, |_| true).await.expect("an email");
        assert!(email.link("/trust/northgate/enter?token=").is_some(), "{email:?}");
        let page = admin.text("/dashboard/requests").await;
        assert!(page.contains("Approved automatically"), "{page}");
        assert!(admin.text("/dashboard/settings/audit").await.contains("Automatic approval"));
    }

    async fn with_known_domains_a_strangers_request_waits(app: TestApp) {
        let org = app.enterprise().await;
        admin_with_policy(&app, &org, KNOWN).await;
        ask_on_the_page(&app, &org, "grace@new.example", "New").await;
        assert_eq!(held(&app, &org).await, None);
        assert_eq!(happened(&app, &org).await, ["Requested Access: Grace Hopper, New"]);
    }

    async fn with_always_a_strangers_company_becomes_an_account(app: TestApp) {
        let org = app.enterprise().await;
        admin_with_policy(&app, &org, ALWAYS).await;
        ask_on_the_page(&app, &org, "grace@new.example", "New").await;
        assert!(waiting(&app, &org).await.is_empty());
        assert_eq!(
            happened(&app, &org).await,
            [
                "Account Created: Grace Hopper, New",
                "Account Member Added: Grace Hopper, New",
                "Requested Access: Grace Hopper, New",
            ]
        );
        let again = ask_on_the_page(&app, &org, "grace@new.example", "New").await;
        assert_eq!(again.status, 200);
        assert_eq!(happened(&app, &org).await.len(), 3, "an impatient click is nothing new");
    }

    async fn nobody_gets_into_an_account_by_typing_its_name(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, ALWAYS).await;
        give_access(&admin, "Acme", "first@acme.example").await;
        for email in ["mallory@evil.example", "mallory@gmail.com"] {
            let page = ask_on_the_page(&app, &org, email, " ACME ").await;
            assert!(page.text().contains("Your request is with"), "{}", page.text());
        }
        let waiting = waiting(&app, &org).await;
        assert_eq!(waiting.len(), 2);
        assert!(waiting.iter().all(|one| one.held_back == Some(HeldBack::NameTaken)));
        let page = admin.text("/dashboard/requests").await;
        assert!(page.contains("Not approved automatically: the company that was typed is an account here"), "{page}");
        let members = happened(&app, &org).await;
        assert_eq!(members.iter().filter(|what| what.starts_with("Account Member")).count(), 1);
    }

    async fn a_free_mail_domain_gives_no_access(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, KNOWN).await;
        give_access(&admin, "Freelancer", "first@gmail.com").await;
        ask_on_the_page(&app, &org, "grace@gmail.com", "Someone").await;
        assert_eq!(held(&app, &org).await, None);
    }

    async fn a_domain_leads_to_the_account_that_had_it_first(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, KNOWN).await;
        give_access(&admin, "Acme Europe", "a@acme.example").await;
        give_access(&admin, "Acme Asia", "b@acme.example").await;
        ask_on_the_page(&app, &org, "grace@acme.example", "Acme").await;
        assert!(waiting(&app, &org).await.is_empty());
        let joined = "Account Member Added: Grace Hopper, Acme Europe".to_owned();
        assert!(happened(&app, &org).await.contains(&joined));
    }

    async fn who_lost_access_or_was_denied_does_not_come_back_by_itself(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, ALWAYS).await;
        give_access(&admin, "Acme", "gone@acme.example").await;
        let accounts = admin.open("/dashboard/accounts").await;
        let account = admin.open(accounts.link("Acme").unwrap().as_str()).await;
        admin.submit(&account, "/revoke", &[]).await;
        ask_on_the_page(&app, &org, "gone@acme.example", "Acme").await;
        assert_eq!(held(&app, &org).await, Some(HeldBack::TurnedAwayBefore));
        let page = admin.open("/dashboard/requests").await;
        admin.submit(&page, "/deny", &[]).await;
        ask_on_the_page(&app, &org, "gone@acme.example", "Another company").await;
        assert_eq!(held(&app, &org).await, Some(HeldBack::TurnedAwayBefore));
    }

    async fn an_alias_of_someone_who_lost_access_does_not_come_back_by_itself(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, ALWAYS).await;
        for (company, gone, alias) in [
            ("Acme", "bob@acme.example", "bob+2@acme.example"),
            ("Freelancer", "bob.smith@gmail.com", "b.obsmith+new@googlemail.com"),
        ] {
            take_away(&admin, company, gone).await;
            ask_on_the_page(&app, &org, alias, "Another company").await;
            assert_eq!(held(&app, &org).await, Some(HeldBack::TurnedAwayBefore), "{alias}");
            let page = admin.open("/dashboard/requests").await;
            admin.submit(&page, "/deny", &[]).await;
        }
    }

    async fn for_thirty_days_after_a_revocation_people_decide_about_that_domain(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, KNOWN).await;
        give_access(&admin, "Acme", "first@acme.example").await;
        take_away(&admin, "Acme", "gone@acme.example").await;
        ask_on_the_page(&app, &org, "colleague@acme.example", "Acme").await;
        assert_eq!(held(&app, &org).await, Some(HeldBack::DomainRevoked));
        let page = admin.text("/dashboard/requests").await;
        assert!(page.contains("revoked in the last 30 days"), "{page}");
        app.advance(Duration::from_hours(30 * 24 + 1));
        ask_on_the_page(&app, &org, "later@acme.example", "Acme").await;
        assert_eq!(waiting(&app, &org).await.len(), 1, "only the first one waits");
        let joined = "Account Member Added: Grace Hopper, Acme".to_owned();
        assert!(happened(&app, &org).await.contains(&joined));
    }

    async fn two_requests_at_once_let_one_person_in_once(app: TestApp) {
        let org = app.enterprise().await;
        admin_with_policy(&app, &org, ALWAYS).await;
        let (one, other) = tokio::join!(
            ask_on_the_page(&app, &org, "grace@new.example", "New"),
            ask_on_the_page(&app, &org, "grace@new.example", "New")
        );
        assert_eq!((one.status.as_u16(), other.status.as_u16()), (200, 200));
        assert_eq!(happened(&app, &org).await.len(), 3);
    }
}

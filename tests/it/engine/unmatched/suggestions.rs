//! Which Accounts are suggested for a company, and why.

use salesforce_sim::{AccountSeed, ContactSeed, FieldAccess, LeadSeed};

use super::super::fixture;
use super::{NORTHWIND, company_page, waits};
use crate::on_both_databases;

on_both_databases! {
    async fn accounts_are_suggested_with_their_reasons_and_never_taken_silently(app: TestApp) {
        let fixture = fixture(&app).await;
        let sandbox = &fixture.sandbox;
        let by_name = sandbox.add_account(AccountSeed::new("Northwind GmbH"));
        sandbox.add_account(AccountSeed {
            website: "https://www.northwind.example/about".to_owned(),
            ..AccountSeed::new("The Trading Company")
        });
        let by_contact = sandbox.add_account(AccountSeed::new("Zephyr"));
        sandbox.add_contact(ContactSeed::new("Kim", "Roe", "kim@northwind.example").of(by_contact));
        sandbox.add_account(AccountSeed::new("Northbank"));
        sandbox.add_lead(LeadSeed::new("Lou", "Gray", "lou@northwind.example", "NW"));
        waits(&app, &fixture).await;
        sandbox.reset_api_calls();
        let page = fixture.admin.open(&company_page(NORTHWIND)).await;
        assert_eq!(sandbox.api_calls(), 2, "by name, and by domain");
        let text = page.text();
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words} in {text}"));
        assert!(at("Northwind GmbH") < at("The Trading Company"));
        assert!(at("The Trading Company") < at("Zephyr"));
        assert!(at("Same name, but for the legal form") < at("Website at northwind.example"));
        at("1 Contact at northwind.example");
        at("Lou Gray");
        assert!(!text.contains("Northbank"), "{text}");
        assert_eq!(sandbox.task_count(), 0);
        assert!(page.html().contains(&by_name.to_string()));
    }

    async fn suggestions_do_without_what_the_connected_user_may_not_read(app: TestApp) {
        let fixture = fixture(&app).await;
        let sandbox = &fixture.sandbox;
        sandbox.add_account(AccountSeed::new("Northwind GmbH"));
        waits(&app, &fixture).await;
        sandbox.restrict_field(fixture.service_user, "Account", "Website", Some(FieldAccess::Hidden));
        let text = fixture.admin.text(&company_page(NORTHWIND)).await;
        assert!(text.contains("Northwind GmbH"), "{text}");
        assert!(text.contains("Salesforce couldn’t answer all of it"), "{text}");
    }
}

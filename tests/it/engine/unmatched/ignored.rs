//! Companies that an Admin ignores.

use domain::deliveries::DeliveryState;
use salesforce_sim::AccountSeed;

use super::super::fixture;
use super::{DOMAIN, LIST, NORTHWIND, company_page, decides, links, waits};
use crate::on_both_databases;

on_both_databases! {
    async fn an_ignored_company_is_kept_out_of_the_list_and_nothing_of_it_is_lost(app: TestApp) {
        let fixture = fixture(&app).await;
        let all = waits(&app, &fixture).await;
        let said = decides(&fixture, "ignore", &[]).await.text();
        assert!(said.contains("is ignored now") && said.contains("Nothing to decide"), "{said}");
        let ignored = fixture.admin.text(&format!("{LIST}?show=ignored")).await;
        assert!(ignored.contains(DOMAIN), "{ignored}");
        for activity in &all {
            assert_eq!(fixture.state(&app, *activity).await, DeliveryState::Unmatched);
        }
        // Sales adds the Account after all.
        fixture.sandbox.add_account(AccountSeed::new(NORTHWIND));
        let retried = fixture.admin.post("/dashboard/salesforce/deliveries/retry", &[("state", "unmatched")]).await;
        assert_eq!(retried.status.as_u16(), 303);
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 4);
    }

    async fn an_ignored_company_can_be_asked_about_again(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        decides(&fixture, "ignore", &[]).await;
        assert!(fixture.admin.text(&company_page(NORTHWIND)).await.contains("Ignored"));
        let said = decides(&fixture, "stop-ignoring", &[]).await.text();
        assert!(said.contains("isn’t ignored anymore"), "{said}");
        assert!(fixture.admin.text(LIST).await.contains(DOMAIN));
    }

    async fn a_linked_company_can_not_be_ignored_and_an_ignored_one_stays_on_its_list(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        decides(&fixture, "ignore", &[]).await;
        fixture.sandbox.add_account(AccountSeed::new(NORTHWIND));
        fixture.admin.post("/dashboard/salesforce/deliveries/retry", &[("state", "unmatched")]).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 4);
        let ignored = fixture.admin.text(&format!("{LIST}?show=ignored")).await;
        assert!(ignored.contains(NORTHWIND), "nothing waits, and it can still be taken back: {ignored}");
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        links(&fixture, to).await;
        let said = decides(&fixture, "ignore", &[]).await.text();
        assert!(said.contains("Unlink it first"), "{said}");
    }
}

//! What becomes of a company's link.

use std::time::Duration;

use domain::activities::{ActivityKind, Details, NewActivity};
use domain::deliveries::DeliveryState;
use domain::ids::AccountId;
use salesforce_sim::{AccountSeed, ContactSeed};

use super::super::links::{add_account, link};
use super::super::{fixture, person};
use super::{DOMAIN, LIST, NORTHWIND, VIEW, decides, links, links_instead, subjects_on, waits};
use crate::on_both_databases;

on_both_databases! {
    async fn a_linked_account_that_is_gone_asks_for_another(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let first = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        links(&fixture, first).await;
        app.sync().await;
        fixture.sandbox.delete(first);
        app.advance(Duration::from_mins(6));
        let activity = fixture.does(&app, VIEW, "dee@northwind.example", NORTHWIND).await;
        app.sync().await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Parked);
        assert!(delivery.reason.contains("which was deleted in Salesforce"), "{}", delivery.reason);
        assert!(fixture.admin.text(LIST).await.contains("Linked Account is gone"));
        let second = fixture.sandbox.add_account(AccountSeed::new("Northwind Group"));
        let stale = links(&fixture, second).await;
        assert!(stale.contains("Someone else has decided about this company"), "{stale}");
        links_instead(&fixture, first, second).await;
        app.sync().await;
        assert_eq!(subjects_on(&fixture, second).len(), 1);
    }

    async fn a_link_follows_a_merge(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let loser = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let winner = fixture.sandbox.add_account(AccountSeed::new("Northwind Group"));
        links(&fixture, loser).await;
        fixture.sandbox.merge(loser, winner);
        app.sync().await;
        assert_eq!(subjects_on(&fixture, winner).len(), 4);
        let linked = fixture.admin.text(&format!("{LIST}?show=linked")).await;
        assert!(linked.contains("Northwind Group") && !linked.contains("Traders"), "{linked}");
    }

    async fn once_unlinked_names_count_again(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        links(&fixture, to).await;
        app.sync().await;
        let said = decides(&fixture, "unlink", &[]).await.text();
        assert!(said.contains("names are compared"), "{said}");
        let activity = fixture.does(&app, VIEW, "bo@northwind.example", NORTHWIND).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Unmatched);
        assert_eq!(subjects_on(&fixture, to).len(), 4);
    }

    async fn members_of_an_account_of_that_name_follow_and_keep_their_own_accounts(app: TestApp) {
        let fixture = fixture(&app).await;
        let account: AccountId = add_account(&app, &fixture, NORTHWIND, DOMAIN).await;
        let of = |email: &str| NewActivity {
            kind: VIEW,
            person: Some(person(email)),
            company: NORTHWIND.to_owned(),
            account: Some(account),
            details: Details::default(),
        };
        let partner = fixture.records(&app, of("gus@partner.example")).await;
        let member = fixture.records(&app, of("bo@northwind.example")).await;
        app.sync().await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let said = links(&fixture, to).await;
        assert!(said.contains("One activity that waited goes out now"), "{said}");
        let own = fixture.sandbox.add_account(AccountSeed::new("Northwind Bank"));
        fixture.sandbox.add_contact(ContactSeed::new("Eve", "Ito", "eve@northwind.example").of(own));
        let known = fixture.records(&app, of("eve@northwind.example")).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, member).await, DeliveryState::Delivered);
        // Whoever writes from elsewhere is a decision of its own.
        assert_eq!(fixture.state(&app, partner).await, DeliveryState::Unmatched);
        let what = fixture.delivery(&app, known).await.what;
        assert_eq!(what.map(|id| id.to_string()), Some(own.to_string()));
    }

    async fn where_the_accounts_own_link_leads_nowhere_that_of_the_company_counts(app: TestApp) {
        let fixture = fixture(&app).await;
        let account = add_account(&app, &fixture, NORTHWIND, DOMAIN).await;
        let gone = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        link(&app, &fixture, account, gone, "Northwind Traders").await;
        fixture.sandbox.delete(gone);
        let asks = ActivityKind::RequestedAccess;
        let activity = fixture.does(&app, asks, "dee@northwind.example", NORTHWIND).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Parked);
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Group"));
        links(&fixture, to).await;
        app.sync().await;
        assert_eq!(subjects_on(&fixture, to).len(), 1);
    }
}

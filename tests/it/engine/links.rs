//! Accounts that are linked to a Salesforce Account: the link decides, whatever
//! the names say.

use std::time::Duration;

use domain::accounts::Account;
use domain::accounts::salesforce_link::SalesforceLink;
use domain::activities::{ActivityKind, Details, NewActivity};
use domain::deliveries::DeliveryState;
use domain::ids::{AccountId, ActivityId};
use domain::matching::candidates::RecordId;
use domain::salesforce::ConnectionOptions;
use salesforce_sim::{AccountSeed, ContactSeed, FieldSeed, Id, LeadSeed, UserSeed};

use super::{COMPANY, EMAIL, Fixture, fixture, person};
use crate::on_both_databases;
use crate::support::TestApp;

/// The account [`COMPANY`] with its domain, linked to an Account of another
/// name and owner.
struct Linked {
    account: AccountId,
    to: Id,
    owner: Id,
}

async fn linked(app: &TestApp, fixture: &Fixture) -> Linked {
    let owner = fixture
        .sandbox
        .add_user(UserSeed::new("kam@northgate.example", "Kim", "Adams"));
    let to = fixture
        .sandbox
        .add_account(AccountSeed::new("Harbor Holdings plc").owned_by(owner));
    let account = add_account(app, fixture, COMPANY, "harbor.example").await;
    link(app, fixture, account, to, "Harbor Holdings plc").await;
    Linked { account, to, owner }
}

pub(super) async fn add_account(
    app: &TestApp,
    fixture: &Fixture,
    name: &str,
    domain: &str,
) -> AccountId {
    let account = Account {
        domain: domain.to_owned(),
        ..Account::new(
            app.ambient.id(AccountId::from_uuid),
            name,
            app.ambient.now(),
        )
    };
    let mut tx = app.db.begin().await.unwrap();
    let added = store::accounts::find_or_insert(&mut tx, fixture.org.id, account).await;
    tx.commit().await.unwrap();
    added.unwrap().0.id
}

pub(super) async fn link(app: &TestApp, fixture: &Fixture, account: AccountId, to: Id, name: &str) {
    let connection = fixture.connection(app).await;
    let link = SalesforceLink {
        account,
        account_name: String::new(),
        sf_org_id: connection.sf_org_id,
        sf_account: RecordId::new(to.to_string()),
        sf_account_name: name.to_owned(),
        linked_by: "Test".to_owned(),
        linked_at: app.ambient.now(),
    };
    let mut tx = app.db.begin().await.unwrap();
    store::accounts::salesforce_links::put(&mut tx, fixture.org.id, &link)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A member of the account does something.
async fn acts(
    app: &TestApp,
    fixture: &Fixture,
    account: AccountId,
    kind: ActivityKind,
    email: &str,
) -> ActivityId {
    let what = NewActivity {
        kind,
        person: Some(person(email)),
        company: COMPANY.to_owned(),
        account: Some(account),
        details: Details::default(),
    };
    fixture.records(app, what).await
}

const VIEW: ActivityKind = ActivityKind::StatusPageView;
const REQUEST: ActivityKind = ActivityKind::RequestedAccess;

on_both_databases! {
    async fn the_link_wins_over_the_name_and_its_owner_is_first(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        let activity = acts(&app, &fixture, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        // An Account of exactly the name exists, with a Contact of this email.
        let task = &fixture.sandbox.tasks()[0];
        assert_eq!((task.who, task.what), (Some(fixture.contact), Some(linked.to)));
        assert_eq!(task.owner, Some(linked.owner));
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.what, Some(RecordId::new(linked.to.to_string())));
        let told = "“Harbor & Co” is linked to the Salesforce Account “Harbor Holdings plc”.";
        assert!(delivery.reason.starts_with(told), "{}", delivery.reason);
        // Another organization's, or nobody's, activity isn't touched by it.
        fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[1].what, Some(fixture.account));
    }

    async fn a_linked_batch_costs_no_further_call_and_is_cached(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        for n in 0..5 {
            acts(&app, &fixture, linked.account, VIEW, &format!("p{n}@harbor.example")).await;
        }
        fixture.downloads(&app).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 6);
        assert_eq!(fixture.sandbox.api_calls(), 2, "one question, one write");
        acts(&app, &fixture, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.api_calls(), 3, "the question was answered before");
    }

    async fn a_contact_is_created_on_the_linked_account_and_a_lead_never(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        let options = ConnectionOptions { create_contact: true, create_lead: true, ..ConnectionOptions::default() };
        fixture.choose(&app, options).await;
        let lead = fixture.sandbox.add_lead(LeadSeed::new("Lin", "Berg", "lin@harbor.example", "x"));
        acts(&app, &fixture, linked.account, REQUEST, "lin@harbor.example").await;
        acts(&app, &fixture, linked.account, VIEW, "lin@harbor.example").await;
        app.sync().await;
        let found = fixture.sandbox.find("SELECT Id, AccountId FROM Contact WHERE Email = 'lin@harbor.example'");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["AccountId"], linked.to.to_string());
        for task in fixture.sandbox.tasks() {
            assert_eq!(task.what, Some(linked.to));
            assert_eq!(task.who.unwrap().to_string(), found[0]["Id"].as_str().unwrap());
            assert_ne!(task.who, Some(lead));
        }
        assert_eq!(fixture.sandbox.task_count(), 2);
    }

    async fn an_open_lead_is_left_out_where_no_contact_may_be_created(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        fixture.sandbox.add_lead(LeadSeed::new("Lin", "Berg", "lin@harbor.example", "x"));
        let activity = acts(&app, &fixture, linked.account, VIEW, "lin@harbor.example").await;
        app.sync().await;
        let task = &fixture.sandbox.tasks()[0];
        assert_eq!((task.who, task.what), (None, Some(linked.to)));
        let reason = fixture.delivery(&app, activity).await.reason;
        assert!(reason.contains("a Lead has it"), "{reason}");
    }

    async fn a_contact_without_an_account_is_given_the_linked_one_where_allowed(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        let contact = fixture.sandbox.add_contact(ContactSeed::new("Lin", "Berg", "lin@harbor.example"));
        let options = ConnectionOptions { associate_contact: true, ..ConnectionOptions::default() };
        fixture.choose(&app, options).await;
        acts(&app, &fixture, linked.account, VIEW, "lin@harbor.example").await;
        app.sync().await;
        assert_eq!(fixture.sandbox.record(contact).unwrap()["AccountId"], linked.to.to_string());
    }

    async fn a_request_uses_the_link_only_where_domain_and_company_agree(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        fixture.sandbox.add_account(AccountSeed::new("Harbor Labs"));
        let cases = [
            ("new@harbor.example", "harbor & co ", Some(linked.to)),
            // The name alone, or the domain alone, is not certain.
            ("new@elsewhere.example", COMPANY, Some(fixture.account)),
            ("new@harbor.example", "Harbor Labs", None),
        ];
        for (n, (email, company, what)) in cases.into_iter().enumerate() {
            fixture.does(&app, REQUEST, email, company).await;
            app.sync().await;
            let task = &fixture.sandbox.tasks()[n];
            match what {
                Some(what) => assert_eq!(task.what, Some(what), "{email} {company}"),
                None => assert_eq!(task.what_name, "Harbor Labs"),
            }
        }
    }

    async fn a_new_lead_is_linked_to_the_account_that_its_domains_account_is_linked_to(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        fixture.sandbox.add_field("Lead", FieldSeed::lookup("Account__c", "Account"));
        let options = ConnectionOptions {
            create_lead: true,
            lead_account_field: Some("Account__c".to_owned()),
            ..ConnectionOptions::default()
        };
        fixture.choose(&app, options).await;
        fixture.does(&app, REQUEST, "new@harbor.example", "Unheard of").await;
        app.sync().await;
        let lead = &fixture.sandbox.find("SELECT Account__c FROM Lead")[0];
        assert_eq!(lead["Account__c"], linked.to.to_string());
    }

    async fn a_merge_is_followed_reported_and_kept(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        let between = fixture.sandbox.add_account(AccountSeed::new("Harbor Between"));
        let winner = fixture.sandbox.add_account(AccountSeed::new("Harbor Group").owned_by(fixture.owner));
        fixture.sandbox.merge(linked.to, between);
        fixture.sandbox.merge(between, winner);
        let first = acts(&app, &fixture, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        let task = &fixture.sandbox.tasks()[0];
        assert_eq!((task.what, task.owner), (Some(winner), Some(fixture.owner)));
        let reason = fixture.delivery(&app, first).await.reason;
        assert!(reason.contains("“Harbor Holdings plc”, which was merged into “Harbor Group”"), "{reason}");
        let mut tx = app.db.read().await.unwrap();
        let kept = store::accounts::salesforce_links::of_account(&mut tx, fixture.org.id, linked.account).await;
        let kept = kept.unwrap().unwrap();
        assert_eq!((kept.sf_account.as_str(), kept.sf_account_name.as_str()), (winner.to_string().as_str(), "Harbor Group"));
        drop(tx);
        let calls = fixture.sandbox.api_calls();
        let second = acts(&app, &fixture, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.api_calls(), calls + 1, "only the write");
        let reason = fixture.delivery(&app, second).await.reason;
        assert!(reason.starts_with("“Harbor & Co” is linked to the Salesforce Account “Harbor Group”."), "{reason}");
    }

    async fn a_deleted_account_parks_the_delivery_and_is_never_replaced_by_name(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        acts(&app, &fixture, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        // Deleted while it is still believed to be there.
        fixture.sandbox.delete(linked.to);
        let activity = acts(&app, &fixture, linked.account, VIEW, EMAIL).await;
        let other = fixture.does(&app, VIEW, "other@elsewhere.example", COMPANY).await;
        app.sync().await;
        fixture.later(&app, Duration::from_secs(5)).await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Parked, "{delivery:?}");
        assert_eq!(delivery.error_code, "LINKED_ACCOUNT_GONE");
        assert!(delivery.reason.contains("which was deleted in Salesforce"), "{}", delivery.reason);
        assert_eq!((delivery.who, delivery.what), (None, None));
        assert_eq!(fixture.state(&app, other).await, DeliveryState::Delivered, "others go on");
        let written: Vec<_> = fixture.sandbox.tasks().iter().map(|task| task.what).collect();
        assert_eq!(written, [Some(fixture.account)], "the other’s; its own went with the Account");
    }

    async fn an_account_that_is_hidden_from_the_user_parks_too(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        fixture.sandbox.hide_record(fixture.service_user, linked.to, true);
        let activity = acts(&app, &fixture, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        let delivery = fixture.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Parked);
        assert!(delivery.reason.contains("can't be found in Salesforce"), "{}", delivery.reason);
        assert_eq!(fixture.sandbox.task_count(), 0);
    }

    async fn a_link_of_another_salesforce_org_is_not_used(app: TestApp) {
        let fixture = fixture(&app).await;
        let linked = linked(&app, &fixture).await;
        let mut tx = app.db.begin().await.unwrap();
        let found = store::accounts::salesforce_links::of_account(&mut tx, fixture.org.id, linked.account).await;
        let elsewhere = SalesforceLink {
            sf_org_id: "00D9999999999999AA".to_owned(),
            ..found.unwrap().unwrap()
        };
        store::accounts::salesforce_links::put(&mut tx, fixture.org.id, &elsewhere).await.unwrap();
        tx.commit().await.unwrap();
        acts(&app, &fixture, linked.account, VIEW, "new@harbor.example").await;
        app.sync().await;
        assert_eq!(fixture.sandbox.tasks()[0].what, Some(fixture.account), "by name");
    }
}

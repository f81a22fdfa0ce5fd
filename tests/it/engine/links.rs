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

use super::{COMPANY, EMAIL, Scene, person, scene};
use crate::on_both_databases;
use crate::support::TestApp;

/// The account [`COMPANY`] with its domain, linked to an Account of another
/// name and owner.
struct Linked {
    account: AccountId,
    to: Id,
    owner: Id,
}

async fn linked(app: &TestApp, scene: &Scene) -> Linked {
    let owner = scene
        .sandbox
        .add_user(UserSeed::new("kam@northgate.example", "Kim", "Adams"));
    let to = scene
        .sandbox
        .add_account(AccountSeed::new("Harbor Holdings plc").owned_by(owner));
    let account = add_account(app, scene, COMPANY, "harbor.example").await;
    link(app, scene, account, to, "Harbor Holdings plc").await;
    Linked { account, to, owner }
}

async fn add_account(app: &TestApp, scene: &Scene, name: &str, domain: &str) -> AccountId {
    let account = Account {
        domain: domain.to_owned(),
        ..Account::new(
            app.ambient.id(AccountId::from_uuid),
            name,
            app.ambient.now(),
        )
    };
    let mut tx = app.db.begin().await.unwrap();
    let added = store::accounts::find_or_insert(&mut tx, scene.org.id, account).await;
    tx.commit().await.unwrap();
    added.unwrap().0.id
}

async fn link(app: &TestApp, scene: &Scene, account: AccountId, to: Id, name: &str) {
    let connection = scene.connection(app).await;
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
    store::accounts::salesforce_links::put(&mut tx, scene.org.id, &link)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// A member of the account does something.
async fn acts(
    app: &TestApp,
    scene: &Scene,
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
    scene.records(app, what).await
}

const VIEW: ActivityKind = ActivityKind::StatusPageView;
const REQUEST: ActivityKind = ActivityKind::RequestedAccess;

on_both_databases! {
    async fn the_link_goes_before_the_name_and_its_owner_is_first(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        let activity = acts(&app, &scene, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        // An Account of exactly the name exists, with a Contact of this email.
        let task = &scene.sandbox.tasks()[0];
        assert_eq!((task.who, task.what), (Some(scene.contact), Some(linked.to)));
        assert_eq!(task.owner, Some(linked.owner));
        let delivery = scene.delivery(&app, activity).await;
        assert_eq!(delivery.what, Some(RecordId::new(linked.to.to_string())));
        let told = "“Harbor & Co” is linked to the Salesforce Account “Harbor Holdings plc”.";
        assert!(delivery.reason.starts_with(told), "{}", delivery.reason);
        // Another organization's, or nobody's, activity isn't touched by it.
        scene.downloads(&app).await;
        app.sync().await;
        assert_eq!(scene.sandbox.tasks()[1].what, Some(scene.account));
    }

    async fn a_linked_batch_costs_no_further_call_and_is_cached(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        for n in 0..5 {
            acts(&app, &scene, linked.account, VIEW, &format!("p{n}@harbor.example")).await;
        }
        scene.downloads(&app).await;
        app.sync().await;
        assert_eq!(scene.sandbox.task_count(), 6);
        assert_eq!(scene.sandbox.api_calls(), 2, "one question, one write");
        acts(&app, &scene, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        assert_eq!(scene.sandbox.api_calls(), 3, "the question was answered before");
    }

    async fn a_contact_is_created_on_the_linked_account_and_a_lead_never(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        let options = ConnectionOptions { create_contact: true, create_lead: true, ..ConnectionOptions::default() };
        scene.choose(&app, options).await;
        let lead = scene.sandbox.add_lead(LeadSeed::new("Lin", "Berg", "lin@harbor.example", "x"));
        acts(&app, &scene, linked.account, REQUEST, "lin@harbor.example").await;
        acts(&app, &scene, linked.account, VIEW, "lin@harbor.example").await;
        app.sync().await;
        let found = scene.sandbox.find("SELECT Id, AccountId FROM Contact WHERE Email = 'lin@harbor.example'");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0]["AccountId"], linked.to.to_string());
        for task in scene.sandbox.tasks() {
            assert_eq!(task.what, Some(linked.to));
            assert_eq!(task.who.unwrap().to_string(), found[0]["Id"].as_str().unwrap());
            assert_ne!(task.who, Some(lead));
        }
        assert_eq!(scene.sandbox.task_count(), 2);
    }

    async fn an_open_lead_is_left_out_where_no_contact_may_be_created(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        scene.sandbox.add_lead(LeadSeed::new("Lin", "Berg", "lin@harbor.example", "x"));
        let activity = acts(&app, &scene, linked.account, VIEW, "lin@harbor.example").await;
        app.sync().await;
        let task = &scene.sandbox.tasks()[0];
        assert_eq!((task.who, task.what), (None, Some(linked.to)));
        let reason = scene.delivery(&app, activity).await.reason;
        assert!(reason.contains("a Lead has it"), "{reason}");
    }

    async fn a_contact_without_an_account_is_given_the_linked_one_where_allowed(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        let contact = scene.sandbox.add_contact(ContactSeed::new("Lin", "Berg", "lin@harbor.example"));
        let options = ConnectionOptions { associate_contact: true, ..ConnectionOptions::default() };
        scene.choose(&app, options).await;
        acts(&app, &scene, linked.account, VIEW, "lin@harbor.example").await;
        app.sync().await;
        assert_eq!(scene.sandbox.record(contact).unwrap()["AccountId"], linked.to.to_string());
    }

    async fn a_request_uses_the_link_only_where_domain_and_company_agree(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        scene.sandbox.add_account(AccountSeed::new("Harbor Labs"));
        let cases = [
            ("new@harbor.example", "harbor & co ", Some(linked.to)),
            // The name alone, or the domain alone, is not certain.
            ("new@elsewhere.example", COMPANY, Some(scene.account)),
            ("new@harbor.example", "Harbor Labs", None),
        ];
        for (n, (email, company, what)) in cases.into_iter().enumerate() {
            scene.does(&app, REQUEST, email, company).await;
            app.sync().await;
            let task = &scene.sandbox.tasks()[n];
            match what {
                Some(what) => assert_eq!(task.what, Some(what), "{email} {company}"),
                None => assert_eq!(task.what_name, "Harbor Labs"),
            }
        }
    }

    async fn a_new_lead_is_linked_to_the_account_that_its_domains_account_is_linked_to(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        scene.sandbox.add_field("Lead", FieldSeed::lookup("Account__c", "Account"));
        let options = ConnectionOptions {
            create_lead: true,
            lead_account_field: Some("Account__c".to_owned()),
            ..ConnectionOptions::default()
        };
        scene.choose(&app, options).await;
        scene.does(&app, REQUEST, "new@harbor.example", "Unheard of").await;
        app.sync().await;
        let lead = &scene.sandbox.find("SELECT Account__c FROM Lead")[0];
        assert_eq!(lead["Account__c"], linked.to.to_string());
    }

    async fn a_merge_is_followed_told_and_kept(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        let between = scene.sandbox.add_account(AccountSeed::new("Harbor Between"));
        let winner = scene.sandbox.add_account(AccountSeed::new("Harbor Group").owned_by(scene.owner));
        scene.sandbox.merge(linked.to, between);
        scene.sandbox.merge(between, winner);
        let first = acts(&app, &scene, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        let task = &scene.sandbox.tasks()[0];
        assert_eq!((task.what, task.owner), (Some(winner), Some(scene.owner)));
        let reason = scene.delivery(&app, first).await.reason;
        assert!(reason.contains("“Harbor Holdings plc”, which was merged into “Harbor Group”"), "{reason}");
        let mut tx = app.db.read().await.unwrap();
        let kept = store::accounts::salesforce_links::of_account(&mut tx, scene.org.id, linked.account).await;
        let kept = kept.unwrap().unwrap();
        assert_eq!((kept.sf_account.as_str(), kept.sf_account_name.as_str()), (winner.to_string().as_str(), "Harbor Group"));
        drop(tx);
        let calls = scene.sandbox.api_calls();
        let second = acts(&app, &scene, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        assert_eq!(scene.sandbox.api_calls(), calls + 1, "only the write");
        let reason = scene.delivery(&app, second).await.reason;
        assert!(reason.starts_with("“Harbor & Co” is linked to the Salesforce Account “Harbor Group”."), "{reason}");
    }

    async fn a_deleted_account_parks_the_delivery_and_is_never_replaced_by_name(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        acts(&app, &scene, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        // Deleted while it is still believed to be there.
        scene.sandbox.delete(linked.to);
        let activity = acts(&app, &scene, linked.account, VIEW, EMAIL).await;
        let other = scene.does(&app, VIEW, "other@elsewhere.example", COMPANY).await;
        app.sync().await;
        scene.later(&app, Duration::from_secs(5)).await;
        let delivery = scene.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Parked, "{delivery:?}");
        assert_eq!(delivery.error_code, "LINKED_ACCOUNT_GONE");
        assert!(delivery.reason.contains("which was deleted in Salesforce"), "{}", delivery.reason);
        assert_eq!((delivery.who, delivery.what), (None, None));
        assert_eq!(scene.state(&app, other).await, DeliveryState::Delivered, "others go on");
        let written: Vec<_> = scene.sandbox.tasks().iter().map(|task| task.what).collect();
        assert_eq!(written, [Some(scene.account)], "the other’s; its own went with the Account");
    }

    async fn an_account_that_is_hidden_from_the_user_parks_too(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        scene.sandbox.hide_record(scene.service_user, linked.to, true);
        let activity = acts(&app, &scene, linked.account, VIEW, EMAIL).await;
        app.sync().await;
        let delivery = scene.delivery(&app, activity).await;
        assert_eq!(delivery.state, DeliveryState::Parked);
        assert!(delivery.reason.contains("can't be found in Salesforce"), "{}", delivery.reason);
        assert_eq!(scene.sandbox.task_count(), 0);
    }

    async fn a_link_of_another_salesforce_org_is_not_used(app: TestApp) {
        let scene = scene(&app).await;
        let linked = linked(&app, &scene).await;
        let mut tx = app.db.begin().await.unwrap();
        let found = store::accounts::salesforce_links::of_account(&mut tx, scene.org.id, linked.account).await;
        let elsewhere = SalesforceLink {
            sf_org_id: "00D9999999999999AA".to_owned(),
            ..found.unwrap().unwrap()
        };
        store::accounts::salesforce_links::put(&mut tx, scene.org.id, &elsewhere).await.unwrap();
        tx.commit().await.unwrap();
        acts(&app, &scene, linked.account, VIEW, "new@harbor.example").await;
        app.sync().await;
        assert_eq!(scene.sandbox.tasks()[0].what, Some(scene.account), "by name");
    }
}

//! Companies that match nothing: an Admin decides once, and everything that waited for the
//! decision is delivered in its order; what comes later follows.

use std::time::Duration;

use domain::activities::{ActivityKind, Details, NewActivity};
use domain::deliveries::DeliveryState;
use domain::ids::{AccountId, ActivityId};
use domain::organizations::{Plan, Role};
use salesforce_sim::{AccountSeed, ContactSeed, FieldAccess, Id, LeadSeed};
use testkit::client::Page;

use super::links::add_account;
use super::{Fixture, fixture, person};
use crate::on_both_databases;
use crate::support::TestApp;

const LIST: &str = "/dashboard/salesforce/unmatched";
const DOMAIN: &str = "northwind.example";
const NORTHWIND: &str = "Northwind Inc.";
const VIEW: ActivityKind = ActivityKind::StatusPageView;
const DOWNLOAD: ActivityKind = ActivityKind::FileDownloaded;

fn company_page(name: &str) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query
        .append_pair("origin", DOMAIN)
        .append_pair("name", name);
    format!("{LIST}/company?{}", query.finish())
}

/// An Admin does one thing with the company, and sees the page that follows.
async fn decides(fixture: &Fixture, act: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![("origin", DOMAIN), ("name", NORTHWIND)];
    fields.extend(more);
    let answer = fixture.admin.post(&format!("{LIST}/{act}"), &fields).await;
    fixture.admin.follow(answer).await
}

async fn links(fixture: &Fixture, to: Id) -> String {
    decides(fixture, "link", &[("account", &to.to_string())])
        .await
        .text()
}

/// Two people of the company do four things, which match nothing.
async fn waits(app: &TestApp, fixture: &Fixture) -> Vec<ActivityId> {
    let mut all = Vec::new();
    for (who, company, kind) in [
        ("bo", NORTHWIND, VIEW),
        ("cy", "NORTHWIND INC.", DOWNLOAD),
        ("bo", NORTHWIND, DOWNLOAD),
        ("bo", NORTHWIND, VIEW),
    ] {
        let email = format!("{who}@{DOMAIN}");
        all.push(fixture.does(app, kind, &email, company).await);
    }
    app.sync().await;
    for activity in &all {
        assert_eq!(
            fixture.state(app, *activity).await,
            DeliveryState::Unmatched
        );
    }
    all
}

/// The subjects of the Tasks on that Account, in the order in which they were written.
fn subjects_on(fixture: &Fixture, account: Id) -> Vec<String> {
    let tasks = fixture.sandbox.tasks().into_iter();
    let theirs = tasks.filter(|task| task.what == Some(account));
    theirs.map(|task| task.subject).collect()
}

fn count(fixture: &Fixture, object: &str) -> usize {
    let soql = format!("SELECT Id FROM {object} WHERE Email LIKE '%@{DOMAIN}'");
    fixture.sandbox.find(&soql).len()
}

on_both_databases! {
    async fn what_waited_for_a_link_goes_out_in_its_order_and_later_activity_follows(app: TestApp) {
        let fixture = fixture(&app).await;
        let all = waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let list = fixture.admin.text(LIST).await;
        assert!(list.contains(NORTHWIND) || list.contains("NORTHWIND INC."), "{list}");
        let said = links(&fixture, to).await;
        assert!(said.contains("Northwind Inc. (northwind.example) is linked to the Salesforce Account “Northwind Traders”."), "{said}");
        assert!(said.contains("4 activities that waited go out now"), "{said}");
        app.sync().await;
        for activity in &all {
            assert_eq!(fixture.state(&app, *activity).await, DeliveryState::Delivered);
        }
        let before = subjects_on(&fixture, to);
        assert_eq!(before.len(), 4);
        let of_bo = fixture.sandbox.tasks().into_iter().filter(|task| task.comments.contains("bo@"));
        let of_bo: Vec<bool> = of_bo.map(|task| task.subject.contains("Download")).collect();
        assert_eq!(of_bo, [false, true, false], "a person's order stays");
        let later = fixture.does(&app, VIEW, "dee@northwind.example", "northwind inc.").await;
        app.sync().await;
        assert_eq!(subjects_on(&fixture, to).len(), 5);
        let told = fixture.delivery(&app, later).await.reason;
        assert!(told.starts_with("“Northwind Inc. (northwind.example)” is linked to"), "{told}");
        assert!(fixture.admin.text(LIST).await.contains("Everything has a match"));
    }

    async fn a_link_is_for_that_name_from_that_domain_only(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        links(&fixture, to).await;
        let others = [
            ("bo@elsewhere.example", NORTHWIND),
            ("bo@northwind.example", "Northwind Incorporated"),
            ("bo.northwind@gmail.com", NORTHWIND),
        ];
        for (email, company) in others {
            let activity = fixture.does(&app, VIEW, email, company).await;
            app.sync().await;
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Unmatched, "{email}");
        }
        assert_eq!(subjects_on(&fixture, to).len(), 4);
    }

    async fn whoever_is_a_contact_keeps_their_own_account(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        links(&fixture, to).await;
        let own = fixture.sandbox.add_account(AccountSeed::new("Northwind Bank"));
        let eve = fixture.sandbox.add_contact(ContactSeed::new("Eve", "Ito", "eve@northwind.example").of(own));
        fixture.does(&app, VIEW, "eve@northwind.example", NORTHWIND).await;
        app.sync().await;
        let task = fixture.sandbox.tasks().pop().unwrap();
        assert_eq!((task.who, task.what), (Some(eve), Some(own)));
    }

    async fn contacts_are_created_there_once_for_each_person_if_an_admin_says_so(app: TestApp) {
        let fixture = fixture(&app).await;
        let all = waits(&app, &fixture).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        decides(&fixture, "link", &[("account", &to.to_string()), ("contacts", "yes")]).await;
        app.sync().await;
        let found = fixture.sandbox.find("SELECT Id, AccountId, Email FROM Contact WHERE Email LIKE '%@northwind.example'");
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found.iter().all(|contact| contact["AccountId"] == to.to_string()));
        for activity in all {
            let delivery = fixture.delivery(&app, activity).await;
            assert!(delivery.who.is_some() && delivery.state == DeliveryState::Delivered);
        }
        // It was for those who waited: the connection's own option is still off.
        fixture.does(&app, ActivityKind::RequestedAccess, "new@northwind.example", NORTHWIND).await;
        app.sync().await;
        assert_eq!(count(&fixture, "Contact"), 2);
    }

    async fn leads_are_created_for_those_who_wait_although_the_option_is_off(app: TestApp) {
        let fixture = fixture(&app).await;
        let all = waits(&app, &fixture).await;
        // Two Admins at once, or one who clicks twice.
        let said = decides(&fixture, "create-leads", &[]).await.text();
        assert!(said.contains("4 activities that waited go out now"), "{said}");
        let again = decides(&fixture, "create-leads", &[]).await.text();
        assert!(again.contains("Nothing waits for this company anymore"), "{again}");
        app.sync().await;
        assert_eq!((count(&fixture, "Lead"), fixture.sandbox.task_count()), (2, 4));
        for activity in all {
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        }
        // The Lead is known from now on; somebody new isn't created by the way.
        let known = fixture.does(&app, VIEW, "bo@northwind.example", NORTHWIND).await;
        let new = fixture.does(&app, VIEW, "dee@northwind.example", NORTHWIND).await;
        app.sync().await;
        assert_eq!(fixture.state(&app, known).await, DeliveryState::Delivered);
        assert_eq!(fixture.state(&app, new).await, DeliveryState::Unmatched);
        assert_eq!(count(&fixture, "Lead"), 2);
    }

    async fn nobody_is_created_whom_salesforce_has_meanwhile(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let sandbox = &fixture.sandbox;
        sandbox.add_contact(ContactSeed::new("Bo", "Lind", "bo@northwind.example"));
        sandbox.add_lead(LeadSeed::new("Cy", "Roth", "cy@northwind.example", "Northwind"));
        decides(&fixture, "create-leads", &[]).await;
        app.sync().await;
        assert_eq!((count(&fixture, "Lead"), count(&fixture, "Contact")), (1, 1));
        assert_eq!(sandbox.task_count(), 4);
    }

    async fn an_ignored_company_is_kept_out_of_the_list_and_nothing_of_it_is_lost(app: TestApp) {
        let fixture = fixture(&app).await;
        let all = waits(&app, &fixture).await;
        let said = decides(&fixture, "ignore", &[]).await.text();
        assert!(said.contains("is ignored now") && said.contains("Everything has a match"), "{said}");
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
        assert!(said.contains("waits for a decision again"), "{said}");
        assert!(fixture.admin.text(LIST).await.contains(DOMAIN));
    }

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
        assert_eq!(sandbox.api_calls(), 1, "all of it in one call");
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
        links(&fixture, second).await;
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

    async fn the_account_of_that_name_is_linked_too_so_that_its_page_says_so(app: TestApp) {
        let fixture = fixture(&app).await;
        let account: AccountId = add_account(&app, &fixture, NORTHWIND, DOMAIN).await;
        let member = NewActivity {
            kind: VIEW,
            person: Some(person("gus@partner.example")),
            company: NORTHWIND.to_owned(),
            account: Some(account),
            details: Details::default(),
        };
        let elsewhere = fixture.records(&app, member.clone()).await;
        let here = NewActivity { person: Some(person("bo@northwind.example")), ..member };
        let here = fixture.records(&app, here).await;
        app.sync().await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let said = links(&fixture, to).await;
        assert!(said.contains("2 activities that waited go out now"), "{said}");
        app.sync().await;
        for activity in [elsewhere, here] {
            assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        }
        let page = fixture.admin.text(&format!("/dashboard/accounts/{account}")).await;
        assert!(page.contains("Northwind Traders"), "{page}");
    }

    async fn another_organizations_company_is_not_touched(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let other = app.organization("other", "Other Co", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        app.connect_sandbox(&stranger).await;
        assert!(!stranger.text(LIST).await.contains(DOMAIN));
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let fields = [("origin", DOMAIN), ("name", NORTHWIND), ("account", &to.to_string())];
        stranger.post(&format!("{LIST}/link"), &fields).await;
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 0);
        assert!(fixture.admin.text(LIST).await.contains(DOMAIN));
    }

    async fn what_is_posted_has_to_name_a_company_and_an_account(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let nobody = fixture.admin.post(&format!("{LIST}/ignore"), &[("origin", " "), ("name", "")]).await;
        assert_eq!(nobody.status.as_u16(), 400);
        let long = "x".repeat(256);
        let long = fixture.admin.post(&format!("{LIST}/ignore"), &[("origin", ""), ("name", &long)]).await;
        assert_eq!(long.status.as_u16(), 400);
        for (id, words) in [("003000000000001", "not an Account’s id"), ("001000000000001", "no such Account")] {
            let fields = [("origin", DOMAIN), ("name", NORTHWIND), ("account", id)];
            let page = fixture.admin.post(&format!("{LIST}/link"), &fields).await;
            assert_eq!(page.status.as_u16(), 422);
            assert!(page.text().contains(words), "{}", page.text());
        }
    }

    async fn five_thousand_that_wait_are_one_decision(app: TestApp) {
        let fixture = fixture(&app).await;
        for batch in 0..10 {
            let mut tx = app.db.begin().await.unwrap();
            for n in 0..500 {
                let what = NewActivity {
                    kind: VIEW,
                    person: Some(person(&format!("p{}@{DOMAIN}", (batch * 500 + n) % 1_200))),
                    company: NORTHWIND.to_owned(),
                    account: None,
                    details: Details::default(),
                };
                gatehouse::use_cases::activities::record(&mut tx, &app.ambient, fixture.org.id, what).await.unwrap();
            }
            tx.commit().await.unwrap();
        }
        app.sync().await;
        assert_eq!(fixture.sandbox.task_count(), 0);
        let page = fixture.admin.text(&company_page(NORTHWIND)).await;
        assert!(page.contains("5,000 activities wait") && page.contains("And 1180 more"), "{page}");
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let said = links(&fixture, to).await;
        assert!(said.contains("5,000 activities that waited go out now"), "{said}");
        fixture.sandbox.reset_api_calls();
        app.sync().await;
        assert_eq!(subjects_on(&fixture, to).len(), 5_000);
        assert!(fixture.sandbox.api_calls() <= 25, "{} calls", fixture.sandbox.api_calls());
    }
}

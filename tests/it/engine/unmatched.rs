//! Companies that match nothing: an Admin decides once, and everything that waited for the
//! decision is delivered in its order; what comes later follows.

use std::time::Duration;

use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::deliveries::DeliveryState;
use domain::ids::{AccountId, ActivityId};
use domain::organizations::{Plan, Role};
use salesforce_sim::{
    AccountSeed, ContactSeed, Fault, FaultKind, FieldAccess, Id, LeadSeed, ObjectAccess,
};
use testkit::client::Page;

use super::links::{add_account, link};
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
    let fields = [("account", &*to.to_string())];
    decides(fixture, "link", &fields).await.text()
}

/// The same where it is linked to another one already, as the Admin sees.
async fn links_instead(fixture: &Fixture, seen: Id, to: Id) -> String {
    let fields = [("account", &*to.to_string()), ("seen", &seen.to_string())];
    decides(fixture, "link", &fields).await.text()
}

/// Waits until the org has begun with the request that the fault is for.
async fn is_under_way(sandbox: &salesforce_sim::Sim) {
    while sandbox.faults_waiting() > 0 {
        tokio::task::yield_now().await;
    }
}

/// Two people of the company do four things, which match nothing.
async fn waits(app: &TestApp, fixture: &Fixture) -> Vec<ActivityId> {
    let mut all = Vec::new();
    for (who, company, kind) in [
        ("bo", NORTHWIND, VIEW),
        ("cy", "NORTHWIND INC.", DOWNLOAD),
        ("bo", NORTHWIND, DOWNLOAD),
        ("bo", NORTHWIND, ActivityKind::CommentOnStatusPage),
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
        let of_bo: Vec<String> = of_bo.map(|task| task.subject).collect();
        let kinds = [VIEW, DOWNLOAD, ActivityKind::CommentOnStatusPage];
        let titles = kinds.map(|kind| format!("SafeBase: {}", kind.title()));
        assert_eq!(of_bo, titles, "a person's order stays");
        let later = fixture.does(&app, VIEW, "dee@northwind.example", "northwind inc.").await;
        app.sync().await;
        assert_eq!(subjects_on(&fixture, to).len(), 5);
        let told = fixture.delivery(&app, later).await.reason;
        assert!(told.starts_with("“Northwind Inc. (northwind.example)” is linked to"), "{told}");
        assert!(fixture.admin.text(LIST).await.contains("Nothing to decide"));
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

    async fn what_is_on_its_way_while_a_link_is_made_is_not_left_behind(app: TestApp) {
        let fixture = fixture(&app).await;
        let activity = fixture.does(&app, VIEW, "bo@northwind.example", NORTHWIND).await;
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let sandbox = &fixture.sandbox;
        sandbox.push_fault(Fault::new(FaultKind::Latency { millis: 3_000 }).on("composite"));
        let decides = async {
            is_under_way(sandbox).await;
            links(&fixture, to).await
        };
        let ((), said) = tokio::join!(app.sync(), decides);
        assert!(said.contains("is linked to the Salesforce Account"), "{said}");
        app.sync().await;
        assert_eq!(fixture.state(&app, activity).await, DeliveryState::Delivered);
        assert_eq!(subjects_on(&fixture, to).len(), 1);
    }

    async fn that_people_may_be_created_ends_with_the_decision(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let wrong = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let fields = [("account", &*wrong.to_string()), ("contacts", "yes")];
        decides(&fixture, "link", &fields).await;
        // The Admin notices the mistake before anything was sent.
        decides(&fixture, "unlink", &[]).await;
        app.sync().await;
        assert_eq!((count(&fixture, "Contact"), fixture.sandbox.task_count()), (0, 0));
        let right = fixture.sandbox.add_account(AccountSeed::new("Northwind Group"));
        links(&fixture, right).await;
        app.sync().await;
        assert_eq!(count(&fixture, "Contact"), 0);
        assert_eq!(subjects_on(&fixture, right).len(), 4);
    }

    async fn leads_that_could_not_be_created_are_not_created_by_a_later_retry(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let restrict = |access| {
            fixture.sandbox.restrict_object(fixture.service_user, "Contact", access);
        };
        restrict(ObjectAccess::NONE);
        decides(&fixture, "create-leads", &[]).await;
        app.sync().await;
        assert_eq!(count(&fixture, "Lead"), 0, "who can't be looked for may exist");
        restrict(ObjectAccess::FULL);
        app.advance(Duration::from_hours(1));
        fixture.admin.post("/dashboard/salesforce/deliveries/retry", &[("state", "unmatched")]).await;
        app.sync().await;
        assert_eq!(count(&fixture, "Lead"), 0);
    }

    async fn a_new_lead_has_the_name_that_any_of_the_activities_knows(app: TestApp) {
        let fixture = fixture(&app).await;
        let nameless = NewActivity {
            kind: ActivityKind::AccountMemberAdded,
            person: Some(Person { first_name: String::new(), last_name: String::new(), ..person("bo@northwind.example") }),
            company: NORTHWIND.to_owned(),
            account: None,
            details: Details::default(),
        };
        fixture.records(&app, nameless).await;
        waits(&app, &fixture).await;
        decides(&fixture, "create-leads", &[]).await;
        app.sync().await;
        let found = fixture.sandbox.find("SELECT Id, LastName FROM Lead WHERE Email = 'bo@northwind.example'");
        assert_eq!(found[0]["LastName"], "Okafor");
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

    async fn another_organizations_company_is_not_touched(app: TestApp) {
        let fixture = fixture(&app).await;
        waits(&app, &fixture).await;
        let other = app.organization("other", "Other Co", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        app.connect_sandbox(&stranger).await;
        assert!(!stranger.text(LIST).await.contains(DOMAIN));
        let to = fixture.sandbox.add_account(AccountSeed::new("Northwind Traders"));
        let fields = [("origin", DOMAIN), ("name", NORTHWIND), ("account", &to.to_string())];
        let linked = stranger.post(&format!("{LIST}/link"), &fields).await;
        assert_eq!(linked.status.as_u16(), 303);
        fixture.does(&app, VIEW, "bo@northwind.example", NORTHWIND).await;
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

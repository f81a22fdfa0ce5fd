//! The eight switches: each lets through its own act and no other, when people really
//! do all eight.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::content::Visibility;
use domain::organizations::Role;
use salesforce_sim::{AccountSeed, Id};
use testkit::buyer::{Buyer, Persona};
use testkit::{salesforce, staff};

use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const ITEM: &str = "SOC 2 report";

on_both_databases! {
    async fn each_switch_sends_its_own_kind_of_activity_and_no_other(app: TestApp) {
        let (org, admin) = fixture(&app).await;
        let mut table = Vec::new();
        for kind in ActivityKind::ALL {
            flip(&admin, kind, true).await;
            table.push((acts(&app, &org, &admin).await, vec![kind]));
            flip(&admin, kind, false).await;
        }
        table.push((acts(&app, &org, &admin).await, Vec::new()));
        finds_only(&app, &table);
    }

    async fn each_switch_that_is_off_stops_its_own_kind_of_activity_and_no_other(app: TestApp) {
        let (org, admin) = fixture(&app).await;
        app.switch_on(&admin, &ActivityKind::ALL).await;
        let mut table = Vec::new();
        for kind in ActivityKind::ALL {
            flip(&admin, kind, false).await;
            let others = ActivityKind::ALL.into_iter().filter(|other| *other != kind);
            table.push((acts(&app, &org, &admin).await, others.collect()));
            flip(&admin, kind, true).await;
        }
        table.push((acts(&app, &org, &admin).await, ActivityKind::ALL.to_vec()));
        finds_only(&app, &table);
    }
}

/// The sandbox is connected, all switches are off, and new accounts sign an NDA.
async fn fixture(app: &TestApp) -> (TestOrg, Browser) {
    let org = app.enterprise().await;
    app.item_with_pdf(&org, ITEM, Visibility::Locked).await;
    let admin = app.signed_in(&org, Role::Admin).await;
    app.connect_sandbox(&admin).await;
    let text = "# NDA\n\nWhat is confidential stays so.";
    staff::ask_for_nda(admin.client(), text).await.unwrap();
    (org, admin)
}

async fn flip(admin: &Browser, kind: ActivityKind, on: bool) {
    let done = salesforce::switch(admin.client(), kind.key(), on).await;
    done.unwrap_or_else(|error| panic!("{error:#}"));
}

/// Someone new of a new Account in the org does all eight. Answers the Account.
async fn acts(app: &TestApp, org: &TestOrg, admin: &Browser) -> Id {
    // So that nobody is slowed down for doing too much at once.
    app.advance(Duration::from_hours(1));
    let number = app.mail.mails().len();
    let company = format!("Larkspur Health {number}");
    let email = format!("dana@larkspur-{number}.example");
    let account = app.sandbox.sim.add_account(AccountSeed::new(&company));
    let who = Persona {
        first_name: "Dana",
        last_name: "Whitfield",
        email: &email,
        company: &company,
    };
    let dana = Buyer::new(&app.url, &org.slug, who).unwrap();
    let done = all_eight(app, admin, &dana).await;
    done.unwrap_or_else(|error| panic!("{error:#}"));
    app.sync().await;
    account
}

async fn all_eight(app: &TestApp, admin: &Browser, dana: &Buyer<'_>) -> anyhow::Result<()> {
    dana.request_access("A review of our vendors").await?;
    staff::approve(admin.client(), &dana.who.name()).await?;
    dana.enter(&app.mail).await?;
    dana.sign().await?;
    dana.download(ITEM).await?;
    dana.comment(ITEM, "Which exception was noted?").await?;
    dana.hand_in("Review.csv", b"Question,Answer\r\n", "").await
}

/// At the end, so that nothing came later for a switch that was off before.
fn finds_only(app: &TestApp, table: &[(Id, Vec<ActivityKind>)]) {
    let tasks = app.sandbox.sim.tasks();
    for (account, kinds) in table {
        let of_account = tasks.iter().filter(|task| task.what == Some(*account));
        let mut subjects: Vec<_> = of_account.map(|task| task.subject.clone()).collect();
        subjects.sort();
        let expected = kinds
            .iter()
            .map(|kind| format!("SafeBase: {}", kind.title()));
        let mut expected: Vec<_> = expected.collect();
        expected.sort();
        assert_eq!(subjects, expected);
    }
    let all: usize = table.iter().map(|(_, kinds)| kinds.len()).sum();
    assert_eq!(tasks.len(), all, "no Task is anywhere else");
}

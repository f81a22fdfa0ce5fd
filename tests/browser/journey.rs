//! The main job, seen by everybody it concerns: a visitor acts, and the Tasks are
//! on the Account's page in Salesforce with every field right.

use std::collections::BTreeMap;

use fantoccini::Locator;
use gatehouse::domain::content::Visibility;
use gatehouse::domain::organization::Role;
use orgsim::{AccountSeed, ContactSeed, Id, UserSeed};

use crate::chromium::Chromium;
use crate::on_both_databases;
use crate::support::{TestApp, TestOrg, pdf};

const EMAIL: &str = "dana.whitfield@larkspur.example";

on_both_databases! {
    async fn what_a_visitor_does_is_on_the_accounts_page_in_salesforce(app: TestApp) {
        let org = app.enterprise().await;
        let report = "SOC 2 report";
        app.item_with_pdf(&org, report, Visibility::Locked).await;
        let account = larkspur(&app);
        let admin = Chromium::start().await;
        admin.sign_in(&app, &org, Role::Admin).await;
        admin.connect(&app).await;
        for kind in [
            "requested_access",
            "account_created",
            "account_member_added",
            "file_downloaded",
            "status_page_view",
        ] {
            admin.flip(&format!("/switches/{kind}")).await;
        }

        let visitor = Chromium::start().await;
        request_access(&visitor, &app, &org).await;
        admin.visit(&app, "/dashboard/requests").await;
        admin.sees("Dana Whitfield").await;
        admin.press("Approve").await;
        admin.sees("Nothing waits for you").await;
        enter_by_mail(&visitor, &app).await;
        visitor.press(report).await;
        visitor.press("Download").await;
        let file = std::fs::read(visitor.downloaded().await).unwrap();
        assert_eq!(file, pdf(report));
        app.sync().await;

        admin.goto(&format!("{}/{account}", app.sandbox.url)).await;
        admin.sees("Larkspur Health").await;
        let tasks = tasks(&admin).await;
        let subjects: Vec<_> = tasks.keys().map(String::as_str).collect();
        assert_eq!(
            subjects,
            [
                "SafeBase: Account Created",
                "SafeBase: Account Member Added",
                "SafeBase: File Downloaded",
                "SafeBase: Requested Access",
                "SafeBase: Status Page View",
            ]
        );
        for (subject, fields) in &tasks {
            check_fields(subject, fields);
        }
        let comments = |subject: &str| tasks[subject]["Comments"].as_str();
        let asked = comments("SafeBase: Requested Access");
        assert!(asked.contains("A review of our vendors"), "{asked}");
        let downloaded = comments("SafeBase: File Downloaded");
        assert!(downloaded.contains("SOC 2 report.pdf"), "{downloaded}");
    }
}

/// The Account, its owner, and a Contact, in the sandbox.
fn larkspur(app: &TestApp) -> Id {
    let sim = &app.sandbox.sim;
    let amara = UserSeed::new("amara.okafor@northgate.example", "Amara", "Okafor");
    let owner = sim.add_user(amara);
    let account = sim.add_account(AccountSeed::new("Larkspur Health").owned_by(owner));
    sim.add_contact(ContactSeed::new("Dana", "Whitfield", EMAIL).of(account));
    account
}

async fn request_access(visitor: &Chromium, app: &TestApp, org: &TestOrg) {
    visitor.visit(app, &org.page("")).await;
    visitor.press("Request access").await;
    visitor.arrives_at(&org.page("/request-access")).await;
    visitor.fill("first_name", "Dana").await;
    visitor.fill("last_name", "Whitfield").await;
    visitor.fill("email", EMAIL).await;
    visitor.fill("company", "Larkspur Health").await;
    visitor.fill("reason", "A review of our vendors").await;
    visitor.press("Send request").await;
    let received = org.page("/request-access/received");
    visitor.arrives_at(&received).await;
}

async fn enter_by_mail(visitor: &Chromium, app: &TestApp) {
    let limit = std::time::Duration::from_secs(20);
    let mail = app
        .mail
        .wait_for(EMAIL, limit, |mail| mail.link("/enter?").is_some())
        .await
        .unwrap();
    visitor.goto(&mail.link("/enter?").unwrap()).await;
    visitor.press("Continue").await;
    visitor.sees("Dana").await;
}

/// The Tasks of the timeline by subject, each as label and value.
async fn tasks(admin: &Chromium) -> BTreeMap<String, BTreeMap<String, String>> {
    let mut tasks = BTreeMap::new();
    for card in admin.all(".timeline details.task").await {
        let subject = card.find(Locator::Css("strong")).await.unwrap();
        let subject = subject.text().await.unwrap();
        let mut fields = BTreeMap::new();
        for pair in card.find_all(Locator::Css("dl > div")).await.unwrap() {
            let label = pair.find(Locator::Css("dt")).await.unwrap();
            let value = pair.find(Locator::Css("dd")).await.unwrap();
            // Cards are closed at first: their text is there, but not shown.
            let text = async |element: &fantoccini::elements::Element| {
                let text = element.prop("textContent").await.unwrap();
                text.unwrap_or_default().trim().to_owned()
            };
            fields.insert(text(&label).await, text(&value).await);
        }
        tasks.insert(subject, fields);
    }
    tasks
}

fn check_fields(subject: &str, fields: &BTreeMap<String, String>) {
    let completed = subject != "SafeBase: Requested Access";
    for (label, value) in [
        ("Subject", subject),
        ("Name", "Dana Whitfield"),
        ("Related To", "Larkspur Health"),
        ("Assigned To", "Amara Okafor"),
        (
            "Status",
            if completed {
                "Completed"
            } else {
                "Not Started"
            },
        ),
        ("Priority", "Normal"),
        // Where the org is, it is ten in the morning of this day.
        ("Due Date", "2 Feb 2026"),
    ] {
        assert_eq!(fields[label], value, "{label} of {subject}");
    }
    for label in ["Created By", "Last Modified By"] {
        let by = &fields[label];
        assert!(by.starts_with("Gatehouse Integration"), "{label}: {by}");
    }
    let comments = &fields["Comments"];
    for part in [
        "Dana Whitfield",
        EMAIL,
        "Larkspur Health",
        "/dashboard/activity/",
        "Gatehouse reference: ",
    ] {
        assert!(comments.contains(part), "{part} in {comments}");
    }
}

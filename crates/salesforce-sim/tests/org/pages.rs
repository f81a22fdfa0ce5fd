use salesforce_sim::{AccountSeed, ContactSeed, Id};
use serde_json::json;

use crate::support::{Org, connected, location};

async fn page(org: &Org, path: &str) -> String {
    let answer = org.http.get(org.url(path)).send().await.unwrap();
    assert_eq!(answer.status(), 200, "{path}");
    answer.text().await.unwrap()
}

async fn record(org: &Org, id: Id) -> String {
    let short = org
        .http
        .get(org.url(&format!("/{id}")))
        .send()
        .await
        .unwrap();
    page(org, &location(&short)).await
}

#[tokio::test]
async fn an_account_shows_its_people_and_its_activity() {
    let org = connected().await;
    let account = org
        .sim
        .add_account(AccountSeed::new("Larkspur <b>&</b> Sons"));
    let contact = ContactSeed::new("Dana", "Whitfield", "dana@larkspur.example").of(account);
    let contact = org.sim.add_contact(contact);
    for (status, date) in [("Not Started", "2020-02-01"), ("Completed", "2020-01-31")] {
        let task = json!({
            "Subject": format!("Call {status}"), "WhoId": contact.to_string(), "WhatId": account.to_string(),
            "Status": status, "ActivityDate": date, "Description": "see https://trust.example/1\n<script>",
        });
        assert_eq!(org.create("Task", task).await.0, 201);
    }
    let html = record(&org, account).await;
    assert!(
        html.contains("Larkspur &#60;b&#62;&#38;&#60;/b&#62; Sons"),
        "names are text, not markup"
    );
    assert!(!html.contains("<script>"));
    let place = |text: &str| {
        html.find(text)
            .unwrap_or_else(|| panic!("no {text} in {html}"))
    };
    assert!(place("Upcoming &amp; Overdue") < place("Call Not Started"));
    assert!(place("Call Not Started") < place("January 2020"));
    assert!(place("January 2020") < place("Call Completed"));
    assert!(html.contains("Overdue, 1 Feb 2020"));
    for label in [
        "Subject",
        "Assigned To",
        "Status",
        "Priority",
        "Due Date",
        "Name",
        "Related To",
        "Comments",
        "Created By",
        "Last Modified By",
    ] {
        assert!(html.contains(&format!("<dt>{label}</dt>")), "{label}");
    }
    assert!(html.contains("<a href=\"https://trust.example/1\""));
    assert!(record(&org, contact).await.contains("Call Completed"));
    let task = org.sim.tasks()[0].id;
    assert!(record(&org, task).await.contains("Dana Whitfield"));
}

#[tokio::test]
async fn lists_can_be_searched() {
    let org = connected().await;
    for name in ["Larkspur", "Brightwater"] {
        org.sim.add_account(AccountSeed::new(name));
    }
    let all = page(&org, "/lightning/o/Account/list").await;
    assert!(all.contains("2 records") && all.contains("Larkspur") && all.contains("Sandbox"));
    let some = page(&org, "/lightning/o/Account/list?q=LARK").await;
    assert!(some.contains("1 record matching") && !some.contains("Brightwater"));
    assert!(page(&org, "/").await.contains("No task yet"));
    let nowhere = org
        .http
        .get(org.url("/001000000000000"))
        .send()
        .await
        .unwrap();
    assert_eq!(nowhere.status(), 404);
}

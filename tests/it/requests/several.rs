use domain::organizations::{Plan, Role};
use testkit::client::Page;

use super::{MAIL, happened, waiting};
use crate::dashboard::ask;
use crate::on_both_databases;
use crate::support::{Browser, TestApp, TestOrg};

const MANY: &str = "/dashboard/requests/many";

/// The values of the check boxes, as the page has them.
fn tickets(page: &Page) -> Vec<String> {
    let html = page.html();
    let boxes = html.split("name=\"request\" value=\"").skip(1);
    let values = boxes.map(|rest| rest.split('"').next().unwrap_or_default().to_owned());
    values.collect()
}

async fn press(browser: &Browser, act: &str, tickets: &[String]) -> Page {
    let mut fields = vec![("act", act)];
    fields.extend(tickets.iter().map(|ticket| ("request", ticket.as_str())));
    browser.post(MANY, &fields).await
}

async fn three_ask(app: &TestApp, org: &TestOrg) -> Browser {
    for (email, company) in [
        ("a@acme.example", "Acme"),
        ("b@umbrella.example", "Umbrella"),
        ("c@hooli.example", "Hooli"),
    ] {
        ask(app, org, email, company).await;
    }
    app.signed_in(org, Role::Editor).await
}

on_both_databases! {
    async fn ticked_requests_are_approved_each_to_its_account(app: TestApp) {
        let org = app.enterprise().await;
        let editor = three_ask(&app, &org).await;
        let page = editor.open("/dashboard/requests").await;
        assert!(page.text().contains("New account"), "{}", page.text());
        let tickets = tickets(&page);
        assert_eq!(tickets.len(), 3);
        let done = press(&editor, "approve", &tickets[..2]).await;
        assert_eq!(done.status, 303, "{}", done.summary());
        let list = editor.text("/dashboard/requests").await;
        assert!(list.contains("2 requests approved."), "{list}");
        assert_eq!(
            happened(&app, &org).await,
            [
                "Account Created: Grace Hopper, Acme",
                "Account Created: Grace Hopper, Umbrella",
                "Account Member Added: Grace Hopper, Acme",
                "Account Member Added: Grace Hopper, Umbrella",
            ]
        );
        let left = waiting(&app, &org).await;
        assert_eq!(left.len(), 1, "who was not ticked waits");
        for email in ["a@acme.example", "b@umbrella.example"] {
            app.mail.wait_for(email, MAIL, |_| true).await.expect("an email");
        }
    }

    async fn one_that_was_decided_meanwhile_holds_back_none_of_the_others(app: TestApp) {
        let org = app.enterprise().await;
        let editor = three_ask(&app, &org).await;
        let page = editor.open("/dashboard/requests").await;
        let tickets = tickets(&page);
        let first = waiting(&app, &org).await[0].id;
        let deny = format!("/dashboard/requests/{first}/deny");
        editor.post(&deny, &[]).await;
        let done = press(&editor, "approve", &tickets).await;
        assert!(done.text().contains("2 approved, 1 not"), "{}", done.text());
        assert!(done.text().contains("already denied by Editor of Northgate Labs"), "{}", done.text());
        assert!(waiting(&app, &org).await.is_empty());
        let again = press(&editor, "approve", &tickets).await;
        assert!(again.text().contains("0 approved, 3 not"), "{}", again.text());
        assert_eq!(happened(&app, &org).await.len(), 4, "two accounts, two people");
    }

    async fn two_who_press_at_once_let_everybody_in_once(app: TestApp) {
        let org = app.enterprise().await;
        let editor = three_ask(&app, &org).await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let tickets = tickets(&editor.open("/dashboard/requests").await);
        let (one, other) = tokio::join!(
            press(&editor, "approve", &tickets),
            press(&admin, "approve", &tickets)
        );
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert!(matches!(answers, [200, 200 | 303]), "one is told what was decided before: {answers:?}");
        assert!(waiting(&app, &org).await.is_empty());
        assert_eq!(happened(&app, &org).await.len(), 6, "three accounts, three people");
    }

    async fn several_are_denied_with_one_message_each(app: TestApp) {
        let org = app.enterprise().await;
        let editor = three_ask(&app, &org).await;
        let tickets = tickets(&editor.open("/dashboard/requests").await);
        let mut fields = vec![("act", "deny"), ("message", "Not this year.")];
        fields.extend(tickets[1..].iter().map(|ticket| ("request", ticket.as_str())));
        let done = editor.post(MANY, &fields).await;
        assert_eq!(done.status, 303, "{}", done.summary());
        let list = editor.text("/dashboard/requests").await;
        assert!(list.contains("2 requests denied."), "{list}");
        for email in ["b@umbrella.example", "c@hooli.example"] {
            let email = app.mail.wait_for(email, MAIL, |_| true).await.expect("an email");
            assert!(email.text.contains("Not this year."), "{}", email.text);
        }
        assert_eq!(app.mail.mails().len(), 2);
        assert!(happened(&app, &org).await.is_empty());
    }

    async fn nothing_ticked_and_what_was_written_is_kept(app: TestApp) {
        let org = app.enterprise().await;
        let editor = three_ask(&app, &org).await;
        let page = editor.post(MANY, &[("act", "deny"), ("message", "Not this year.")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Select at least one request."), "{}", page.text());
        assert!(page.text().contains("Not this year."));
    }

    async fn another_organizations_requests_are_left_alone(app: TestApp) {
        let org = app.enterprise().await;
        let editor = three_ask(&app, &org).await;
        let tickets = tickets(&editor.open("/dashboard/requests").await);
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        for act in ["approve", "deny"] {
            let page = press(&stranger, act, &tickets).await;
            assert!(page.text().contains("None of these requests exist anymore"), "{}", page.text());
        }
        let viewer = app.signed_in(&org, Role::Viewer).await;
        assert_eq!(press(&viewer, "approve", &tickets).await.status, 403);
        assert!(!viewer.open("/dashboard/requests").await.html().contains("name=\"request\""));
        assert_eq!(waiting(&app, &org).await.len(), 3);
        assert!(happened(&app, &org).await.is_empty());
    }
}

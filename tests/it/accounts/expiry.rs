//! Access that ends.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::content::Visibility::{Locked, Public};
use domain::organizations::Role;
use gatehouse::use_cases::accounts::reminders::remind_across_tenants;

use super::account;
use crate::on_both_databases;
use crate::public::{activities, member, offer};
use crate::support::{Browser, TestApp, TestOrg, pdf};

const DAY: Duration = Duration::from_hours(24);

/// The last day of the account's access, or of its people's.
async fn until(app: &TestApp, table: &'static str, day: &'static str) {
    let sql = match table {
        "account" => "UPDATE account SET access_until = $1",
        _ => "UPDATE member SET access_until = $1",
    };
    let mut tx = app.db.begin().await.unwrap();
    tx.execute(sql, &[day.into()]).await.unwrap();
    tx.commit().await.unwrap();
}

async fn reminded(app: &TestApp) -> usize {
    let url = &app.config.public_url;
    remind_across_tenants(&app.db, &app.ambient, url)
        .await
        .unwrap()
}

async fn emails(app: &TestApp, _org: &TestOrg) -> Vec<(String, String)> {
    let mut tx = app.db.read().await.unwrap();
    let sql =
        "SELECT recipient, subject FROM email WHERE subject LIKE 'The access of%' ORDER BY id";
    let rows = tx.all(sql, &[]).await.unwrap();
    let pair = |row: &store::Row| (row.get("recipient").unwrap(), row.get("subject").unwrap());
    rows.iter().map(pair).collect()
}

/// The overview and the list of accounts count the same people.
async fn assert_counted(viewer: &Browser, people: i64, why: &str) {
    let text = viewer.text("/dashboard").await;
    let shown = format!("People with access {people}");
    assert!(text.contains(&shown), "{why}: {text}");
    let list = viewer.open("/dashboard/accounts").await;
    let cell = format!(r#"<td data-label="People" class="num">{people}</td>"#);
    assert!(list.html().contains(&cell), "{why}: {}", list.html());
}

on_both_databases! {
    async fn people_whose_access_has_ended_are_not_counted(app: TestApp) {
        let org = app.enterprise().await;
        offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        member(&app, &org).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        for table in ["account", "member"] {
            until(&app, table, "2026-02-02").await;
            assert_counted(&viewer, 1, table).await;
            until(&app, table, "2026-02-01").await;
            assert_counted(&viewer, 0, table).await;
            until(&app, table, "2027-01-01").await;
        }
    }

    async fn members_of_a_rejected_account_are_not_counted(app: TestApp) {
        let org = app.enterprise().await;
        offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        member(&app, &org).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        assert_counted(&viewer, 1, "approved").await;
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("UPDATE account SET review = 'rejected'", &[]).await.unwrap();
        tx.commit().await.unwrap();
        assert_counted(&viewer, 0, "rejected").await;
    }

    async fn access_lasts_to_the_end_of_its_last_day_and_no_longer(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "Secret name.pdf", &pdf("Report")).await;
        let public = offer(&app, &org, Public, "Policy.pdf", &pdf("Policy")).await;
        let ada = member(&app, &org).await;
        for table in ["account", "member"] {
            until(&app, table, "2026-02-02").await;
            assert_eq!(ada.get(&locked.path(&org, "download")).await.status, 200, "{table}");
            until(&app, table, "2026-02-01").await;
            for path in [locked.path(&org, "download"), locked.path(&org, "view"), org.page("/nda"), org.page("/questionnaires")] {
                let answer = ada.get(&path).await;
                assert_eq!(answer.status, 403, "{table} {path}");
                assert!(answer.text().contains("ended on Feb 1, 2026"), "{}", answer.text());
            }
            let item = org.page(&format!("/items/{}", locked.item));
            let text = [("text", "Still?")];
            assert_eq!(ada.post(&format!("{item}/comments"), &text).await.status, 403);
            for path in [org.page(""), item] {
                let page = ada.open(&path).await;
                assert!(page.text().contains("Request access again"), "{}", page.text());
                assert!(page.text().contains("Feb 1, 2026"), "{}", page.text());
                assert!(!page.html().contains("Secret name") && !page.html().contains("at length"));
            }
            assert_eq!(ada.get(&public.path(&org, "download")).await.status, 200);
            until(&app, table, "2027-01-01").await;
            assert_eq!(ada.get(&locked.path(&org, "download")).await.status, 200, "{table}");
        }
    }

    async fn the_clock_closes_it_without_anybody_doing_anything(app: TestApp) {
        let org = app.enterprise().await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let ada = member(&app, &org).await;
        until(&app, "account", "2026-02-03").await;
        app.advance(DAY);
        assert_eq!(ada.get(&locked.path(&org, "download")).await.status, 200);
        app.advance(DAY);
        assert_eq!(ada.get(&locked.path(&org, "download")).await.status, 403);
    }

    async fn who_asks_again_waits_for_staff_and_is_let_in_without_an_end(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let ada = member(&app, &org).await;
        until(&app, "member", "2026-02-01").await;
        let page = ada.open(&org.page("/request-access")).await;
        ada.submit(&page, "/request-access", &[("company", "Analytical Engines")]).await;
        assert_eq!(activities(&app, &org, ActivityKind::RequestedAccess).await.len(), 1);
        let page = editor.open("/dashboard/requests").await;
        assert!(page.text().contains("ada@engines.example"), "{}", page.text());
        let path = format!("/dashboard/accounts/{}", account(&app, &org).await.id);
        let page = editor.open(&path).await;
        let fields = [("last_name", "Lovelace"), ("email", "ada@engines.example")];
        editor.submit(&page, "/members", &fields).await;
        assert_eq!(ada.get(&locked.path(&org, "download")).await.status, 200);
    }

    async fn nobody_joins_an_account_that_is_closed(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let ada = member(&app, &org).await;
        let path = format!("/dashboard/accounts/{}", account(&app, &org).await.id);
        let form = editor.open(&path).await;
        let fields = [("last_name", "Babbage"), ("email", "charles@engines.example")];
        until(&app, "account", "2026-02-01").await;
        let page = editor.submit(&form, "/members", &fields).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("extend it on the account’s page first"), "{}", page.text());
        until(&app, "account", "2027-02-01").await;
        let page = editor.open(&format!("{path}/edit")).await;
        editor.submit(&page, "/edit", &[("review", "rejected")]).await;
        let page = editor.submit(&form, "/members", &fields).await;
        assert!(page.text().contains("is rejected"), "{}", page.text());
        assert_eq!(ada.get(&locked.path(&org, "download")).await.status, 403);
        assert!(activities(&app, &org, ActivityKind::AccountMemberAdded).await.is_empty());
    }

    async fn the_owner_is_emailed_a_week_ahead_once_and_again_for_a_later_end(app: TestApp) {
        let org = app.enterprise().await;
        app.staff(&org, Role::Viewer).await;
        let editor = app.staff(&org, Role::Editor).await;
        let owner = app.staff(&org, Role::Admin).await;
        member(&app, &org).await;
        until(&app, "account", "2026-02-10").await;
        assert_eq!(reminded(&app).await, 0, "eight days ahead");
        app.advance(DAY);
        assert_eq!((reminded(&app).await, reminded(&app).await), (1, 0));
        let sent = emails(&app, &org).await;
        assert!(sent.iter().all(|(_, subject)| subject == "The access of Analytical Engines expires in 7 days"), "{sent:?}");
        let mut to: Vec<_> = sent.into_iter().map(|(to, _)| to).collect();
        to.sort();
        assert_eq!(to, [owner.email.to_string(), editor.email.to_string()]);
        until(&app, "account", "2026-02-09").await;
        let mut tx = app.db.begin().await.unwrap();
        let id = owner.id.to_string();
        tx.execute("UPDATE account SET owner_id = $1", &[id.into()]).await.unwrap();
        tx.commit().await.unwrap();
        assert_eq!((reminded(&app).await, emails(&app, &org).await.len()), (1, 3));
        until(&app, "member", "2026-02-04").await;
        assert_eq!((reminded(&app).await, reminded(&app).await), (1, 0));
        let subject = "The access of ada@engines.example of Analytical Engines expires tomorrow";
        let told = (owner.email.to_string(), subject.to_owned());
        assert!(emails(&app, &org).await.contains(&told));
        app.advance(30 * DAY);
        assert_eq!(reminded(&app).await, 0, "nobody is emailed about what has ended");
    }

    async fn one_person_gets_another_last_day_than_the_account(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        member(&app, &org).await;
        let path = format!("/dashboard/accounts/{}", account(&app, &org).await.id);
        let page = editor.open(&path).await;
        let page = editor.submit(&page, "/end", &[("until", "2026-02-05")]).await;
        assert!(page.text().contains("The access of Ada Lovelace ends with Feb 5, 2026"), "{}", page.text());
        assert!(page.text().contains("Expires in 3 days"), "{}", page.text());
        let odd = editor.submit(&page, "/end", &[("until", "soon")]).await;
        assert_eq!(odd.status, 400);
        let page = editor.submit(&page, "/end", &[("until", "")]).await;
        assert!(page.text().contains("has no end of its own"), "{}", page.text());
    }
}

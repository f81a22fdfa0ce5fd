//! What the audit log has of people who come, try to, and take something with them.

use std::time::Duration;

use domain::content::Visibility;
use domain::organizations::Role;
use store::audit_log::{self, AuditEntry};

use crate::on_both_databases;
use crate::requests::give_access;
use crate::support::member;
use crate::support::{PASSWORD, TestApp, TestOrg, pdf};

/// The newest entry with that action.
async fn newest(app: &TestApp, org: &TestOrg, action: &str) -> AuditEntry {
    let mut found = entries(app, org, action).await;
    assert!(!found.is_empty(), "nothing says “{action}”");
    found.remove(0)
}

async fn entries(app: &TestApp, org: &TestOrg, action: &str) -> Vec<AuditEntry> {
    let mut tx = app.db.read().await.expect("a transaction");
    let filter = audit_log::Filter::default();
    let all = audit_log::list(&mut tx, org.id, &filter, 500)
        .await
        .expect("entries");
    all.into_iter()
        .filter(|entry| entry.action == action)
        .collect()
}

on_both_databases! {
    async fn the_audit_log_has_network_and_session_of_each_act(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Editor).await;
        let one = app.browser_of(&user).await;
        give_access(&one, "Acme", "ada@acme.example").await;
        let first = newest(&app, &org, "Gave access").await;
        // Entries of one moment stand in no order.
        app.advance(Duration::from_secs(1));
        let other = app.browser_of(&user).await;
        give_access(&other, "Beta", "bob@beta.example").await;
        let second = newest(&app, &org, "Gave access").await;
        assert_eq!(first.network, "127.0.0.1");
        assert_eq!((first.session.len(), second.session.len()), (12, 12));
        assert_ne!(first.session, second.session);
        assert_eq!(newest(&app, &org, "Signed in").await.session, second.session);
        let admin = app.signed_in(&org, Role::Admin).await;
        let page = admin.text("/dashboard/settings/audit").await;
        assert!(page.contains(&format!("127.0.0.1 · session {}", first.session)), "{page}");
    }

    async fn wrong_passwords_and_being_kept_out_stand_there(app: TestApp) {
        let org = app.enterprise().await;
        let user = app.staff(&org, Role::Viewer).await;
        for _ in 0..12 {
            let fields = [("email", user.email.as_str()), ("password", "wrong")];
            app.browser().post("/login", &fields).await;
        }
        let failed = entries(&app, &org, "Failed to sign in").await;
        assert_eq!(failed.len(), 10);
        assert_eq!((failed[0].actor.as_str(), failed[0].detail.as_str()), (user.actor().as_str(), "Wrong password"));
        let kept_out = entries(&app, &org, "Was kept from signing in").await;
        assert_eq!(kept_out.len(), 1, "once, however often it is tried");
        assert!(kept_out[0].detail.contains("15 minutes"), "{kept_out:?}");
    }

    async fn an_address_that_nobody_has_is_in_no_log(app: TestApp) {
        let org = app.enterprise().await;
        let fields = [("email", "nobody@acme.example"), ("password", PASSWORD)];
        app.browser().post("/login", &fields).await;
        assert!(entries(&app, &org, "Failed to sign in").await.is_empty());
    }

    async fn a_visitor_who_signs_in_is_listed(app: TestApp) {
        let org = app.enterprise().await;
        member(&app, &org).await;
        let entry = newest(&app, &org, "Signed in to the trust center").await;
        assert_eq!(entry.actor, "Ada Lovelace <ada@engines.example>");
        assert_eq!((entry.network.as_str(), entry.session.len()), ("127.0.0.1", 12));
    }

    async fn documents_and_tables_that_staff_take_stand_there(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let item = app.item(&org, "Report", Visibility::Locked).await.id;
        let here = format!("/dashboard/content/items/{item}");
        let content = pdf("Report");
        editor.upload(&format!("{here}/document"), &[("note", "")], ("file", "Report.pdf", &content)).await;
        let mut tx = app.db.read().await.expect("a transaction");
        let found = store::content::items::by_id(&mut tx, org.id, item).await.expect("the database");
        drop(tx);
        let document = found.and_then(|item| item.document).expect("a document");
        let file = format!("{here}/versions/{document}");
        for _ in 0..3 {
            assert_eq!(editor.get(&file).await.status, 200);
        }
        let taken = entries(&app, &org, "Downloaded a document").await;
        assert_eq!(taken.len(), 1, "trying again is no other download");
        assert_eq!(taken[0].detail, "Report.pdf");
        assert_eq!(editor.get("/dashboard/analytics/days.csv").await.status, 200);
        let exported = newest(&app, &org, "Exported analytics").await;
        assert!(exported.detail.starts_with("analytics-days-"), "{exported:?}");
    }
}

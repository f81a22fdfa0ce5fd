//! Taking a denial back.

use domain::organizations::{Plan, Role};

use super::{ask_on_the_page, give_access, happened, waiting};
use crate::dashboard::ask;
use crate::on_both_databases;

on_both_databases! {
    async fn a_denial_is_undone_from_the_message_about_it(app: TestApp) {
        let org = app.enterprise().await;
        ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open("/dashboard/requests").await;
        let denied = editor.submit(&page, "/deny", &[]).await;
        assert!(denied.text().contains("is denied. Nothing was sent. Undo"), "{}", denied.text());
        let page = editor.submit(&denied, "/reopen", &[]).await;
        assert!(page.text().contains("The request of Grace Hopper waits again."), "{}", page.text());
        assert_eq!(waiting(&app, &org).await.len(), 1);
        let page = editor.submit(&page, "/approve", &[]).await;
        assert!(page.text().contains("now has access with Acme"), "{}", page.text());
        assert_eq!(happened(&app, &org).await.len(), 2, "one account, one person");
    }

    async fn someone_who_was_told_is_said_to_have_been_told(app: TestApp) {
        let org = app.enterprise().await;
        ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open("/dashboard/requests").await;
        editor.submit(&page, "/deny", &[("message", "Not this year.")]).await;
        let page = editor.open("/dashboard/requests").await;
        let page = editor.submit(&page, "/reopen", &[]).await;
        assert!(page.text().contains("They were emailed that it was denied."), "{}", page.text());
        let admin = app.signed_in(&org, Role::Admin).await;
        let log = admin.text("/dashboard/settings/audit").await;
        assert!(log.contains("Reopened a denied request"), "{log}");
        assert!(log.contains("Not this year."), "what they were told is kept: {log}");
    }

    async fn only_a_denied_request_is_reopened_and_only_once(app: TestApp) {
        let org = app.enterprise().await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let reopen = format!("/dashboard/requests/{id}/reopen");
        assert_eq!(editor.post(&reopen, &[]).await.status, 409, "it waits");
        editor.post(&format!("/dashboard/requests/{id}/deny"), &[]).await;
        let (one, other) = tokio::join!(editor.post(&reopen, &[]), editor.post(&reopen, &[]));
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [303, 409]);
        editor.post(&format!("/dashboard/requests/{id}/approve"), &[("account", "Acme")]).await;
        assert_eq!(editor.post(&reopen, &[]).await.status, 409, "it is approved");
    }

    async fn someone_who_asked_again_waits_once(app: TestApp) {
        let org = app.enterprise().await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        editor.post(&format!("/dashboard/requests/{id}/deny"), &[]).await;
        ask_on_the_page(&app, &org, "grace@acme.example", "Acme").await;
        let page = editor.post(&format!("/dashboard/requests/{id}/reopen"), &[]).await;
        assert_eq!(page.status, 409);
        assert!(page.text().contains("already has a request waiting"), "{}", page.text());
        assert_eq!(waiting(&app, &org).await.len(), 1);
    }

    async fn of_two_denials_of_one_person_only_one_waits_again(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let mut reopen = Vec::new();
        for _ in 0..2 {
            let id = ask(&app, &org, "grace@acme.example", "Acme").await;
            editor.post(&format!("/dashboard/requests/{id}/deny"), &[]).await;
            reopen.push(format!("/dashboard/requests/{id}/reopen"));
        }
        let (one, other) = tokio::join!(editor.post(&reopen[0], &[]), editor.post(&reopen[1], &[]));
        let mut answers = [one.status.as_u16(), other.status.as_u16()];
        answers.sort_unstable();
        assert_eq!(answers, [303, 409]);
        assert_eq!(waiting(&app, &org).await.len(), 1);
    }

    async fn someone_who_has_access_by_now_waits_for_nobody(app: TestApp) {
        let org = app.enterprise().await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        editor.post(&format!("/dashboard/requests/{id}/deny"), &[]).await;
        give_access(&editor, "Acme", "grace@acme.example").await;
        let page = editor.post(&format!("/dashboard/requests/{id}/reopen"), &[]).await;
        assert_eq!(page.status, 409);
        assert!(page.text().contains("This person has access by now."), "{}", page.text());
        assert!(waiting(&app, &org).await.is_empty());
    }

    async fn another_organization_reopens_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let id = ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        editor.post(&format!("/dashboard/requests/{id}/deny"), &[]).await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        let page = stranger.post(&format!("/dashboard/requests/{id}/reopen"), &[]).await;
        assert_eq!(page.status, 404);
        assert!(waiting(&app, &org).await.is_empty());
    }
}

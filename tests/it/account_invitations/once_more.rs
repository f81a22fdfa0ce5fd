use domain::organizations::{Plan, Role};

use super::{MAIL, acme, added, confirm, paste, path};
use crate::dashboard::{ask, happened};
use crate::on_both_databases;

on_both_databases! {
    async fn a_member_is_sent_the_invitation_again(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let first = app.mail.wait_for("first@acme.example", MAIL, |_| true).await.expect("an email");
        let page = editor.open(&path(&account, "")).await;
        let page = editor.submit(&page, "/resend", &[]).await;
        assert!(page.text().contains("A new link is on its way to first@acme.example"), "{}", page.text());
        let email = app.mail.wait_for("first@acme.example", MAIL, |mail| mail.number > first.number).await;
        let email = email.expect("another email");
        assert!(email.subject.contains("invites you"), "{}", email.subject);
        let link = email.link("/enter?token=").expect("a link");
        assert_ne!(Some(link), first.link("/enter?token="));
        assert_eq!(added(&app, &org).await, 1, "being reminded is no news");
        for _ in 0..2 {
            let page = editor.open(&path(&account, "")).await;
            editor.submit(&page, "/resend", &[]).await;
        }
        let page = editor.open(&path(&account, "")).await;
        let page = editor.submit(&page, "/resend", &[]).await;
        assert_eq!(page.status, 429);
        assert!(page.text().contains("within the last hour"), "{}", page.text());
    }

    async fn who_has_no_access_is_sent_nothing(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let page = editor.open(&path(&account, "")).await;
        let resend = page.form("/resend").expect("the form").action;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Admin).await;
        assert_eq!(stranger.post(&resend, &[]).await.status, 404);
        editor.submit(&page, "/revoke", &[]).await;
        assert_eq!(editor.post(&resend, &[]).await.status, 404);
    }

    async fn an_approval_and_an_invitation_are_two_emails(app: TestApp) {
        let org = app.enterprise().await;
        ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = editor.open("/dashboard/requests").await;
        editor.submit(&page, "/approve", &[]).await;
        let email = app.mail.wait_for("grace@acme.example", MAIL, |_| true).await.expect("an email");
        assert!(email.text.contains("your request was approved"), "{}", email.text);
        acme(&app, &org, &editor).await;
        let email = app.mail.wait_for("first@acme.example", MAIL, |_| true).await.expect("an email");
        assert!(!email.text.contains("request"), "{}", email.text);
    }

    async fn an_address_alone_is_enough_and_takes_no_name_away(app: TestApp) {
        let org = app.enterprise().await;
        ask(&app, &org, "grace@acme.example", "Acme").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let account = acme(&app, &org, &editor).await;
        let preview = paste(&editor, &account, "grace@acme.example\nsales@acme.example").await;
        confirm(&editor, &preview).await;
        let happened = happened(&app, &org).await;
        for who in ["Grace Hopper", "sales@acme.example"] {
            let what = format!("Account Member Added: {who}, Acme");
            assert!(happened.contains(&what), "{happened:?}");
        }
    }
}

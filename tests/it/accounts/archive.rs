//! Accounts that are put away.

use domain::access_requests::HeldBack;
use domain::activities::ActivityKind;
use domain::organizations::Role;
use gatehouse::use_cases::accounts::reminders::remind_across_tenants;
use testkit::client::Page;

use super::account;
use crate::conversations::{item, open_conversation, send, write};
use crate::nda::locked_items::{everything, leaks};
use crate::nda::{choose, fixture};
use crate::on_both_databases;
use crate::public::{activities, enter, member};
use crate::requests::{admin_with_policy, ask_on_the_page, give_access, waiting};
use crate::support::{Browser, TestApp, TestOrg};

/// Archives Ada's account, or brings it back.
async fn put(app: &TestApp, org: &TestOrg, staff: &Browser, act: &str) -> Page {
    let path = format!("/dashboard/accounts/{}", account(app, org).await.id);
    let page = staff.open(&path).await;
    staff.submit(&page, act, &[]).await
}

on_both_databases! {
    async fn a_member_of_an_archived_account_reaches_nothing_locked_by_any_address(app: TestApp) {
        let fixture = fixture(&app).await;
        choose(&app, &fixture.org, &fixture.admin, "none", "").await;
        put(&app, &fixture.org, &fixture.admin, "/archive").await;
        for (what, answer) in everything(&fixture, &fixture.ada).await {
            assert!(!leaks(&fixture, &answer), "{what}: {}", answer.summary());
            assert!(!answer.status.is_server_error(), "{what}: {}", answer.summary());
        }
        for kind in [ActivityKind::FileDownloaded, ActivityKind::CommentOnStatusPage] {
            assert!(activities(&app, &fixture.org, kind).await.is_empty(), "{kind}");
        }
        // Nor does a new link let her in.
        enter(&app, &fixture.org, &fixture.ada, "ada@engines.example").await;
        let path = fixture.locked.path(&fixture.org, "download");
        assert_eq!(fixture.ada.get(&path).await.status, 403);

        put(&app, &fixture.org, &fixture.admin, "/restore").await;
        let open = everything(&fixture, &fixture.ada).await;
        let open: Vec<_> = open.iter().filter(|(_, answer)| leaks(&fixture, answer)).collect();
        assert!(open.len() >= 8, "only {} addresses", open.len());
    }

    async fn it_leaves_the_list_and_keeps_its_history(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        give_access(&editor, "Analytical Engines", "ada@engines.example").await;
        give_access(&editor, "Rival", "eve@rival.example").await;
        enter(&app, &org, &app.browser(), "ada@engines.example").await;
        let page = put(&app, &org, &editor, "/archive").await;
        let text = page.text();
        for part in ["Analytical Engines is archived", "It lets nobody in", "ada@engines.example", "Account Created"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(page.form("/members").is_none() && page.form("/archive").is_none(), "{text}");
        let list = editor.text("/dashboard/accounts").await;
        assert!(list.contains("1 account") && !list.contains("Analytical"), "{list}");
        let list = editor.text("/dashboard/accounts?show=archived").await;
        assert!(list.contains("Analytical Engines") && !list.contains("Rival"), "{list}");
        assert!(editor.text("/dashboard/analytics").await.contains("Analytical Engines"));
        assert!(text.contains("Undo"), "{text}");
        let page = editor.submit(&page, "/restore", &[]).await;
        assert!(page.text().contains("is restored, with its members. Undo"), "{}", page.text());
        assert!(editor.text("/dashboard/accounts").await.contains("2 accounts"));
        let admin = app.signed_in(&org, Role::Admin).await;
        let audit = admin.text("/dashboard/settings/audit").await;
        for part in ["Archived an account", "Brought an account back"] {
            assert!(audit.contains(part), "{part}: {audit}");
        }
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let path = format!("/dashboard/accounts/{}/archive", account(&app, &org).await.id);
        assert_eq!(viewer.post(&path, &[]).await.status, 403);
    }

    async fn who_asks_for_an_archived_account_waits_for_staff(app: TestApp) {
        let org = app.enterprise().await;
        let admin = admin_with_policy(&app, &org, &[("automatic", "always")]).await;
        give_access(&admin, "Analytical Engines", "ada@engines.example").await;
        give_access(&admin, "Analytical Engines", "private@elsewhere.example").await;
        put(&app, &org, &admin, "/archive").await;
        // By name, by domain, and as one of its people under another name.
        for (email, company) in [
            ("mallory@evil.example", "Analytical Engines"),
            ("grace@engines.example", "Engines New"),
            ("private@elsewhere.example", "Something Else"),
        ] {
            ask_on_the_page(&app, &org, email, company).await;
        }
        let waiting = waiting(&app, &org).await;
        assert_eq!(waiting.len(), 3, "{waiting:?}");
        assert!(waiting.iter().all(|one| one.held_back == Some(HeldBack::Archived)), "{waiting:?}");
        let page = admin.open("/dashboard/requests").await;
        let text = page.text();
        assert!(text.contains("Not approved automatically: an archived account"), "{text}");
        assert!(text.contains("fits, but is archived"), "{text}");
        let id = account(&app, &org).await.id.to_string();
        assert!(!page.html().contains(&format!("value=\"{id}\"")), "it is suggested for nobody");
        let approve = format!("/dashboard/requests/{}/approve", waiting[0].id);
        let page = admin.submit(&page, &approve, &[("account", "Analytical Engines")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("bring it back on its page first"), "{}", page.text());
    }

    async fn its_open_questions_are_not_listed_until_it_is_restored(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let ada = member(&app, &org).await;
        let item = item(&app, &org).await;
        write(&ada, &org, item.id, "Was the API in scope?").await;
        send(&ada, &org, &[], "SIG.csv", b"q,a").await;
        put(&app, &org, &editor, "/archive").await;
        let page = editor.open("/dashboard/conversations").await;
        assert!(page.text().contains("All answered"), "{}", page.text());
        assert!(!page.text().contains("waiting"), "the badge: {}", page.text());
        let page = open_conversation(&editor, "Penetration test").await;
        assert!(page.text().contains("Was the API in scope?"), "{}", page.text());
        assert!(page.text().contains("Bring the account back to answer"), "{}", page.text());
        assert!(page.form("/answer").is_none());
        let page = editor.open("/dashboard/questionnaires").await;
        assert!(page.text().contains("All done"), "{}", page.text());
        let page = editor.open(page.link("SIG.csv").unwrap().as_str()).await;
        assert!(page.text().contains("its people don’t see what you return"), "{}", page.text());
        put(&app, &org, &editor, "/restore").await;
        let page = editor.text("/dashboard/conversations").await;
        assert!(page.contains("Waiting for an answer 1"), "{page}");
        let page = editor.text("/dashboard/questionnaires").await;
        assert!(page.contains("To do 1"), "{page}");
    }

    async fn its_domains_stay_its_own_until_they_are_removed_there(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        member(&app, &org).await;
        give_access(&editor, "Difference", "d@difference.example").await;
        put(&app, &org, &editor, "/archive").await;
        let list = editor.open("/dashboard/accounts").await;
        let other = list.link("Difference").unwrap().path().to_owned();
        let take = async || {
            let form = editor.open(&format!("{other}/edit")).await;
            editor.submit(&form, "/edit", &[("domains", "engines.example")]).await
        };
        let page = take().await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("belongs to Analytical Engines, which is archived"), "{}", page.text());
        let id = account(&app, &org).await.id;
        let form = editor.open(&format!("/dashboard/accounts/{id}/edit")).await;
        editor.submit(&form, "/edit", &[("domains", "")]).await;
        assert_eq!(take().await.status, 200);
    }

    async fn nobody_gets_email_about_an_archived_account(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        member(&app, &org).await;
        let id = account(&app, &org).await.id;
        let page = editor.open(&format!("/dashboard/accounts/{id}")).await;
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("UPDATE account SET access_until = '2026-02-05'", &[]).await.unwrap();
        store::accounts::set_archived(&mut tx, org.id, id, Some(app.ambient.now())).await.unwrap();
        tx.commit().await.unwrap();
        let url = &app.config.public_url;
        assert_eq!(remind_across_tenants(&app.db, &app.ambient, url).await.unwrap(), 0);
        let again = editor.submit(&page, "/resend", &[]).await;
        assert_eq!(again.status, 400);
        assert!(again.text().contains("is archived"), "{}", again.text());
    }
}

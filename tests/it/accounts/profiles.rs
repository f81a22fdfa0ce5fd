//! Which document groups a member sees.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::content::Visibility::{Locked, Public};
use domain::organizations::Role;

use super::{account, grouped, limited};
use crate::on_both_databases;
use crate::public::{activities, member, offer};
use crate::support::pdf;

const FILE: &str = "Penetration test 2026.pdf";

on_both_databases! {
    async fn a_member_sees_the_groups_of_the_profile_and_what_is_in_none(app: TestApp) {
        let org = app.enterprise().await;
        let ours = offer(&app, &org, Locked, "Ours.pdf", &pdf("Ours")).await;
        let others = offer(&app, &org, Locked, FILE, &pdf("Others")).await;
        let loose = offer(&app, &org, Locked, "Loose.pdf", &pdf("Loose")).await;
        let ada = member(&app, &org).await;
        let group = grouped(&app, &org, ours.item, "Policies").await;
        grouped(&app, &org, others.item, "Audit reports").await;
        for offer in [&ours, &others, &loose] {
            let answer = ada.get(&offer.path(&org, "download")).await;
            assert_eq!(answer.status, 200, "without a profile everything is open");
        }
        limited(&app, &org, &[group]).await;
        for (offer, status) in [(&ours, 200), (&others, 403), (&loose, 200)] {
            for verb in ["download", "view"] {
                let answer = ada.get(&offer.path(&org, verb)).await;
                assert_eq!(answer.status, status, "{} {verb}", offer.document.file_name);
            }
        }
        let page = ada.text(&org.page("")).await;
        assert!(page.contains("Not included in your access · request access"), "{page}");
        assert!(page.contains("2 of 3"), "{page}");
    }

    async fn what_a_profile_leaves_out_shows_title_and_summary_only(app: TestApp) {
        let org = app.enterprise().await;
        let others = offer(&app, &org, Locked, FILE, &pdf("Others")).await;
        let ada = member(&app, &org).await;
        let item = org.page(&format!("/items/{}", others.item));
        let page = ada.open(&item).await;
        ada.submit(&page, "/comments#conversation", &[("text", "Is this the newest?")]).await;
        grouped(&app, &org, others.item, "Secret group").await;
        limited(&app, &org, &[]).await;
        let secrets = [FILE, "at length", "Secret group", "Is this the newest?", "Profile of 0"];
        for path in [org.page(""), item.clone(), org.page("/request-access")] {
            let page = ada.open(&path).await;
            for secret in secrets {
                assert!(!page.html().contains(secret), "{secret} on {path}");
            }
            assert!(!page.html().contains(&others.document.id.to_string()), "{path}");
        }
        let page = ada.open(&item).await;
        assert!(page.text().contains("Not included in your access"), "{}", page.text());
        assert!(page.form("/comments#conversation").is_none());
        let before = activities(&app, &org, ActivityKind::CommentOnStatusPage).await.len();
        for text in ["May I?", ""] {
            let answer = ada.post(&format!("{item}/comments"), &[("text", text)]).await;
            assert_eq!(answer.status, 403);
            assert!(!answer.html().contains("newest"), "{}", answer.summary());
        }
        assert_eq!(activities(&app, &org, ActivityKind::CommentOnStatusPage).await.len(), before);
    }

    async fn a_document_is_open_by_any_item_that_is(app: TestApp) {
        let org = app.enterprise().await;
        let others = offer(&app, &org, Locked, FILE, &pdf("Others")).await;
        let second = app.item(&org, "Also here", Locked).await;
        let mut tx = app.db.begin().await.unwrap();
        let mut item = store::content::items::by_id(&mut tx, org.id, second.id).await.unwrap().unwrap();
        item.document = Some(others.document.id);
        store::content::items::update(&mut tx, org.id, &item).await.unwrap();
        tx.commit().await.unwrap();
        let ada = member(&app, &org).await;
        grouped(&app, &org, others.item, "Audit reports").await;
        limited(&app, &org, &[]).await;
        assert_eq!(ada.get(&others.path(&org, "download")).await.status, 200);
        let downloads = activities(&app, &org, ActivityKind::FileDownloaded).await;
        assert_eq!(downloads[0].what.details.item.as_deref(), Some("Also here"));
        grouped(&app, &org, second.id, "Another").await;
        assert_eq!(ada.get(&others.path(&org, "download")).await.status, 403);
    }

    async fn a_public_item_is_open_to_everybody_whatever_its_group(app: TestApp) {
        let org = app.enterprise().await;
        let public = offer(&app, &org, Public, "Policy.pdf", &pdf("Policy")).await;
        let ada = member(&app, &org).await;
        grouped(&app, &org, public.item, "Audit reports").await;
        limited(&app, &org, &[]).await;
        for browser in [&ada, &app.browser()] {
            assert_eq!(browser.get(&public.path(&org, "download")).await.status, 200);
        }
    }

    async fn who_asks_for_what_is_left_out_is_heard_once_a_day(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.staff(&org, Role::Editor).await;
        let others = offer(&app, &org, Locked, FILE, &pdf("Others")).await;
        let ada = member(&app, &org).await;
        grouped(&app, &org, others.item, "Audit reports").await;
        limited(&app, &org, &[]).await;
        let item = org.page(&format!("/items/{}", others.item));
        let page = ada.open(&item).await;
        let page = ada.submit(&page, "/ask", &[]).await;
        assert!(page.text().contains("knows that you would like to read this"), "{}", page.text());
        let mail = app.mail.wait_for(editor.email.as_str(), Duration::from_secs(20), |_| true).await;
        let mail = mail.expect("an email to the Editor");
        assert!(mail.subject.contains("Ada Lovelace asks for SOC 2"), "{}", mail.subject);
        let page = ada.submit(&page, "/ask", &[]).await;
        assert!(page.text().contains("asked for this already"), "{}", page.text());
        let asked = activities(&app, &org, ActivityKind::RequestedAccess).await;
        assert_eq!(asked.len(), 1);
        assert_eq!(asked[0].what.account, Some(account(&app, &org).await.id));
        app.advance(Duration::from_hours(25));
        ada.post(&format!("{item}/ask"), &[]).await;
        assert_eq!(activities(&app, &org, ActivityKind::RequestedAccess).await.len(), 2);
    }

    async fn only_members_ask_and_only_for_what_is_left_out(app: TestApp) {
        let org = app.enterprise().await;
        let open = offer(&app, &org, Locked, "Open.pdf", &pdf("Open")).await;
        let path = org.page(&format!("/items/{}/ask", open.item));
        let stranger = app.browser().post(&path, &[]).await;
        assert_eq!(stranger.location().unwrap().path(), org.page("/sign-in"));
        let ada = member(&app, &org).await;
        assert_eq!(ada.post(&path, &[]).await.status, 303);
        let missing = org.page("/items/01890000-0000-7000-8000-000000000000/ask");
        assert_eq!(ada.post(&missing, &[]).await.status, 404);
        assert!(activities(&app, &org, ActivityKind::RequestedAccess).await.is_empty());
    }

    async fn the_organizations_default_is_what_accounts_without_a_profile_have(app: TestApp) {
        let org = app.enterprise().await;
        let others = offer(&app, &org, Locked, FILE, &pdf("Others")).await;
        let ada = member(&app, &org).await;
        grouped(&app, &org, others.item, "Audit reports").await;
        let profile = limited(&app, &org, &[]).await;
        let id = account(&app, &org).await.id;
        let path = others.path(&org, "download");
        for (own, default, status) in [
            (None, None, 200),
            (None, Some(profile), 403),
            (Some(profile), None, 403),
        ] {
            let mut tx = app.db.begin().await.unwrap();
            store::accounts::profiles::set_for(&mut tx, org.id, id, own).await.unwrap();
            store::accounts::profiles::set_default(&mut tx, org.id, default).await.unwrap();
            tx.commit().await.unwrap();
            assert_eq!(ada.get(&path).await.status, status, "{own:?} {default:?}");
        }
    }

    async fn an_email_about_an_answer_goes_only_to_people_who_may_read_it(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let others = offer(&app, &org, Locked, FILE, &pdf("Others")).await;
        let ada = member(&app, &org).await;
        let page = ada.open(&org.page(&format!("/items/{}", others.item))).await;
        ada.submit(&page, "/comments#conversation", &[("text", "Is this the newest?")]).await;
        let group = grouped(&app, &org, others.item, "Audit reports").await;
        limited(&app, &org, &[]).await;
        let list = editor.open("/dashboard/conversations").await.html();
        let thread = list.split("feed-link\" href=\"/dashboard/conversations/").nth(1).unwrap();
        let thread = format!("/dashboard/conversations/{}", &thread[..36]);
        let answers = async |text: &str| {
            let page = editor.open(&thread).await;
            editor.submit(&page, "/answer", &[("text", text)]).await;
            let mut tx = app.db.read().await.unwrap();
            let sql = "SELECT COUNT(*) AS n FROM email WHERE subject LIKE '%answered you%'";
            let row = tx.one(sql, &[]).await.unwrap();
            row.get::<i64>("n").unwrap()
        };
        assert_eq!(answers("It is.").await, 0);
        limited(&app, &org, &[group]).await;
        assert_eq!(answers("It still is.").await, 1);
    }
}

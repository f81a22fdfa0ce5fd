//! A member comments on an item.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::content::Visibility;
use domain::organizations::{Plan, Role};

use super::{item, page_of, write};
use crate::on_both_databases;
use crate::public::{activities, member, member_of};

const LONG: Duration = Duration::from_secs(20);

on_both_databases! {
    async fn a_comment_is_shown_recorded_once_and_emailed_to_editors_and_admins(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        for role in [Role::Viewer, Role::Editor, Role::Admin] {
            app.staff(&org, role).await;
        }
        let ada = member(&app, &org).await;
        let page = write(&ada, &org, item.id, "Was the API in scope?\r\n\r\nAda").await;
        assert!(page.text().contains("Your comment is sent"), "{}", page.text());
        assert!(page.text().contains("Was the API in scope?"), "{}", page.text());
        assert!(page.text().contains("Ada Lovelace"), "{}", page.text());

        let recorded = activities(&app, &org, ActivityKind::CommentOnStatusPage).await;
        assert_eq!(recorded.len(), 1);
        let what = &recorded[0].what;
        assert_eq!(what.company, "Analytical Engines");
        assert_eq!(what.details.item.as_deref(), Some("Penetration test"));
        assert_eq!(what.details.text.as_deref(), Some("Was the API in scope?\n\nAda"));

        for to in ["editor@northgate.example", "admin@northgate.example"] {
            let mail = app.mail.wait_for(to, LONG, |_| true).await.expect(to);
            assert_eq!(mail.subject, "Ada Lovelace commented on Penetration test");
            assert!(mail.text.contains("Was the API in scope?"), "{}", mail.text);
            assert!(mail.link("/dashboard/conversations/").is_some(), "{}", mail.text);
        }
        let to_viewer = |mail: &testkit::mail::Mail| mail.to.iter().any(|to| to.contains("viewer@"));
        assert!(!app.mail.mails().iter().any(to_viewer));
    }

    async fn an_item_that_is_public_or_has_no_document_is_commented_on_too(app: TestApp) {
        let org = app.enterprise().await;
        let public = app.item(&org, "Encryption", Visibility::Public).await;
        let ada = member(&app, &org).await;
        let page = write(&ada, &org, public.id, "Which ciphers?").await;
        assert!(page.text().contains("Which ciphers?"), "{}", page.text());
        let stranger = app.browser().open(&page_of(&org, public.id)).await;
        assert!(!stranger.text().contains("Which ciphers?"), "{}", stranger.text());
        assert!(stranger.text().contains("Sign in to see your conversation"));
    }

    async fn nothing_and_too_much_are_refused_and_the_text_is_kept(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let ada = member(&app, &org).await;
        let address = format!("{}/comments", page_of(&org, item.id));
        let page = ada.post(&address, &[("text", " \r\n\u{200b} ")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Write something first"), "{}", page.text());

        // The longest form that a browser can make of a text that fits.
        let longest = "🔐".repeat(10_000);
        let page = ada.post(&address, &[("text", &longest)]).await;
        assert_eq!(page.status, 303, "{}", page.summary());
        let longer = format!("{longest}!");
        let page = ada.post(&address, &[("text", &longer)]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("The text has 10001 characters"), "{}", page.summary());
        assert!(page.html().contains(&longer), "what was typed is still there");
        let page = ada.post(&address, &[("text", &"x".repeat(200_000))]).await;
        assert_eq!(page.status, 413);
        assert_eq!(activities(&app, &org, ActivityKind::CommentOnStatusPage).await.len(), 1);
    }

    async fn web_addresses_are_links_and_markup_is_text(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let ada = member(&app, &org).await;
        let text = "See https://engines.example/a?b=1&c=\"><script>alert(1)</script> \
                    javascript:alert(2) <img src=x onerror=alert(3)>";
        let html = write(&ada, &org, item.id, text).await.html();
        assert!(
            html.contains("<a href=\"https://engines.example/a?b=1&#38;c=\" rel=\"nofollow noreferrer\">"),
            "{html}"
        );
        for bad in ["<script>alert", "<img src=x", "href=\"javascript"] {
            assert!(!html.contains(bad), "{bad}");
        }
    }

    async fn many_comments_an_hour_are_held_back_with_the_text_kept(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let ada = member(&app, &org).await;
        let address = format!("{}/comments", page_of(&org, item.id));
        for _ in 0..30 {
            assert_eq!(ada.post(&address, &[("text", "Again?")]).await.status, 303);
        }
        let page = ada.post(&address, &[("text", "One more.")]).await;
        assert_eq!(page.status, 429);
        assert!(page.text().contains("many comments in the last hour"), "{}", page.text());
        assert!(page.html().contains("One more."));
        app.advance(Duration::from_secs(3601));
        assert_eq!(ada.post(&address, &[("text", "One more.")]).await.status, 303);
    }

    async fn nobody_else_reads_or_writes_in_an_accounts_thread(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let other = app.organization("other", "Other", Plan::Enterprise).await;
        let ada = member(&app, &org).await;
        write(&ada, &org, item.id, "A secret of Engines").await;
        let colleague = member_of(&app, &org, "charles@engines.example", "Analytical Engines").await;
        let rival = member_of(&app, &org, "eve@rival.example", "Rival").await;
        let elsewhere = member_of(&app, &other, "mallory@third.example", "Third").await;
        let nobody = app.browser();

        let path = page_of(&org, item.id);
        assert!(colleague.text(&path).await.contains("A secret of Engines"));
        for browser in [&rival, &elsewhere, &nobody] {
            for path in [path.clone(), org.page(""), other.page(&format!("/items/{}", item.id))] {
                let page = browser.open(&path).await;
                assert!(!page.html().contains("A secret"), "{path}");
            }
        }
        // What the rival writes is another thread.
        write(&rival, &org, item.id, "A secret of Rival").await;
        assert!(!ada.text(&path).await.contains("A secret of Rival"));

        let address = format!("{path}/comments");
        for browser in [&elsewhere, &nobody] {
            let page = browser.post(&address, &[("text", "Hello")]).await;
            assert_eq!(page.status, 303);
            assert_eq!(page.location().unwrap().path(), org.page("/sign-in"));
        }
        let address = other.page(&format!("/items/{}/comments", item.id));
        let page = elsewhere.post(&address, &[("text", "Hello")]).await;
        assert_eq!(page.status, 404, "another organization's item");
        assert_eq!(activities(&app, &org, ActivityKind::CommentOnStatusPage).await.len(), 2);
    }

    async fn whose_access_was_taken_away_neither_reads_nor_writes(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let ada = member(&app, &org).await;
        write(&ada, &org, item.id, "Still here?").await;
        let mut tx = app.db.begin().await.unwrap();
        tx.execute("UPDATE member SET revoked_at = created_at", &[]).await.unwrap();
        tx.commit().await.unwrap();
        let path = page_of(&org, item.id);
        assert!(!ada.text(&path).await.contains("Still here?"));
        let page = ada.post(&format!("{path}/comments"), &[("text", "Hello")]).await;
        assert_eq!(page.status, 403);
        assert!(page.text().contains("Only people with access"), "{}", page.text());
    }
}

//! Staff read and answer.

use std::time::Duration;

use domain::organizations::Role;

use super::{item, open_conversation, page_of, write};
use crate::on_both_databases;
use crate::public::{member, member_of};

const LONG: Duration = Duration::from_secs(20);
const MINUTE: Duration = Duration::from_mins(1);

on_both_databases! {
    async fn an_answer_is_shown_on_the_item_and_emailed_to_the_member_who_asked(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let ada = member(&app, &org).await;
        // A colleague who has said nothing is told nothing.
        member_of(&app, &org, "charles@engines.example", "Analytical Engines").await;
        write(&ada, &org, item.id, "Was the API in scope?").await;

        let before = app.mail.mails().len();
        let list = editor.text("/dashboard/conversations").await;
        assert!(list.contains("Waiting for an answer 1"), "{list}");
        assert!(list.contains("1 waiting"), "the badge: {list}");
        let page = open_conversation(&editor, "Penetration test").await;
        assert!(page.text().contains("Was the API in scope?"), "{}", page.text());
        app.advance(MINUTE);
        let answer = [("text", "Yes: https://northgate.example/scope")];
        let page = editor.submit(&page, "/answer", &answer).await;
        assert!(page.text().contains("Your answer is sent"), "{}", page.text());

        let list = editor.text("/dashboard/conversations").await;
        assert!(list.contains("All answered") && !list.contains("waiting"), "{list}");
        let mail = app.mail
            .wait_for("ada@engines.example", LONG, |mail| mail.number > before)
            .await
            .expect("an email");
        assert_eq!(mail.subject, "Northgate Labs answered you on Penetration test");
        assert!(!mail.text.contains("https://northgate.example/scope"), "it stays behind the sign-in");
        let link = mail.link("/items/").expect("a link");
        let page = ada.text(&link).await;
        assert!(page.contains("Yes: https://northgate.example/scope"), "{page}");
        assert!(page.contains("Editor of Northgate Labs"), "{page}");
        let to_charles = |mail: &testkit::mail::Mail| {
            mail.number > before && mail.to.iter().any(|to| to.contains("charles@"))
        };
        assert!(!app.mail.mails().iter().any(to_charles));
    }

    async fn what_waits_longest_comes_first_and_before_what_is_answered(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let first = item(&app, &org).await;
        let ada = member(&app, &org).await;
        let eve = member_of(&app, &org, "eve@rival.example", "Rival").await;
        let max = member_of(&app, &org, "max@third.example", "Third").await;
        for browser in [&max, &ada, &eve] {
            write(browser, &org, first.id, "Hello?").await;
            app.advance(MINUTE);
        }
        let page = open_conversation(&editor, "Penetration test").await;
        assert!(page.text().contains("Third"), "{}", page.text());
        editor.submit(&page, "/answer", &[("text", "Hello.")]).await;
        app.advance(MINUTE);
        // Writing again doesn't lose the place.
        write(&ada, &org, first.id, "Anyone?").await;

        let list = editor.text("/dashboard/conversations").await;
        let at = |name: &str| list.find(name).unwrap_or_else(|| panic!("{name}: {list}"));
        assert!(at("Analytical Engines") < at("Rival"), "{list}");
        assert!(at("Rival") < at("Third"), "{list}");
        assert!(list.contains("Anyone?"), "the last comment: {list}");
    }

    async fn a_comment_that_came_while_the_answer_was_written_still_waits(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let ada = member(&app, &org).await;
        write(&ada, &org, item.id, "Was the API in scope?").await;
        let form = open_conversation(&editor, "Penetration test").await;
        app.advance(MINUTE);
        write(&ada, &org, item.id, "And the app?").await;
        app.advance(MINUTE);
        let page = editor.submit(&form, "/answer", &[("text", "Yes.")]).await;
        assert!(page.text().contains("Waiting since"), "{}", page.text());
        assert!(page.text().contains("And the app?"), "{}", page.text());
    }

    async fn what_needs_no_answer_stops_waiting(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let ada = member(&app, &org).await;
        write(&ada, &org, item.id, "Thank you!").await;
        let page = open_conversation(&editor, "Penetration test").await;
        let page = editor.submit(&page, "/settle", &[]).await;
        assert!(page.text().contains("no longer waits"), "{}", page.text());
        assert!(page.text().contains("All answered"), "{}", page.text());
    }

    async fn an_empty_answer_is_refused_and_a_viewer_only_reads(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let ada = member(&app, &org).await;
        write(&ada, &org, item.id, "Was the API in scope?").await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = open_conversation(&editor, "Penetration test").await;
        let page = editor.submit(&page, "/answer", &[("text", " ")]).await;
        assert_eq!(page.status, 422);
        assert!(page.text().contains("Write something first"), "{}", page.text());

        let viewer = app.signed_in(&org, Role::Viewer).await;
        let page = open_conversation(&viewer, "Penetration test").await;
        assert!(page.text().contains("Was the API in scope?"), "{}", page.text());
        assert!(page.form("/answer").is_none() && page.form("/settle").is_none());
    }

    async fn a_conversation_outlives_its_item_for_staff(app: TestApp) {
        let org = app.enterprise().await;
        let item = item(&app, &org).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let ada = member(&app, &org).await;
        write(&ada, &org, item.id, "Was the API in scope?").await;
        let path = format!("/dashboard/content/items/{}/delete", item.id);
        assert_eq!(editor.post(&path, &[]).await.status, 303);
        assert_eq!(ada.get(&page_of(&org, item.id)).await.status, 404);
        let page = open_conversation(&editor, "Penetration test").await;
        assert!(page.text().contains("Was the API in scope?"), "{}", page.text());
        assert!(page.text().contains("The item was deleted"), "{}", page.text());
    }
}

//! Answers that staff keep to use again.

use domain::organizations::{Plan, Role};
use testkit::client::Page;

use super::{item, open_conversation, write};
use crate::on_both_databases;
use crate::support::{Browser, member};

const REPLIES: &str = "/dashboard/conversations/replies";

async fn add(editor: &Browser, title: &str, text: &str) -> Page {
    let page = editor.open(REPLIES).await;
    let form = page.form(REPLIES).expect("the form of a new one");
    let answer = editor
        .post(&form.action, &[("title", title), ("text", text)])
        .await;
    if answer.status == 303 {
        return editor.follow(answer).await;
    }
    answer
}

/// The address of the reply's own form.
fn own(page: &Page) -> String {
    let forms = testkit::form::Form::all(&page.html());
    let mut own = forms
        .into_iter()
        .filter(|form| form.action.starts_with(&format!("{REPLIES}/")));
    own.next().expect("a reply").action
}

on_both_databases! {
    async fn a_reply_is_kept_edited_and_deleted(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = add(&editor, "Where is data stored?", "In Frankfurt.").await;
        assert!(page.text().contains("The reply is saved."), "{}", page.text());
        let twice = add(&editor, " Where is data stored? ", "In Dublin.").await;
        assert_eq!(twice.status, 422);
        assert!(twice.text().contains("Another reply has this title"), "{}", twice.text());
        assert!(twice.html().contains("In Dublin."), "what was typed is still there");
        let path = own(&page);
        assert_eq!(editor.text(&path).await, "In Frankfurt.", "for the script that inserts it");
        let edited = editor.post(&path, &[("title", "Region"), ("text", "In Paris."), ("version", "1")]).await;
        let page = editor.follow(edited).await;
        assert!(page.text().contains("Region") && !page.text().contains("Frankfurt"), "{}", page.text());
        let stale = editor.post(&path, &[("title", "Region"), ("text", "In Rome."), ("version", "1")]).await;
        assert_eq!(stale.status, 409, "{}", stale.summary());
        let empty = editor.post(&path, &[("title", "Region"), ("text", "  "), ("version", "2")]).await;
        assert_eq!(empty.status, 422);
        assert!(empty.text().contains("Write something first"), "{}", empty.text());
        let gone = editor.post(&format!("{path}/delete"), &[]).await;
        let page = editor.follow(gone).await;
        assert!(page.text().contains("No saved replies yet"), "{}", page.text());
        assert_eq!(editor.post(&path, &[("title", "x"), ("text", "y")]).await.status, 404);
    }

    async fn two_people_at_once_cannot_take_one_title(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let fields = [("title", "Region"), ("text", "In Frankfurt.")];
        let (one, other) = tokio::join!(editor.post(REPLIES, &fields), editor.post(REPLIES, &fields));
        let mut statuses = [one.status.as_u16(), other.status.as_u16()];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 422], "{} {}", one.summary(), other.summary());
    }

    async fn an_answer_begins_with_a_saved_reply(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let item = item(&app, &org).await;
        let dana = member(&app, &org).await;
        write(&dana, &org, item.id, "Where is our data?").await;
        add(&editor, "Region", "In Frankfurt.").await;
        let page = open_conversation(&editor, "Penetration test").await;
        assert!(page.text().contains("Your answer"), "{}", page.text());
        let html = page.html();
        let reply = html.split("<option value=\"").nth(1).unwrap().split('"').next().unwrap();
        let page = editor.open(&format!("{}?reply={reply}", page.url.path())).await;
        assert_eq!(page.form("/answer").unwrap().value("text"), Some("In Frankfurt."));
        let page = editor.submit(&page, "/answer", &[]).await;
        assert!(page.text().contains("Your answer is sent."), "{}", page.text());
        assert!(page.text().contains("Reply"), "it was answered: {}", page.text());
    }

    async fn another_organization_has_none_of_them(app: TestApp) {
        let org = app.enterprise().await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let page = add(&editor, "Region", "In Frankfurt.").await;
        let other = app.organization("southgate", "Southgate", Plan::Enterprise).await;
        let stranger = app.signed_in(&other, Role::Editor).await;
        assert!(!stranger.text(REPLIES).await.contains("Region"));
        let path = own(&page);
        assert_eq!(stranger.post(&path, &[("title", "x"), ("text", "y")]).await.status, 404);
        assert_eq!(stranger.post(&format!("{path}/delete"), &[]).await.status, 404);
        assert!(editor.text(REPLIES).await.contains("Region"));
    }
}

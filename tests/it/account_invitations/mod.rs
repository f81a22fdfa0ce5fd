//! Inviting people into an account: from a list, by a file, and once more.

mod lists;
mod once_more;

use std::time::Duration;

use domain::accounts::Account;
use testkit::client::Page;

use crate::support::{Browser, TestApp, TestOrg};

/// How long an email may take.
const MAIL: Duration = Duration::from_secs(20);

/// The account Acme with its first member, `first@acme.example`.
async fn acme(app: &TestApp, org: &TestOrg, editor: &Browser) -> Account {
    let page = editor.open("/dashboard/accounts/new").await;
    let fields = [
        ("account", "Acme"),
        ("last_name", "First"),
        ("email", "first@acme.example"),
    ];
    editor.submit(&page, "/dashboard/accounts", &fields).await;
    let mut tx = app.db.read().await.expect("a transaction");
    let found = store::accounts::by_name(&mut tx, org.id, "Acme").await;
    found.expect("the database").expect("the account")
}

fn path(account: &Account, rest: &str) -> String {
    format!("/dashboard/accounts/{}{rest}", account.id)
}

/// Pastes a list; the file is left empty, as browsers send it.
async fn paste(editor: &Browser, account: &Account, list: &str) -> Page {
    let fields = [("people", list)];
    let none = ("file", "", &b""[..]);
    editor
        .upload(&path(account, "/invite"), &fields, none)
        .await
}

async fn choose(editor: &Browser, account: &Account, bytes: &[u8]) -> Page {
    let file = ("file", "people.csv", bytes);
    editor
        .upload(&path(account, "/invite"), &[("people", "")], file)
        .await
}

/// Presses the button of the preview.
async fn confirm(editor: &Browser, preview: &Page) -> Page {
    editor.submit(preview, "/invite/confirm", &[]).await
}

/// How often someone was added, by the activities.
async fn added(app: &TestApp, org: &TestOrg) -> usize {
    let happened = crate::dashboard::happened(app, org).await;
    let added = |what: &&String| what.starts_with("Account Member Added");
    happened.iter().filter(added).count()
}

//! An organization full of things that not everyone may see. Words that are
//! nowhere else mark them.

pub mod people;

use domain::content::Visibility::{Locked, Public};
use domain::organizations::{Plan, Role};

use super::app::TestApp;
use super::browser::Browser;
use super::dump::Dump;
use super::seed::{TestOrg, pdf};
use super::visitors::{enter, member_of, offer};

/// Words that mark what is behind a gate.
pub struct Words {
    /// The file, its name and the text of what is locked.
    pub locked: &'static str,
    /// Another account: its name, members, thread and files.
    pub account: &'static str,
}

pub const FIRST: Words = Words {
    locked: "Pentimento",
    account: "Borealis",
};
pub const SECOND: Words = Words {
    locked: "Zephyrine",
    account: "Obsidian",
};

pub struct World {
    pub org: TestOrg,
    pub words: Words,
    pub admin: Browser,
    pub editor: Browser,
    pub viewer: Browser,
    /// Member of an account that has to sign the NDA, and hasn't.
    pub unsigned: Browser,
    /// Member of an account whose access has ended.
    pub ended: Browser,
    /// Member of an account whose profile leaves out what is locked.
    pub limited: Browser,
    /// Member of an account that needs no NDA.
    pub member: Browser,
    /// Member of the account whose name is the second word, which signed through
    /// DocuSign, with a thread and a questionnaire.
    pub talkative: Browser,
    /// Member of another account with that word, who signed with a click.
    pub signer: Browser,
    /// Confirmed the address, belongs to no account.
    pub nobody: Browser,
}

impl World {
    pub async fn build(app: &TestApp, slug: &str, words: Words) -> Self {
        let org = app
            .organization(slug, &slug.to_uppercase(), Plan::Enterprise)
            .await;
        let name = |what: &str| format!("{} {what}", words.locked);
        let locked = offer(app, &org, Locked, &name("report.pdf"), &pdf(words.locked)).await;
        offer(app, &org, Public, "Policy.csv", b"policy,of,everyone").await;
        let admin = app.signed_in(&org, Role::Admin).await;
        let editor = app.signed_in(&org, Role::Editor).await;
        let viewer = app.signed_in(&org, Role::Viewer).await;
        let item = locked.item.to_string();
        mark(&editor, &item, &name("in the text")).await;
        let (newer, note) = (name("report 2.pdf"), name("is corrected"));
        people::uploads_again(&editor, &item, &newer, &note).await;
        let address = |who: &str| format!("{who}@{slug}-customer.example");
        let new =
            async |who: &str, account: &str| member_of(app, &org, &address(who), account).await;
        let word = words.account;
        let world = Self {
            words,
            unsigned: new("unsigned", "Signers").await,
            ended: new("ended", "Bygone").await,
            limited: new("limited", "Prospect").await,
            member: new("member", "Plain").await,
            talkative: member_of(
                app,
                &org,
                &format!("{word}@customer.example").to_lowercase(),
                word,
            )
            .await,
            signer: new("signer", &format!("{word} Notaries")).await,
            nobody: app.browser(),
            admin,
            editor,
            viewer,
            org,
        };
        world.agreements(app).await;
        people::ends_access(&world.editor, "Bygone").await;
        people::leaves_out(&world.editor, &item, "Prospect").await;
        world.talk(&item).await;
        world.requests(app, &address("nobody")).await;
        world
    }

    /// Who signs what; the account before the NDA doesn't.
    async fn agreements(&self, app: &TestApp) {
        let (admin, word) = (&self.admin, self.words.account);
        people::publishes_nda(admin).await;
        people::asks_for_nda(admin, "Signers", "clickwrap").await;
        let notaries = format!("{word} Notaries");
        people::asks_for_nda(admin, &notaries, "clickwrap").await;
        people::signs_by_click(&self.org, &self.signer, &format!("{word} Signer")).await;
        app.docusign_ready(&self.org, admin).await;
        people::asks_for_nda(admin, word, "docusign").await;
        people::signs_in_docusign(app, &self.org, &self.talkative).await;
    }

    /// A thread with an answer, and a questionnaire that came back.
    async fn talk(&self, item: &str) {
        let word = self.words.account;
        let page = self
            .talkative
            .open(&self.org.page(&format!("/items/{item}")))
            .await;
        let question = format!("{word} asks.");
        let fields = [("text", question.as_str())];
        self.talkative
            .submit(&page, "/comments#conversation", &fields)
            .await;
        let list = self.editor.open("/dashboard/conversations").await;
        let link = list
            .link("SOC 2")
            .unwrap_or_else(|| panic!("{}", list.text()));
        let thread = self.editor.open(link.path()).await;
        let answer = format!("{word} is answered.");
        self.editor
            .submit(&thread, "/answer", &[("text", &answer)])
            .await;

        let note = format!("{word} notes.");
        let csv = format!("{word},row\r\n");
        let path = self.org.page("/questionnaires");
        let (fields, name) = ([("note", note.as_str())], format!("{word} SIG.csv"));
        let file = ("file", name.as_str(), csv.as_bytes());
        let sent = self.talkative.upload(&path, &fields, file).await;
        assert_eq!(sent.status, 303, "{}", sent.summary());
        let board = self.editor.open("/dashboard/questionnaires").await;
        let link = board
            .link(word)
            .unwrap_or_else(|| panic!("{}", board.text()));
        let done = format!("{word} done.csv");
        let path = format!("{}/complete", link.path());
        let back = self
            .editor
            .upload(&path, &[], ("file", &done, csv.as_bytes()));
        assert_eq!(back.await.status, 303);
    }

    /// Someone confirmed an address by a request that waits.
    async fn requests(&self, app: &TestApp, email: &str) {
        let form = self.nobody.open(&self.org.page("/request-access")).await;
        let fields = [
            ("first_name", "No"),
            ("last_name", "Body"),
            ("email", email),
            ("company", "Nowhere"),
            ("reason", "Curious."),
        ];
        self.nobody.submit(&form, "/request-access", &fields).await;
        enter(app, &self.org, &self.nobody, email).await;
    }

    /// What strangers and people before their gate must not see.
    pub fn locked_words(&self) -> Vec<&'static str> {
        vec![self.words.locked, self.words.account, "%PDF"]
    }

    /// Ids of everything there is of this organization.
    pub async fn rows(&self, app: &TestApp) -> Dump {
        // Views of anonymous visitors are kept in memory for a moment.
        gatehouse::use_cases::analytics::write_anonymous_views(
            &app.db,
            &app.ambient,
            &app.anonymous_views,
        )
        .await
        .expect("the views are written down");
        app.dump().await.of(&self.org.id.to_string())
    }
}

/// The text of an item.
async fn mark(editor: &Browser, item: &str, text: &str) {
    let path = format!("/dashboard/content/items/{item}");
    let page = editor.open(&path).await;
    let done = editor.submit(&page, &path, &[("body", text)]).await;
    assert!(done.status.is_success(), "{}", done.summary());
}

//! What the log says, and what it never says.

use domain::activities::ActivityKind;
use domain::activities::ActivityKind::FileDownloaded;
use domain::content::Visibility::Locked;
use domain::organizations::Role;
use gatehouse::salesforce_connection::tokens;
use salesforce_sim::{AccountSeed, ContactSeed};
use secrecy::ExposeSecret as _;
use serde_json::Value;
use testkit::client::Page;

use crate::on_both_databases;
use crate::support::{
    Browser, Log, Offer, PASSWORD, SALESFORCE_PASSWORD, TestApp, TestOrg, enter, member, offer, pdf,
};

/// Someone who trusts the machine that the tests run on as a proxy.
async fn behind_a_proxy(app: &TestApp) -> TestApp {
    let proxies = [("GATEHOUSE_TRUSTED_PROXIES", "127.0.0.1")];
    TestApp::start_with(app.kind, &proxies).await
}

/// An organization that tells a sandbox of everything. The sandbox knows Ada.
async fn syncing(app: &TestApp) -> (TestOrg, Browser) {
    let sandbox = &app.sandbox.sim;
    let account = sandbox.add_account(AccountSeed::new("Analytical Engines"));
    let ada = ContactSeed::new("Ada", "Lovelace", "ada@engines.example");
    sandbox.add_contact(ada.of(account));
    let org = app.enterprise().await;
    let admin = app.signed_in(&org, Role::Admin).await;
    app.connect_sandbox(&admin).await;
    app.switch_on(&admin, &ActivityKind::ALL).await;
    (org, admin)
}

/// A download under this id.
async fn download(browser: &Browser, org: &TestOrg, what: &Offer, request_id: &str) -> Page {
    let client = browser.client();
    let url = client.url(&what.path(org, "download")).unwrap();
    let request = client.http().get(url).header("x-request-id", request_id);
    let page = client.send(request).await.unwrap();
    assert_eq!(page.status, 200, "{}", page.summary());
    page
}

/// The id of the only activity of this kind, and of its delivery.
async fn recorded(app: &TestApp, kind: ActivityKind) -> (String, String) {
    let mut tx = app.db.read().await.unwrap();
    let sql = "SELECT delivery.id AS delivery, activity.id AS activity FROM delivery
               JOIN activity ON activity.id = delivery.activity_id WHERE activity.kind = $1";
    let row = tx.one(sql, &[kind.into()]).await.unwrap();
    (row.get("activity").unwrap(), row.get("delivery").unwrap())
}

/// The fields of the line that says that this delivery's Task was written.
fn written(log: &Log, delivery: &str) -> Value {
    let mut lines = log.lines("a Task was written");
    lines.retain(|line| line["fields"]["delivery"] == delivery);
    assert_eq!(lines.len(), 1, "{lines:?}");
    lines.remove(0)
}

on_both_databases! {
    async fn a_request_is_followed_from_the_proxy_to_the_task_it_caused(app: TestApp) {
        let app = behind_a_proxy(&app).await;
        let (org, admin) = syncing(&app).await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let browser = member(&app, &org).await;
        app.sync().await;
        let (log, listening) = Log::listen_as_a_program();
        let page = download(&browser, &org, &locked, "edge-7f3a.41").await;
        assert_eq!(page.header("x-request-id"), Some("edge-7f3a.41"));
        app.sync().await;
        drop(listening);

        let (activity, delivery) = recorded(&app, FileDownloaded).await;
        let line = written(&log, &delivery);
        assert_eq!(line["fields"]["request_id"], "edge-7f3a.41", "{line}");
        assert_eq!(line["fields"]["activity"], activity.as_str(), "{line}");
        // The spans around it say where.
        let spans = line["spans"].as_array().unwrap();
        let turn = spans.iter().find(|span| span["name"] == "delivery.turn").unwrap();
        assert_eq!(turn["org"], org.id.to_string(), "{line}");
        assert!(turn["connection"].is_string(), "{line}");
        // So does the request's own.
        let answered = log.lines("answered").into_iter().find(|line| {
            line["spans"][0]["path"] == locked.path(&org, "download")
        });
        assert_eq!(answered.unwrap()["spans"][0]["request_id"], "edge-7f3a.41");
        let page = admin.text(&format!("/dashboard/activity/{activity}")).await;
        assert!(page.contains("Request ID in the log: edge-7f3a.41"), "{page}");
    }

    async fn an_id_that_a_visitor_made_up_is_not_taken_over(app: TestApp) {
        let (org, _) = syncing(&app).await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        let browser = member(&app, &org).await;
        app.sync().await;
        let (log, listening) = Log::listen_as_a_program();
        let page = download(&browser, &org, &locked, "edge-7f3a.41").await;
        let given = page.header("x-request-id").expect("an id").to_owned();
        assert_ne!(given, "edge-7f3a.41");
        app.sync().await;
        drop(listening);

        let (_, delivery) = recorded(&app, FileDownloaded).await;
        assert_eq!(written(&log, &delivery)["fields"]["request_id"], given.as_str());
        assert!(!log.text().contains("edge-7f3a.41"));
    }

    async fn nobodys_address_and_no_secret_is_in_the_log(app: TestApp) {
        let (log, listening) = Log::listen_as_a_program();
        let (org, admin) = syncing(&app).await;
        let locked = offer(&app, &org, Locked, "Report.pdf", &pdf("Report")).await;
        app.options_on(&admin, &["create_lead"]).await;
        let stranger = app.browser();
        let form = stranger.open(&org.page("/request-access")).await;
        let fields = [
            ("first_name", "Grace"),
            ("last_name", "Hopper"),
            ("email", "grace@cobol.example"),
            ("company", "Flowmatic"),
            ("reason", "Before we buy."),
        ];
        stranger.submit(&form, "/request-access", &fields).await;
        enter(&app, &org, &stranger, "grace@cobol.example").await;
        let browser = member(&app, &org).await;
        download(&browser, &org, &locked, "one").await;
        app.sync().await;
        let wrong = app.browser();
        let login = wrong.open("/login").await;
        let fields = [("email", "mallory@guess.example"), ("password", "wrong-horse-9")];
        wrong.submit(&login, "/login", &fields).await;
        drop(listening);

        let log_text = log.text();
        for message in ["answered", "statement", "a Task was written"] {
            assert!(!log.lines(message).is_empty(), "{message} is in the log");
        }
        // Every address has one.
        let address = log_text.lines().find(|line| line.contains('@'));
        assert_eq!(address, None);
        let mut secrets = links(&app);
        secrets.extend(cookies(&[&admin, &stranger, &browser]));
        secrets.push(access_token(&app, &org).await);
        secrets.extend([PASSWORD, SALESFORCE_PASSWORD, "wrong-horse-9"].map(str::to_owned));
        secrets.extend(["cobol.example", "guess.example", "Grace", "Hopper", "Flowmatic"].map(str::to_owned));
        secrets.extend(["Lovelace", "Before we buy", "Report.pdf"].map(str::to_owned));
        for secret in secrets {
            assert!(secret.len() > 4, "{secret:?} is too short to be looked for");
            let line = log_text.lines().find(|line| line.contains(&secret));
            assert_eq!(line, None, "{secret}");
        }
    }
}

/// The tokens of the links that were emailed.
fn links(app: &TestApp) -> Vec<String> {
    let mails = app.mail.mails();
    let links = mails.iter().filter_map(|mail| mail.link("/enter"));
    let tokens: Vec<String> = links
        .filter_map(|link| Some(link.rsplit_once('=')?.1.to_owned()))
        .collect();
    assert_eq!(tokens.len(), 2, "{tokens:?}");
    tokens
}

fn cookies(browsers: &[&Browser]) -> Vec<String> {
    let all = browsers
        .iter()
        .flat_map(|browser| browser.client().cookies("/").unwrap());
    let long: Vec<String> = all
        .map(|(_, value)| value)
        .filter(|value| value.len() > 20)
        .collect();
    assert!(long.len() >= browsers.len(), "{long:?}");
    long
}

async fn access_token(app: &TestApp, org: &TestOrg) -> String {
    let mut tx = app.db.read().await.unwrap();
    let connection = store::salesforce::connections::live(&mut tx, org.id).await;
    drop(tx);
    let id = connection.unwrap().expect("a connection").id;
    let access = tokens::session(app, org.id, id).await.unwrap();
    access.session.access_token.expose_secret().to_owned()
}

//! Organizations in which every page has something to show, and one in which
//! nothing has.

use std::time::Duration;

use domain::activities::ActivityKind;
use domain::email::EmailAddress;
use domain::email::message::{EmailState, Message};
use domain::organizations::{Plan, Role};
use salesforce_sim::AccountSeed;
use testkit::client::Page;
use testkit::mail::Mail;

use super::colleagues::{Colleagues, INVITED};
use super::content;
use crate::support::{Browser, FIRST, TestApp, TestOrg, World, mailed_link, member_of, people};

const PATIENCE: Duration = Duration::from_secs(20);

/// Someone's browser, and what they are called in messages.
pub type Person = (&'static str, Browser);

pub struct Furnished {
    pub world: World,
    pub visitors: Vec<Person>,
    pub staff: Vec<Person>,
}

impl Furnished {
    pub async fn build(app: &TestApp) -> Self {
        let world = World::build(app, "northgate", FIRST).await;
        connect(app, &world).await;
        content::fill(&world).await;
        another_text(&world.admin).await;
        let undecided = before_docusign(app, &world).await;
        subscribe(app, &world.org).await;
        decide(app, &world).await;
        deliver(app, &world).await;
        refused_email(app, &world.org).await;
        dry_run(app, &world).await;
        let colleagues = Colleagues::new(app, &world).await;
        let pick = |browser: &Browser| browser.clone();
        let visitors = vec![
            ("a stranger", app.browser()),
            ("a visitor without account", pick(&world.nobody)),
            ("a member before the NDA", pick(&world.unsigned)),
            ("a member before DocuSign", undecided),
            ("a member who needs no NDA", pick(&world.member)),
            ("a member who signed with a click", pick(&world.signer)),
            ("a member who signed in DocuSign", pick(&world.talkative)),
            ("a member of a narrow profile", pick(&world.limited)),
            ("a member whose access ended", pick(&world.ended)),
            ("a colleague before the code", colleagues.before_code),
            ("a colleague who sets up an app", colleagues.scanning),
            ("a colleague who has to", colleagues.setting_up),
        ];
        let staff = vec![
            ("an Admin", pick(&world.admin)),
            ("an Editor", pick(&world.editor)),
            ("a Viewer", pick(&world.viewer)),
            ("an Editor with an app", colleagues.secured),
        ];
        Self {
            world,
            visitors,
            staff,
        }
    }
}

/// What happened before the org was connected would become something in it.
async fn dry_run(app: &TestApp, world: &World) {
    app.advance(Duration::from_secs(1));
    let mut fields = vec![("days", "30"), ("create_lead", "yes")];
    fields.extend(ActivityKind::ALL.map(|kind| (kind.key(), "yes")));
    let page = world
        .admin
        .post("/dashboard/salesforce/past/dry-run", &fields)
        .await;
    world.admin.follow(page).await;
    let done = gatehouse::delivery::past::run_until_idle(app).await;
    done.expect("the database can be used");
    let page = world.admin.text("/dashboard/salesforce/past").await;
    assert!(page.contains("Export CSV"), "{page}");
}

/// Admins of an Enterprise organization in which there is nothing yet, and of one
/// below Enterprise.
pub async fn newcomers(app: &TestApp) -> Vec<Person> {
    let plan = Plan::Enterprise;
    let empty = app.organization("harbor", "Harbor Analytics", plan).await;
    let pro = app.organization("quay", "Quay Logistics", Plan::Pro).await;
    vec![
        (
            "an Admin of a new organization",
            app.signed_in(&empty, Role::Admin).await,
        ),
        (
            "an Admin below Enterprise",
            app.signed_in(&pro, Role::Admin).await,
        ),
    ]
}

/// Sends a form of a page, which must be taken.
pub async fn send(browser: &Browser, page: &str, action: &str, fields: &[(&str, &str)]) -> Page {
    let page = browser.open(page).await;
    let done = browser.submit(&page, action, fields).await;
    assert!(done.status.is_success(), "{action}: {}", done.summary());
    done
}

async fn connect(app: &TestApp, world: &World) {
    let sandbox = &app.sandbox.sim;
    for name in [FIRST.account, "Larkspur Health", "Larkspur Incorporated"] {
        sandbox.add_account(AccountSeed::new(name));
    }
    app.connect_sandbox(&world.admin).await;
    app.switch_on(&world.admin, &ActivityKind::ALL).await;
}

/// The account's page in the dashboard.
pub async fn account_page(staff: &Browser, name: &str) -> String {
    let list = staff.open("/dashboard/accounts").await;
    let link = list.link(name);
    let link = link.unwrap_or_else(|| panic!("no {name} in {}", list.text()));
    link.path().to_owned()
}

/// A text that comes after the signatures.
async fn another_text(admin: &Browser) {
    let text = "# NDA\n\n## 1. Confidential\n\nWhat is **confidential** stays so:\n\n- reports\n\
        - answers\n\n## 2. Term\n\nTwo years.";
    let fields = [("text", text), ("act", "publish")];
    let page = "/dashboard/settings/nda";
    send(admin, page, "/settings/nda", &fields).await;
}

/// A member who would sign there, and hasn't been.
async fn before_docusign(app: &TestApp, world: &World) -> Browser {
    let account = "Larkspur Health";
    let ada = member_of(app, &world.org, "ada@larkspur.example", account).await;
    people::asks_for_nda(&world.admin, account, "docusign").await;
    ada
}

/// One subscriber who confirmed, one who didn't.
async fn subscribe(app: &TestApp, org: &TestOrg) {
    let browser = app.browser();
    for email in ["security-reviews@larkspur.example", "joan@tern.example"] {
        send(
            &browser,
            &org.page("/subscribe"),
            "/subscribe",
            &[("email", email)],
        )
        .await;
        let sent = app
            .mail
            .wait_for(email, PATIENCE, |mail| mail.link("/subscribe/").is_some());
        let sent = sent.await.expect("an email");
        if email.starts_with("security") {
            let link = sent.link("/subscribe/confirm").expect("its link");
            let page = browser.open(&link).await;
            browser.submit(&page, "/subscribe/confirm", &[]).await;
        }
    }
}

/// Requests: one approved, one denied, and some that wait.
async fn decide(app: &TestApp, world: &World) {
    let people = [
        (
            "Femi",
            "Adeyemi",
            "femi@hollisgrove.example",
            "Hollis Grove Bank",
        ),
        (
            "Priya",
            "Raman",
            "priya.raman@calderfinch.example",
            "Calder & Finch",
        ),
        (
            "Yuki",
            "Sato",
            "yuki.sato.of.the.vendor.reviews@harborlight-robotics-international.example",
            "Harborlight Robotics International Holding",
        ),
        (
            "Ingrid",
            "Solheim",
            "ingrid@larkspur.example",
            "Larkspur Health",
        ),
    ];
    for (first, last, email, company) in people {
        let fields = [
            ("first_name", first),
            ("last_name", last),
            ("email", email),
            ("company", company),
            (
                "reason",
                "Our yearly review of vendors: we need the SOC 2 report.",
            ),
        ];
        send(
            &app.browser(),
            &world.org.page("/request-access"),
            "/request-access",
            &fields,
        )
        .await;
    }
    let list = world.editor.open("/dashboard/requests").await;
    world.editor.submit(&list, "/approve", &[]).await;
    let list = world.editor.open("/dashboard/requests").await;
    world
        .editor
        .submit(
            &list,
            "/deny",
            &[("message", "Please ask from your company’s address.")],
        )
        .await;
}

/// Some Tasks are written, some find no match, one is refused, the last ones wait.
async fn deliver(app: &TestApp, world: &World) {
    app.sandbox
        .sim
        .add_validation_rule("Task", "Questionnaires are kept elsewhere", |record| {
            record.text("Subject").ends_with("Questionnaire Uploaded")
        });
    let path = world.org.page("/questionnaires");
    let fields = [("note", "By Friday, please"), ("due_on", "2026-02-06")];
    let file = (
        "file",
        "Vendor review.csv",
        b"Question,Answer\r\n".as_slice(),
    );
    let sent = world.member.upload(&path, &fields, file).await;
    assert_eq!(sent.status, 303, "{}", sent.summary());
    app.sync().await;
    for _ in 0..3 {
        app.advance(Duration::from_hours(1));
        world.talkative.open(&world.org.page("")).await;
    }
}

async fn refused_email(app: &TestApp, org: &TestOrg) {
    let mut tx = app.db.begin().await.expect("a transaction");
    let message = Message {
        to: EmailAddress::parse("left-the-company@calderfinch.example").expect("an address"),
        subject: "You have an answer".to_owned(),
        text: "An answer.".to_owned(),
        html: "<p>An answer.</p>".to_owned(),
    };
    store::email::insert(&mut tx, &app.ambient, org.id, &message)
        .await
        .expect("an email");
    let now = app.ambient.now();
    let claimed = store::email::claim_across_tenants(&mut tx, now, PATIENCE, 10).await;
    for mail in claimed.expect("emails") {
        let why = "550 5.1.1 no such mailbox";
        store::email::settle(&mut tx, &mail, EmailState::Failed, now, why)
            .await
            .expect("a failure");
    }
    tx.commit().await.expect("commit");
}

/// Links that came in emails and that nobody has followed yet.
pub async fn mailed(app: &TestApp, world: &World) -> Vec<String> {
    let (browser, org) = (app.browser(), &world.org);
    let enter = mailed_link(app, org, &browser, "ada@larkspur.example").await;
    let reader = "reader@tern.example";
    let page = org.page("/subscribe");
    send(&browser, &page, "/subscribe", &[("email", reader)]).await;
    let subscribing = app.mail.wait_for(reader, PATIENCE, |_| true).await;
    let subscribing = subscribing.expect("an email");
    let invited = app.mail.wait_for(INVITED, PATIENCE, |_| true).await;
    let email = "viewer@northgate.example";
    send(&browser, "/login/forgot", "/forgot", &[("email", email)]).await;
    let fits = |mail: &Mail| mail.link("/login/reset").is_some();
    let forgot = app.mail.wait_for(email, PATIENCE, fits).await;
    let mut links = vec![enter];
    links.extend(invited.expect("an email").link("/login/invitation"));
    links.extend(forgot.expect("an email").link("/login/reset"));
    links.extend(subscribing.link("/subscribe/confirm"));
    links.extend(subscribing.link("/unsubscribe"));
    links
}

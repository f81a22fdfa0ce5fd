//! The main job, seen by everyone it concerns: a buyer does all that there is to
//! do, and a salesperson finds each act on the right page of the org, with every
//! field right.

use domain::activities::ActivityKind;
use domain::content::Visibility;
use domain::organizations::Role;
use salesforce_sim::{AccountSeed, ContactSeed, Id, LeadSeed, UserSeed};
use testkit::buyer::Persona;

use crate::buyer::Buyer;
use crate::chromium::Chromium;
use crate::on_both_databases;
use crate::support::{TestApp, pdf};
use crate::timeline::Task;

const REPORT: &str = "SOC 2 report";
const REASON: &str = "A review of our vendors";
const QUESTION: &str = "Which exception was noted?";
const QUESTIONNAIRE: &str = "Vendor review.csv";
const NOTE: &str = "Section two comes first";

const DANA: Persona<'_> = Persona {
    first_name: "Dana",
    last_name: "Whitfield",
    email: "dana.whitfield@larkspur.example",
    company: "Larkspur Health",
};

/// What the fields that depend on Salesforce's records have to say.
#[derive(Clone, Copy)]
struct Expected {
    name: &'static str,
    related_to: &'static str,
    assigned_to: &'static str,
}

on_both_databases! {
    async fn with_a_contact_every_task_is_on_the_account_and_the_contact(app: TestApp) {
        let owner = amara(&app);
        let sim = &app.sandbox.sim;
        let account = sim.add_account(AccountSeed::new(DANA.company).owned_by(owner));
        let contact = ContactSeed::new(DANA.first_name, DANA.last_name, DANA.email);
        let contact = sim.add_contact(contact.of(account));
        let admin = eight_acts(&app, Nda::Clickwrap).await;
        let expected = Expected {
            name: "Dana Whitfield",
            related_to: "Larkspur Health",
            assigned_to: "Amara Okafor",
        };
        for record in [account, contact] {
            finds_all_eight(&admin, &app, record, expected).await;
        }
        admin.follows_task("SafeBase: File Downloaded").await;
        admin.sees("Dana Whitfield downloaded").await;
        admin.sees("Delivered").await;
    }

    async fn without_the_contact_every_task_is_on_the_account(app: TestApp) {
        let owner = amara(&app);
        let account = AccountSeed::new(DANA.company).owned_by(owner);
        let account = app.sandbox.sim.add_account(account);
        let admin = eight_acts(&app, Nda::Docusign).await;
        let expected = Expected {
            name: "",
            related_to: "Larkspur Health",
            assigned_to: "Amara Okafor",
        };
        finds_all_eight(&admin, &app, account, expected).await;
        finds_none(&admin, &app, "Contact").await;
    }

    async fn with_a_lead_every_task_is_on_the_lead(app: TestApp) {
        let owner = amara(&app);
        let lead = LeadSeed::new(DANA.first_name, DANA.last_name, DANA.email, DANA.company);
        let lead = app.sandbox.sim.add_lead(lead.owned_by(owner));
        let admin = eight_acts(&app, Nda::Clickwrap).await;
        let expected = Expected {
            name: "Dana Whitfield",
            related_to: "",
            assigned_to: "Amara Okafor",
        };
        finds_all_eight(&admin, &app, lead, expected).await;
    }

    async fn with_nothing_found_nothing_is_written_and_the_log_says_so(app: TestApp) {
        // Someone else's records, alike and not the same.
        let other = AccountSeed::new("Larkspur Health Group").owned_by(amara(&app));
        let other = app.sandbox.sim.add_account(other);
        let admin = eight_acts(&app, Nda::Clickwrap).await;
        admin.goto(&format!("{}/{other}", app.sandbox.url)).await;
        admin.sees("Larkspur Health Group").await;
        assert_eq!(admin.tasks().await, Vec::<Task>::new());
        for object in ["Task", "Contact", "Lead"] {
            finds_none(&admin, &app, object).await;
        }
        admin.visit(&app, "/dashboard/salesforce/deliveries?state=unmatched").await;
        let why = "No Contact or open Lead has this email, and no Account is named exactly \
                   “Larkspur Health”.";
        admin.sees(why).await;
        let log = admin.text().await;
        assert_eq!(log.matches(why).count(), 8, "{log}");
        for kind in ActivityKind::ALL {
            assert!(log.contains(kind.title()), "{kind} in {log}");
        }
    }
}

/// How new accounts sign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Nda {
    Clickwrap,
    Docusign,
}

/// The owner in the sandbox of what is there.
fn amara(app: &TestApp) -> Id {
    let user = UserSeed::new("amara.okafor@northgate.example", "Amara", "Okafor");
    app.sandbox.sim.add_user(user)
}

/// An Admin connects the sandbox and turns everything on; Dana does all there is to
/// do; the engine delivers. Answers the Admin's browser.
async fn eight_acts(app: &TestApp, nda: Nda) -> Chromium {
    let org = app.enterprise().await;
    app.item_with_pdf(&org, REPORT, Visibility::Locked).await;
    let admin = Chromium::start().await;
    let user = admin.sign_in(app, &org, Role::Admin).await;
    admin.connect(app).await;
    for kind in ActivityKind::ALL {
        admin.flip(&format!("/switches/{kind}")).await;
    }
    if nda == Nda::Docusign {
        app.docusign_ready(&org, &app.browser_of(&user).await).await;
    }
    asks_new_accounts_for(&admin, app, nda).await;
    let dana = Buyer::new(DANA, app, &org).await;
    dana_visits(&dana, &admin, app, nda).await;
    app.sync().await;
    admin
}

async fn dana_visits(dana: &Buyer<'_>, admin: &Chromium, app: &TestApp, nda: Nda) {
    dana.requests_access(REASON).await;
    admin.visit(app, "/dashboard/requests").await;
    admin.sees("Dana Whitfield").await;
    admin.press("Approve").await;
    admin.sees("No requests waiting").await;
    dana.enters_by_mail().await;
    match nda {
        Nda::Clickwrap => dana.signs_by_click(REPORT).await,
        Nda::Docusign => dana.signs_in_docusign(REPORT).await,
    }
    assert_eq!(dana.downloads(REPORT).await, pdf(REPORT));
    dana.comments(REPORT, QUESTION).await;
    dana.hands_in(QUESTIONNAIRE, NOTE).await;
}

async fn asks_new_accounts_for(admin: &Chromium, app: &TestApp, nda: Nda) {
    admin.visit(app, "/dashboard/settings/nda").await;
    if nda == Nda::Clickwrap {
        admin
            .fill("text", "# NDA\n\nWhat is confidential stays so.")
            .await;
        admin.press("Publish as version 1").await;
        admin.sees("Version 1").await;
    }
    let kind = match nda {
        Nda::Clickwrap => "clickwrap",
        Nda::Docusign => "docusign",
    };
    admin.click(&format!("[name='kind'][value='{kind}']")).await;
    admin.click("form[action$='/nda/default'] button").await;
    admin
        .find(&format!("[name='kind'][value='{kind}'][checked]"))
        .await;
}

/// Exactly the eight Tasks are on the record's page, each with its fields.
async fn finds_all_eight(admin: &Chromium, app: &TestApp, record: Id, expected: Expected) {
    admin.goto(&format!("{}/{record}", app.sandbox.url)).await;
    admin.find(".timeline details.task").await;
    let tasks = admin.tasks().await;
    let mut wanted = ActivityKind::ALL.map(|kind| (format!("SafeBase: {}", kind.title()), kind));
    wanted.sort();
    let subjects: Vec<_> = tasks.iter().map(|task| task["Subject"].clone()).collect();
    assert_eq!(subjects, wanted.clone().map(|(subject, _)| subject));
    for (task, (_, kind)) in tasks.iter().zip(wanted) {
        check_fields(task, kind, expected);
        check_comments(&task["Comments"], kind);
    }
}

/// The org lists no record of the object.
async fn finds_none(admin: &Chromium, app: &TestApp, object: &str) {
    let list = format!("{}/lightning/o/{object}/list", app.sandbox.url);
    admin.goto(&list).await;
    admin.sees(&format!("{object}s")).await;
    assert_eq!(admin.count("tbody tr").await, 0, "{}", admin.text().await);
}

fn check_fields(task: &Task, kind: ActivityKind, expected: Expected) {
    // A request is someone's to do; what merely happened is done.
    let status = match kind {
        ActivityKind::RequestedAccess => "Not Started",
        _ => "Completed",
    };
    for (label, value) in [
        ("Name", expected.name),
        ("Related To", expected.related_to),
        ("Assigned To", expected.assigned_to),
        ("Status", status),
        ("Priority", "Normal"),
        // Where the org is, it is ten in the morning of this day.
        ("Due Date", "2 Feb 2026"),
    ] {
        assert_eq!(task[label], value, "{label} of {kind}");
    }
    for label in ["Created By", "Last Modified By"] {
        let by = &task[label];
        assert!(by.starts_with("Gatehouse Integration"), "{label}: {by}");
    }
}

fn check_comments(comments: &str, kind: ActivityKind) {
    let own: &[&str] = match kind {
        ActivityKind::RequestedAccess => &[REASON],
        ActivityKind::AccountCreated | ActivityKind::AccountMemberAdded => &[],
        ActivityKind::CommentOnStatusPage => &["Item: SOC 2 report", QUESTION],
        ActivityKind::FileDownloaded => &["Item: SOC 2 report", "File: SOC 2 report.pdf"],
        ActivityKind::NdaSigned => &["Signed"],
        ActivityKind::QuestionnaireUploaded => &["File: Vendor review.csv", NOTE],
        ActivityKind::StatusPageView => &["Page: "],
    };
    let always = [
        "Visitor: Dana Whitfield <dana.whitfield@larkspur.example>",
        "Company: Larkspur Health",
        "When: 2026-02-02 10:00 EST",
        "/dashboard/activity/",
        "Gatehouse reference: ",
    ];
    for part in always.iter().chain(own) {
        assert!(comments.contains(part), "{part} in {kind}: {comments}");
    }
}

//! `--once`: an Admin and three visitors, over HTTP only, as people would do it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use gatehouse::domain::activity::ActivityKind;
use gatehouse::domain::delivery::DeliveryState;
use gatehouse::store::{connection, delivery_list, organization};
use jiff::tz::TimeZone;
use rehearsal::client::{Client, Page};
use rehearsal::salesforce::{self, Login};

use crate::acts;
use crate::expected::Row;
use crate::seed::{ADMIN, PASSWORD, SLUG};
use crate::stage::Stage;
use crate::welcome::{SALESFORCE_PASSWORD, SALESFORCE_USER};

/// Long enough for a slow machine; usually it takes less than a second.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody who asks for access, and where the Tasks are expected.
struct Visitor {
    first_name: &'static str,
    last_name: &'static str,
    email: &'static str,
    company: &'static str,
    reason: &'static str,
    /// Related To and Assigned To.
    account: &'static str,
    owner: &'static str,
    /// The document to download after being let in, by its item's title.
    downloads: &'static str,
    /// What to ask below that item.
    asks: &'static str,
}

/// A Contact that Salesforce knows; somebody new at an Account it knows; nobody.
static VISITORS: [Visitor; 3] = [
    Visitor {
        first_name: "Dana",
        last_name: "Whitfield",
        email: "dana.whitfield@larkspurhealth.example",
        company: "Larkspur Health",
        reason: "Our yearly review of vendors: we need the SOC 2 report.",
        account: "Larkspur Health",
        owner: "Amara Okafor",
        downloads: "SOC 2 Type II",
        asks: "Which exception was noted in the last period?",
    },
    Visitor {
        first_name: "Ruben",
        last_name: "Alvarez",
        email: "ruben.alvarez@copperline.example",
        company: "Copperline Energy",
        reason: "Renewal in January.",
        account: "Copperline Energy",
        owner: "Jonas Lindqvist",
        downloads: "Penetration test summary",
        asks: "Was the mobile app in scope?",
    },
    Visitor {
        first_name: "Yuki",
        last_name: "Sato",
        email: "yuki.sato@harborlight.example",
        company: "Harborlight Robotics",
        reason: "We are comparing three vendors.",
        account: "",
        owner: "Gatehouse Integration",
        downloads: "SOC 2 Type II",
        asks: "Is the robot fleet API in scope of the report?",
    },
];

/// Plays it through; answers the Tasks that there should be.
pub async fn play(stage: &Stage) -> Result<Vec<Row>> {
    let admin = Client::new(&stage.url)?;
    set_up(stage, &admin).await?;
    let mut expected = Vec::new();
    for visitor in &VISITORS {
        expected.extend(play_visitor(stage, &admin, visitor).await?);
    }
    wait_until_settled(stage, expected.len()).await?;
    Ok(expected)
}

async fn set_up(stage: &Stage, admin: &Client) -> Result<()> {
    step("The Admin signs in and connects the sandbox");
    let page = admin.open("/login").await?;
    let login = [("email", ADMIN), ("password", PASSWORD)];
    let dashboard = admin.submit(&page, "/login", &login).await?;
    ensure!(
        dashboard.url.path().starts_with("/dashboard"),
        "signing in ended with {}",
        dashboard.summary()
    );
    let settings = admin.open("/dashboard/settings").await?;
    settings
        .link("Configure")
        .with_context(|| format!("no Configure in {}", settings.summary()))?;
    let login = Login {
        environment: "sandbox",
        username: SALESFORCE_USER,
        password: SALESFORCE_PASSWORD,
    };
    let modal = salesforce::connect(admin, login).await?;
    ensure!(
        modal.text().contains(SALESFORCE_USER),
        "the modal doesn't say who is connected: {}",
        modal.summary()
    );
    ensure!(
        stage.sandbox.sim.tasks().is_empty(),
        "there are Tasks before any switch is on"
    );
    step("The Admin asks new accounts for an NDA");
    acts::ask_for_nda(admin).await?;
    step("The Admin turns on the switches, creating Contacts, and creating Leads");
    for kind in ActivityKind::ALL {
        salesforce::switch(admin, kind.key(), true).await?;
    }
    for option in ["create_contact", "create_lead"] {
        salesforce::option(admin, option, true).await?;
    }
    Ok(())
}

async fn play_visitor(stage: &Stage, admin: &Client, visitor: &Visitor) -> Result<Vec<Row>> {
    let name = format!("{} {}", visitor.first_name, visitor.last_name);
    let task = |subject: &str, status: &str| Row {
        subject: format!("SafeBase: {subject}"),
        name: name.clone(),
        related_to: visitor.account.to_owned(),
        assigned_to: visitor.owner.to_owned(),
        status: status.to_owned(),
        due_date: today(stage),
    };
    let browser = Client::new(&stage.url)?;
    step(&format!("{name} of {} requests access", visitor.company));
    request_access(&browser, visitor).await?;
    let mut expected = vec![task("Requested Access", "Not Started")];
    step("The Admin approves");
    approve(admin, &name).await?;
    expected.push(task("Account Created", "Completed"));
    expected.push(task("Account Member Added", "Completed"));
    let item = visitor.downloads;
    step(&format!(
        "{name} opens the link from the mail, signs the NDA and reads “{item}”"
    ));
    enter(stage, &browser, visitor).await?;
    let shared = acts::sign(&browser, &name).await?;
    expected.push(task("NDA Signed", "Completed"));
    expected.push(task("Status Page View", "Completed"));
    download(&browser, &shared, item).await?;
    expected.push(task("File Downloaded", "Completed"));
    step(&format!(
        "{name} asks about it, and hands in a questionnaire"
    ));
    acts::comment(&browser, &shared, item, visitor.asks).await?;
    expected.push(task("Comment on Status Page", "Completed"));
    acts::hand_in(&browser, visitor.reason).await?;
    expected.push(task("Questionnaire Uploaded", "Completed"));
    Ok(expected)
}

async fn request_access(browser: &Client, visitor: &Visitor) -> Result<()> {
    let form = browser.open(&page("/request-access")).await?;
    let fields = [
        ("first_name", visitor.first_name),
        ("last_name", visitor.last_name),
        ("email", visitor.email),
        ("company", visitor.company),
        ("reason", visitor.reason),
    ];
    let thanks = browser.submit(&form, "/request-access", &fields).await?;
    ensure!(
        thanks.url.path().ends_with("/received"),
        "requesting access ended with {}",
        thanks.summary()
    );
    Ok(())
}

async fn approve(admin: &Client, name: &str) -> Result<()> {
    let requests = admin.open("/dashboard/requests").await?;
    ensure!(
        requests.text().contains(name),
        "no request of {name} in {}",
        requests.summary()
    );
    let done = admin.submit(&requests, "/approve", &[]).await?;
    ensure!(
        done.status.is_success() && done.form("/approve").is_none(),
        "approving ended with {}",
        done.summary()
    );
    Ok(())
}

/// By the link in the mail to the shared status page.
async fn enter(stage: &Stage, browser: &Client, visitor: &Visitor) -> Result<()> {
    let mail = stage
        .mail
        .wait_for(visitor.email, PATIENCE, |mail| {
            mail.link("/enter?").is_some()
        })
        .await?;
    let link = mail.link("/enter?").context("a mail without its link")?;
    let door = browser.open(&link).await?;
    let shared = browser.submit(&door, "/enter", &[]).await?;
    ensure!(
        shared.url.path() == page("") && shared.status.is_success(),
        "the link led to {}",
        shared.summary()
    );
    Ok(())
}

async fn download(browser: &Client, shared: &Page, item: &str) -> Result<()> {
    let item = shared
        .link(item)
        .with_context(|| format!("no item “{item}” in {}", shared.summary()))?;
    let item = browser.open(item.as_str()).await?;
    let file = item
        .link("Download")
        .with_context(|| format!("nothing to download in {}", item.summary()))?;
    let file = browser.get(file.as_str()).await?;
    ensure!(
        file.status.is_success() && file.bytes.starts_with(b"%PDF-"),
        "the download answered {} and no PDF",
        file.status
    );
    Ok(())
}

/// Until every activity has its delivery, and none has work left.
async fn wait_until_settled(stage: &Stage, deliveries: usize) -> Result<()> {
    step("Waiting for the Tasks");
    let began = Instant::now();
    loop {
        let counts = counts(stage).await?;
        let all: i64 = counts.iter().map(|(_, n)| n).sum();
        let open: i64 = counts
            .iter()
            .filter(|(state, _)| state.is_open())
            .map(|(_, n)| n)
            .sum();
        if open == 0 && usize::try_from(all)? >= deliveries {
            println!("  {:.1} s", began.elapsed().as_secs_f32());
            return Ok(());
        }
        ensure!(
            began.elapsed() < PATIENCE,
            "after {PATIENCE:?} the deliveries are {counts:?}, of {deliveries}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn counts(stage: &Stage) -> Result<Vec<(DeliveryState, i64)>> {
    let mut tx = stage.app.db.read().await?;
    let org = organization::by_slug(&mut tx, SLUG)
        .await?
        .context("the organization is gone")?;
    let connection = connection::live(&mut tx, org.id)
        .await?
        .context("nothing is connected")?;
    let counts = delivery_list::counts(&mut tx, org.id, connection.id).await?;
    Ok(counts.into_iter().collect())
}

/// The calendar date where the org is.
fn today(stage: &Stage) -> String {
    let zone = TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC);
    let now = stage.app.ambient.now();
    now.to_zoned(zone).date().to_string()
}

pub fn page(path: &str) -> String {
    format!("/trust/{SLUG}{path}")
}

fn step(what: &str) {
    println!("· {what}");
}

//! `--once`: an Admin and three visitors, over HTTP only, as people would do it.

use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use domain::activities::ActivityKind;
use domain::deliveries::DeliveryState;
use jiff::tz::TimeZone;
use store::deliveries::list;
use store::organizations;
use store::salesforce::connections;
use testkit::buyer::{Buyer, Persona};
use testkit::client::Client;
use testkit::salesforce::{self, Login};
use testkit::staff;

use crate::expected::Row;
use crate::seed::{ADMIN, PASSWORD, SLUG};
use crate::stage::Stage;
use crate::welcome::{SALESFORCE_PASSWORD, SALESFORCE_USER};

/// Long enough for a slow machine; usually it takes less than a second.
const PATIENCE: Duration = Duration::from_mins(1);

const NDA: &str = "# Mutual non-disclosure agreement\n\nWhat either side marks as confidential, or \
    shares behind this agreement, is used to assess the other's security and for nothing else. \
    It is kept for two years after the last exchange, and deleted on request.\n";
const QUESTIONNAIRE: &[u8] = b"Question,Answer\r\n\
    Is customer data encrypted at rest?,\r\n\
    How long are backups kept?,\r\n\
    Who may reach production?,\r\n";

/// Someone who asks for access, and where the Tasks are expected.
struct Visitor {
    who: Persona<'static>,
    reason: &'static str,
    /// Related To and Assigned To.
    account: &'static str,
    owner: &'static str,
    /// The document to download after being let in, by its item's title.
    downloads: &'static str,
    /// What to ask below that item.
    asks: &'static str,
}

/// A Contact that Salesforce knows; someone new at an Account it knows; nobody.
static VISITORS: [Visitor; 3] = [
    Visitor {
        who: Persona {
            first_name: "Dana",
            last_name: "Whitfield",
            email: "dana.whitfield@larkspurhealth.example",
            company: "Larkspur Health",
        },
        reason: "Our yearly review of vendors: we need the SOC 2 report.",
        account: "Larkspur Health",
        owner: "Amara Okafor",
        downloads: "SOC 2 Type II",
        asks: "Which exception was noted in the last period?",
    },
    Visitor {
        who: Persona {
            first_name: "Ruben",
            last_name: "Alvarez",
            email: "ruben.alvarez@copperline.example",
            company: "Copperline Energy",
        },
        reason: "Renewal in January.",
        account: "Copperline Energy",
        owner: "Jonas Lindqvist",
        downloads: "Penetration test summary",
        asks: "Was the mobile app in scope?",
    },
    Visitor {
        who: Persona {
            first_name: "Yuki",
            last_name: "Sato",
            email: "yuki.sato@harborlight.example",
            company: "Harborlight Robotics",
        },
        reason: "We are comparing three vendors.",
        account: "",
        owner: "Gatehouse Integration",
        downloads: "SOC 2 Type II",
        asks: "Is the robot fleet API in scope of the report?",
    },
];

/// Plays it through; answers the Tasks that there should be.
pub(crate) async fn play(stage: &Stage) -> Result<Vec<Row>> {
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
    staff::sign_in(admin, ADMIN, PASSWORD).await?;
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
        Row::from_org(&stage.sandbox.sim).is_empty(),
        "there are Tasks before any switch is on"
    );
    step("The Admin asks new accounts for an NDA");
    staff::ask_for_nda(admin, NDA).await?;
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
    let name = visitor.who.name();
    let task = |subject: &str, status: &str| Row {
        subject: format!("SafeBase: {subject}"),
        name: name.clone(),
        related_to: visitor.account.to_owned(),
        assigned_to: visitor.owner.to_owned(),
        status: status.to_owned(),
        due_date: today(stage),
    };
    let buyer = Buyer::new(&stage.url, SLUG, visitor.who)?;
    step(&format!(
        "{name} of {} requests access",
        visitor.who.company
    ));
    buyer.request_access(visitor.reason).await?;
    let mut expected = vec![task("Requested Access", "Not Started")];
    step("The Admin approves");
    staff::approve(admin, &name).await?;
    expected.push(task("Account Created", "Completed"));
    expected.push(task("Account Member Added", "Completed"));
    let item = visitor.downloads;
    step(&format!(
        "{name} opens the link from the email, signs the NDA and reads “{item}”"
    ));
    buyer.enter(&stage.mail).await?;
    buyer.sign().await?;
    expected.push(task("NDA Signed", "Completed"));
    expected.push(task("Status Page View", "Completed"));
    buyer.download(item).await?;
    expected.push(task("File Downloaded", "Completed"));
    step(&format!(
        "{name} asks about it, and hands in a questionnaire"
    ));
    buyer.comment(item, visitor.asks).await?;
    expected.push(task("Comment on Status Page", "Completed"));
    buyer
        .hand_in("Vendor questionnaire.csv", QUESTIONNAIRE, visitor.reason)
        .await?;
    expected.push(task("Questionnaire Uploaded", "Completed"));
    Ok(expected)
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
    let org = organizations::by_slug(&mut tx, SLUG)
        .await?
        .context("the organization is gone")?;
    let connection = connections::live(&mut tx, org.id)
        .await?
        .context("nothing is connected")?;
    let counts = list::counts(&mut tx, org.id, connection.id).await?;
    Ok(counts.into_iter().collect())
}

/// The calendar date where the org is.
fn today(stage: &Stage) -> String {
    let zone = TimeZone::get("America/New_York").unwrap_or(TimeZone::UTC);
    let now = stage.app.ambient.now();
    now.to_zoned(zone).date().to_string()
}

fn step(what: &str) {
    println!("· {what}");
}

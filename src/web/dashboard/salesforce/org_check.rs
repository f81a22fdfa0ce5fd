//! What the last look at the org found, what changed since the look before, and the last
//! test Task.

use domain::ids::OrganizationId;
use domain::salesforce::Connection;
use jiff::Timestamp;
use store::Tx;
use store::salesforce::org_checks::{self, OrgChange};
use store::salesforce::test_tasks;

use super::SalesforceAdmin;
use super::account_choice::{Choice, choices};
use super::test_task::TestView;
use crate::app::App;
use crate::salesforce_connection::{self, Allowance, Finding, Level, findings, reading_of};
use crate::web::components::numbers::thousands;

/// Changes that are shown.
const CHANGES: i64 = 12;

pub(super) struct OrgCheckView {
    /// `None` before the first look.
    pub at: Option<Timestamp>,
    pub findings: Vec<FindingRow>,
    pub environment: &'static str,
    /// "9,728 of 10,240 MB left"
    pub data_storage: Option<String>,
    pub api_requests: Option<String>,
    pub changes: Vec<OrgChange>,
    pub test: Option<TestView>,
    pub search: Option<AccountSearch>,
}

/// Something about the org, and how much it matters.
pub(super) struct FindingRow {
    pub tone: &'static str,
    pub icon: &'static str,
    pub words: &'static str,
    pub finding: Finding,
}

/// Accounts to write the test Task on.
pub(super) struct AccountSearch {
    pub text: String,
    pub found: Vec<Choice>,
    pub problem: Option<String>,
}

impl AccountSearch {
    /// Asks the org, before the database is: no transaction waits for Salesforce.
    pub(super) async fn ask(app: &App, admin: &SalesforceAdmin, text: &str) -> Self {
        let act = admin.staff.action(app);
        let found = salesforce_connection::search_accounts(app, act, text).await;
        let (found, problem) = match found {
            Ok(found) => (choices(text, &found), None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        Self {
            text: text.to_owned(),
            found,
            problem,
        }
    }
}

impl OrgCheckView {
    /// `None` without a connection.
    pub(super) async fn read(
        tx: &mut Tx,
        org: OrganizationId,
        search: Option<AccountSearch>,
    ) -> store::Result<Option<Self>> {
        let Some(connection) = store::salesforce::connections::live(tx, org).await? else {
            return Ok(None);
        };
        let check = org_checks::latest(tx, org, connection.id).await?;
        let reading = reading_of(check.as_ref());
        let rows = findings(&connection, reading.as_ref()).into_iter().map(row);
        let setup = reading.map(|reading| reading.setup);
        let left = |allowance: Option<Allowance>, unit: &str| allowance.map(|one| words(one, unit));
        let test = test_tasks::latest(tx, org, connection.id).await?;
        Ok(Some(Self {
            at: check.filter(|_| setup.is_some()).map(|check| check.at),
            findings: rows.collect(),
            environment: connection.environment.title(),
            data_storage: left(setup.as_ref().and_then(|setup| setup.data_storage), " MB"),
            api_requests: left(setup.as_ref().and_then(|setup| setup.api_requests), ""),
            changes: org_checks::changes(tx, org, connection.id, CHANGES).await?,
            test: test.map(|test| TestView::new(test, address(&connection))),
            search,
        }))
    }
}

fn address(connection: &Connection) -> &str {
    connection.instance_url.trim_end_matches('/')
}

fn row(finding: Finding) -> FindingRow {
    let (tone, icon, words) = match finding.level {
        Level::Stops => ("badge-bad", "alert", "Stops deliveries"),
        Level::Limits => ("badge-warn", "alert", "Limits deliveries"),
        Level::Note => ("badge-mute", "info", "Good to know"),
    };
    FindingRow {
        tone,
        icon,
        words,
        finding,
    }
}

fn words(allowance: Allowance, unit: &str) -> String {
    let (left, max) = (thousands(&allowance.remaining), thousands(&allowance.max));
    format!("{left} of {max}{unit} left")
}

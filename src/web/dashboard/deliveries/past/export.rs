//! The lines of the last dry run as CSV.

use axum::BoxError;
use axum::body::Body;
use axum::extract::State;
use domain::audit::Action;
use futures::stream;
use store::deliveries::dry_run_lines::{self, DryRunLine};
use store::deliveries::dry_runs;

use super::super::super::salesforce::SalesforceAdmin;
use crate::app::App;
use crate::web::http::csv as table;
use crate::web::http::error::{WebError, WebResult};
use crate::web::limits::EXPORT_ROWS_AT_ONCE;

const COLUMNS: [&str; 13] = [
    "outcome",
    "activity",
    "activities",
    "first",
    "last",
    "name",
    "email",
    "company",
    "contact_or_lead",
    "account",
    "account_name",
    "reason",
    "instance",
];

pub(super) async fn csv(State(app): State<App>, admin: SalesforceAdmin) -> WebResult {
    let (org, today) = (admin.staff.org.id, app.ambient.today());
    let mut tx = app.db.read().await?;
    let connection = store::salesforce::connections::live(&mut tx, org).await?;
    let connection = connection.ok_or(WebError::NotFound)?;
    let run = dry_runs::latest(&mut tx, org, connection.id).await?;
    let run = run
        .filter(|run| run.result.is_some())
        .ok_or(WebError::NotFound)?;
    let mut pieces = Vec::new();
    let mut after = -1;
    loop {
        let rows = dry_run_lines::after(&mut tx, org, run.id, after, EXPORT_ROWS_AT_ONCE).await?;
        let head = pieces.is_empty().then_some(&COLUMNS[..]);
        let lines = rows
            .iter()
            .map(|(_, line)| cells(line, &connection.instance_url));
        let text = table::piece(head, lines);
        pieces.push(text.map_err(|error| WebError::Internal(error.into()))?);
        if rows.len() < EXPORT_ROWS_AT_ONCE {
            break;
        }
        after = rows.last().map_or(after, |(number, _)| *number);
    }
    drop(tx);
    let detail = format!("of {}", run.asked_at);
    admin
        .staff
        .audit(&app, Action::ExportedDryRun, &detail)
        .await?;
    let body = Body::from_stream(stream::iter(pieces.into_iter().map(Ok::<_, BoxError>)));
    table::attachment(&format!("dry-run-{today}.csv"), table::KIND, body)
}

fn cells(line: &DryRunLine, instance: &str) -> Vec<String> {
    vec![
        line.outcome.title().to_owned(),
        line.kind.title().to_owned(),
        line.activities.to_string(),
        line.first_at.to_string(),
        line.last_at.to_string(),
        line.name.clone(),
        line.email.clone(),
        line.company.clone(),
        line.who.clone(),
        line.account.clone(),
        line.account_name.clone(),
        line.reason.clone(),
        instance.to_owned(),
    ]
}

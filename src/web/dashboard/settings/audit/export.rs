//! The audit log as a file: the entries that the page's filter finds, all of them. They are
//! read while they are sent, some at a time.

use axum::BoxError;
use axum::body::Body;
use axum::extract::{Query, State};
use domain::audit::{Action, Actor};
use domain::ids::OrganizationId;
use futures::stream;
use jiff::civil::Date;
use serde::Serialize;
use store::audit_log::{self, AuditEntry, Filter};

use super::asked::Asked;
use crate::app::App;
use crate::web::http::csv as table;
use crate::web::http::error::WebResult;
use crate::web::http::staff_session::{Admin, Staff};
use crate::web::limits::EXPORT_ROWS_AT_ONCE;

/// The columns, also the names of a line's fields: [`Line`] has them in this order.
const COLUMNS: [&str; 7] = [
    "time",
    "actor_name",
    "actor_email",
    "action",
    "detail",
    "network_address",
    "session",
];

/// An entry as programs read it.
#[derive(Serialize)]
struct Line<'a> {
    /// ISO 8601, in UTC.
    time: String,
    actor_name: &'a str,
    actor_email: &'a str,
    action: &'a str,
    detail: &'a str,
    network_address: &'a str,
    session: &'a str,
}

impl<'a> Line<'a> {
    fn from_entry(entry: &'a AuditEntry) -> Self {
        let actor = Actor::parse(&entry.actor);
        Self {
            time: entry.at.to_string(),
            actor_name: actor.name,
            actor_email: actor.email,
            action: &entry.action,
            detail: &entry.detail,
            network_address: &entry.network,
            session: &entry.session,
        }
    }

    fn cells(&self) -> Vec<String> {
        [
            &self.time,
            self.actor_name,
            self.actor_email,
            self.action,
            self.detail,
            self.network_address,
            self.session,
        ]
        .map(str::to_owned)
        .to_vec()
    }
}

#[derive(Clone, Copy)]
enum Format {
    Csv,
    Ndjson,
}

impl Format {
    const fn title(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Ndjson => "NDJSON",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Ndjson => "ndjson",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => table::KIND,
            Self::Ndjson => "application/x-ndjson",
        }
    }

    /// The text of some entries. `begins` where they are the file's first.
    fn text(self, entries: &[AuditEntry], begins: bool) -> Result<Vec<u8>, BoxError> {
        let lines = entries.iter().map(Line::from_entry);
        match self {
            Self::Csv => {
                let head = begins.then_some(&COLUMNS[..]);
                Ok(table::piece(head, lines.map(|line| line.cells()))?)
            }
            Self::Ndjson => {
                let mut text = Vec::new();
                for line in lines {
                    serde_json::to_writer(&mut text, &line)?;
                    text.push(b'\n');
                }
                Ok(text)
            }
        }
    }
}

pub(super) async fn csv(
    State(app): State<App>,
    Admin(staff): Admin,
    Query(asked): Query<Asked>,
) -> WebResult {
    send(app, &staff, asked.tidied(), Format::Csv).await
}

pub(super) async fn ndjson(
    State(app): State<App>,
    Admin(staff): Admin,
    Query(asked): Query<Asked>,
) -> WebResult {
    send(app, &staff, asked.tidied(), Format::Ndjson).await
}

async fn send(app: App, staff: &Staff, asked: Asked, format: Format) -> WebResult {
    let (org, filter) = (staff.org.id, asked.filter());
    // What is read before the export is noted doesn't have the note: the rest is older.
    let first = read(&app, org, &filter).await?;
    let detail = format!("{}, {}", format.title(), asked.in_words());
    staff.audit(&app, Action::ExportedAuditLog, &detail).await?;
    let name = name(&asked, app.ambient.today(), format);
    let rest = Rest {
        app,
        org,
        filter,
        format,
        first: Some(first),
        is_over: false,
    };
    let body = Body::from_stream(stream::try_unfold(rest, next));
    table::attachment(&name, format.media_type(), body)
}

/// What of an export is still to be sent.
struct Rest {
    app: App,
    org: OrganizationId,
    filter: Filter,
    format: Format,
    /// The newest entries, until they are sent.
    first: Option<Vec<AuditEntry>>,
    is_over: bool,
}

/// No transaction is open while a slow connection takes what was read.
async fn next(mut rest: Rest) -> Result<Option<(Vec<u8>, Rest)>, BoxError> {
    if rest.is_over {
        return Ok(None);
    }
    let (entries, begins) = match rest.first.take() {
        Some(first) => (first, true),
        None => (read(&rest.app, rest.org, &rest.filter).await?, false),
    };
    rest.is_over = entries.len() < EXPORT_ROWS_AT_ONCE;
    rest.filter.before = entries.last().map(AuditEntry::position);
    let text = rest.format.text(&entries, begins)?;
    Ok(Some((text, rest)))
}

async fn read(app: &App, org: OrganizationId, filter: &Filter) -> store::Result<Vec<AuditEntry>> {
    let at_once = i64::try_from(EXPORT_ROWS_AT_ONCE).unwrap_or(i64::MAX);
    let mut tx = app.db.read().await?;
    audit_log::list(&mut tx, org, filter, at_once).await
}

/// `audit-log-2026-01-01-to-2026-01-31.csv`; without a first day
/// `audit-log-to-2026-01-31.csv`.
fn name(asked: &Asked, today: Date, format: Format) -> String {
    let from = asked.first_day().map(|day| format!("-{day}"));
    let (from, to) = (from.unwrap_or_default(), asked.last_day().unwrap_or(today));
    format!("audit-log{from}-to-{to}.{}", format.extension())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_the_columns_in_their_order() {
        let entry = Line {
            time: "1".to_owned(),
            actor_name: "2",
            actor_email: "3",
            action: "4",
            detail: "5",
            network_address: "6",
            session: "7",
        };
        assert_eq!(entry.cells().join(""), "1234567");
        let pairs = COLUMNS.iter().zip(entry.cells());
        let pairs: Vec<_> = pairs
            .map(|(name, cell)| format!("\"{name}\":\"{cell}\""))
            .collect();
        let json = serde_json::to_string(&entry).unwrap();
        assert_eq!(json, format!("{{{}}}", pairs.join(",")));
    }
}

//! Table `audit`: what was done in the dashboard, by whom. Append-only.

use clock::Ambient;
use domain::audit::{Action, Category};
use domain::ids::{AuditId, OrganizationId};
use jiff::Timestamp;

use crate::db::like;
use crate::params;
use crate::request_origin;
use crate::{Result, Row, Tx};

/// One entry of the audit log.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct AuditEntry {
    /// The entry's id; later entries have greater ones.
    pub id: AuditId,
    /// When it was done.
    pub at: Timestamp,
    /// Name and address of who did it, as they were then.
    pub actor: String,
    /// What was done, in a few words: "Approved a request".
    pub action: String,
    /// To what, and how; never a secret.
    pub detail: String,
    /// The network that it came from; empty where no request did it.
    pub network: String,
    /// The session in which it was done; empty where there was none.
    pub session: String,
}

impl AuditEntry {
    /// Where the next page begins when this entry is the last of one.
    pub fn position(&self) -> Position {
        Position {
            at: self.at,
            id: self.id,
        }
    }
}

/// A place in the log.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Position {
    at: Timestamp,
    id: AuditId,
}

/// Which entries to show.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Filter {
    /// Part of who did it, a name or an address; empty for all.
    pub actor: String,
    /// Only actions of this category; `None` for all.
    pub category: Option<Category>,
    /// Only what was done at this moment or later; `None` for no beginning.
    pub from: Option<Timestamp>,
    /// Only what was done before this moment; `None` for no end.
    pub until: Option<Timestamp>,
    /// Part of what was done, of its detail, of who did it, or of the network or the
    /// session that it came from; empty for all.
    pub search: String,
    /// Only what is older than this; `None` for the newest.
    pub before: Option<Position>,
}

/// Appends an entry, with the network and session of the request that is being answered.
pub async fn insert(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    actor: &str,
    action: Action,
    detail: &str,
) -> Result<()> {
    tx.execute(
        "INSERT INTO audit (id, org_id, at, actor, action, detail, network, session)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
        params![
            ambient.id(AuditId::from_uuid),
            org,
            ambient.now(),
            actor,
            action.title(),
            detail,
            request_origin::network(),
            request_origin::session()
        ],
    )
    .await?;
    Ok(())
}

/// The newest `limit` entries that the filter lets through.
pub async fn list(
    tx: &mut Tx,
    org: OrganizationId,
    filter: &Filter,
    limit: i64,
) -> Result<Vec<AuditEntry>> {
    let text = |part: &str| match part.trim() {
        "" => String::new(),
        part => like::containing(part),
    };
    let (before_at, before) = match filter.before {
        Some(before) => (micros(before.at), before.id.to_string()),
        None => (i64::MAX, String::new()),
    };
    let last = filter.until.map_or(i64::MAX, |until| micros(until) - 1);
    // The index of the organization's entries by time gives them in order and bounds them
    // on both sides. Of the entries of one moment those with lower ids come later.
    let rows = tx
        .all(
            "SELECT id, at, actor, action, detail, network, session FROM audit
             WHERE org_id = $1 AND at >= $2 AND at <= $3
                 AND ($4 = '' OR at < $5 OR id < $4)
                 AND ($6 = '' OR $6 LIKE '%|' || action || '|%')
                 AND ($7 = '' OR LOWER(actor) LIKE $7 ESCAPE '\\')
                 AND ($8 = '' OR LOWER(action) LIKE $8 ESCAPE '\\'
                     OR LOWER(detail) LIKE $8 ESCAPE '\\' OR LOWER(actor) LIKE $8 ESCAPE '\\'
                     OR LOWER(network) LIKE $8 ESCAPE '\\' OR LOWER(session) LIKE $8 ESCAPE '\\')
             ORDER BY at DESC, id DESC LIMIT $9",
            params![
                org,
                filter.from.map_or(i64::MIN, micros),
                last.min(before_at),
                before,
                before_at,
                filter.category.map_or_else(String::new, titles),
                text(&filter.actor),
                text(&filter.search),
                limit
            ],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Where the entry of that id is; `None` where the organization has none of it.
pub async fn position(tx: &mut Tx, org: OrganizationId, id: AuditId) -> Result<Option<Position>> {
    let sql = "SELECT at FROM audit WHERE org_id = $1 AND id = $2";
    let row = tx.optional(sql, params![org, id]).await?;
    row.map(|row| {
        Ok(Position {
            at: row.get("at")?,
            id,
        })
    })
    .transpose()
}

/// As the database keeps a moment.
fn micros(at: Timestamp) -> i64 {
    at.as_microsecond()
}

/// The titles of a category's actions, each between bars.
fn titles(category: Category) -> String {
    let titles = category.actions().map(Action::title);
    titles.fold("|".to_owned(), |all, title| format!("{all}{title}|"))
}

fn read(row: &Row) -> Result<AuditEntry> {
    Ok(AuditEntry {
        id: row.get("id")?,
        at: row.get("at")?,
        actor: row.get("actor")?,
        action: row.get("action")?,
        detail: row.get("detail")?,
        network: row.get("network")?,
        session: row.get("session")?,
    })
}

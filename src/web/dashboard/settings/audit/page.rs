//! The page of the audit log: its filter, and the entries by who acted.

use askama::Template;
use axum::extract::{Query, State};
use domain::audit::{Actor, Category, DetailLine};
use domain::staff::StaffUser;
use store::audit_log::{self, AuditEntry, Filter};

use super::HERE;
use super::asked::Asked;
use crate::app::App;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::WebResult;
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Admin;
use crate::web::limits::{AUDIT_ENTRIES, AUDIT_SEARCH};

#[derive(Template)]
#[template(path = "dashboard/settings/audit.html")]
struct AuditPage {
    shell: Shell,
    home: &'static str,
    asked: Asked,
    /// Whom the filter suggests. People who left have entries, too.
    people: Vec<StaffUser>,
    groups: Vec<Group>,
    /// How many entries there are, where they are all on this page.
    total: Option<usize>,
    /// Whether this isn't the log's first page.
    later: bool,
    /// The query of the next page.
    older: Option<String>,
}

impl AuditPage {
    /// The query of the filter's first page, and of the export.
    fn newest(&self) -> String {
        self.asked.query(None)
    }
}

/// Entries one after the other of the same actor, in the same session and from the same
/// network.
struct Group {
    /// A name, or an address where there is none.
    title: String,
    /// Empty where the title says it, and where no person acted.
    email: String,
    network: String,
    session: String,
    /// The query that filters by this actor's address.
    query: String,
    entries: Vec<AuditEntry>,
}

impl Group {
    fn of_first(entry: AuditEntry, asked: &Asked) -> Self {
        let actor = Actor::parse(&entry.actor);
        let has_name = !actor.name.is_empty();
        Self {
            title: actor.title().to_owned(),
            email: if has_name { actor.email } else { "" }.to_owned(),
            network: entry.network.clone(),
            session: entry.session.clone(),
            query: asked.query_of(actor.search()),
            entries: vec![entry],
        }
    }

    fn includes(&self, entry: &AuditEntry) -> bool {
        self.entries.last().is_some_and(|last| {
            last.actor == entry.actor
                && last.session == entry.session
                && last.network == entry.network
        })
    }
}

pub(super) async fn page(
    State(app): State<App>,
    Admin(staff): Admin,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let (org, asked) = (staff.org.id, asked.tidied());
    let mut tx = app.db.read().await?;
    let shell = Shell::new(&mut tx, &staff, Section::Settings, flash).await?;
    let before = match asked.before() {
        Some(id) => audit_log::position(&mut tx, org, id).await?,
        None => None,
    };
    let filter = Filter {
        before,
        ..asked.filter()
    };
    let one_more = i64::try_from(AUDIT_ENTRIES + 1).unwrap_or(i64::MAX);
    let mut entries = audit_log::list(&mut tx, org, &filter, one_more).await?;
    let people = store::staff::users::list(&mut tx, org).await?;
    drop(tx);
    let more = entries.len() > AUDIT_ENTRIES;
    entries.truncate(AUDIT_ENTRIES);
    let last = entries.last().filter(|_| more).map(|entry| entry.id);
    page::html(&AuditPage {
        shell,
        home: HERE,
        people,
        total: (!more && before.is_none()).then_some(entries.len()),
        later: before.is_some(),
        older: last.map(|last| asked.query(Some(last))),
        groups: groups(entries, &asked),
        asked,
    })
}

fn groups(entries: Vec<AuditEntry>, asked: &Asked) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for entry in entries {
        match groups.last_mut() {
            Some(group) if group.includes(&entry) => group.entries.push(entry),
            _ => groups.push(Group::of_first(entry, asked)),
        }
    }
    groups
}

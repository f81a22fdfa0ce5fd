//! One activity: what is known of it, and how its delivery went.

use askama::Template;
use axum::extract::{Path, State};
use domain::activities::{Activity, ActivityKind};
use domain::ids::ActivityId;
use domain::request_id::RequestId;

use crate::app::App;
use crate::web::dashboard::activities::feed::{Entry, words};
use crate::web::dashboard::deliveries::badge::{self, Badge};
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::Flash;
use crate::web::http::page;
use crate::web::http::staff_session::Staff;

#[derive(Template)]
#[template(path = "dashboard/activities/activity.html")]
struct ActivityPage {
    shell: Shell,
    entry: Entry,
    icon: &'static str,
    facts: Vec<Fact>,
    badges: Vec<Badge>,
    request: Option<RequestId>,
}

struct Fact {
    name: &'static str,
    value: String,
    href: Option<String>,
}

pub(crate) async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    let id: ActivityId = page::id(&id)?;
    let mut tx = app.db.read().await?;
    let found = store::activities::by_id(&mut tx, staff.org.id, id).await?;
    let activity = found.ok_or(WebError::NotFound)?;
    let mut badges = badge::of_activities(&mut tx, staff.org.id, &[id], app.ambient.now()).await?;
    let shell = Shell::new(&mut tx, &staff, Section::Overview, flash).await?;
    page::html(&ActivityPage {
        shell,
        entry: Entry::from_activity(&activity, Vec::new()),
        icon: words(activity.what.kind).0,
        facts: facts(&activity),
        badges: badges.remove(&id).unwrap_or_default(),
        request: activity.request,
    })
}

fn facts(activity: &Activity) -> Vec<Fact> {
    let what = &activity.what;
    let mut facts = Vec::new();
    let mut add = |name, value: Option<String>, href| {
        if let Some(value) = value.filter(|value| !value.is_empty()) {
            facts.push(Fact { name, value, href });
        }
    };
    if let Some(person) = &what.person {
        add("Person", Some(person.display_name()), None);
        let mailto = format!("mailto:{}", person.email);
        add("Email", Some(person.email.to_string()), Some(mailto));
    }
    let account = what.account.map(|id| format!("/dashboard/accounts/{id}"));
    let company = match account {
        Some(_) => "Account",
        None => "Company, as typed",
    };
    add(company, Some(what.company.clone()), account);
    add("File", what.details.file.clone(), None);
    add("Item", what.details.item.clone(), None);
    add("Page", what.details.page.clone(), None);
    let text = match what.kind {
        ActivityKind::RequestedAccess => "Reason",
        ActivityKind::CommentOnStatusPage => "Comment",
        _ => "Note",
    };
    add(text, what.details.text.clone(), None);
    facts
}

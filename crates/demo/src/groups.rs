//! Northbeam's document groups, and the profiles of its customers and prospects.

use std::collections::BTreeMap;

use anyhow::Result;
use domain::accounts::profile::DocumentScope;
use domain::content::Visibility;
use gatehouse::app::App;
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::accounts::profiles::{Draft, save_group, save_profile};

use crate::calendar::minutes;

const GROUPS: [(&str, &str); 2] = [
    ("Audit reports", "What auditors and testers found"),
    ("How we operate", "Policies, recovery and the like"),
];

/// Every locked item gets a group; both profiles wait to be chosen for an account.
pub(crate) async fn plant(app: &App, act: StaffAction<'_>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    for (name, description) in GROUPS {
        act.ambient.clock.advance(minutes(&app.ambient, 5));
        let draft = Draft {
            name: name.to_owned(),
            description: description.to_owned(),
            scope: DocumentScope::Everything,
        };
        save_group(&mut tx, act, None, &draft).await?;
    }
    let groups = store::accounts::document_groups::list(&mut tx, act.org.id).await?;
    let by_name: BTreeMap<_, _> = groups
        .iter()
        .map(|one| (one.name.as_str(), one.id))
        .collect();
    for mut item in store::content::items::list(&mut tx, act.org.id).await? {
        if item.visibility == Visibility::Locked {
            let is_report = item.document.is_some();
            item.group = by_name.get(GROUPS[usize::from(!is_report)].0).copied();
            store::content::items::update(&mut tx, act.org.id, &item).await?;
        }
    }
    let operate = by_name.get(GROUPS[1].0).copied();
    for (name, description, scope) in [
        ("Customers", "Under contract", DocumentScope::Everything),
        (
            "Prospects",
            "Before the contract is signed",
            DocumentScope::Groups(operate.into_iter().collect()),
        ),
    ] {
        act.ambient.clock.advance(minutes(&app.ambient, 5));
        let draft = Draft {
            name: name.to_owned(),
            description: description.to_owned(),
            scope,
        };
        save_profile(&mut tx, act, None, &draft).await?;
    }
    tx.commit().await?;
    Ok(())
}

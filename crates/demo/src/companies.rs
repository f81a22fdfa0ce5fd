//! What Northbeam's people noted of the companies that come already: who looks after
//! each, how far its review is, what it sees and until when.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use domain::accounts::ReviewStatus::{self, Approved, InReview, NotReviewed};
use gatehouse::app::App;
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::accounts::{self, AccountDraft};
use jiff::ToSpan as _;

use crate::seed::{ADMIN, EDITOR};

struct Company {
    name: &'static str,
    description: &'static str,
    owner: Option<&'static str>,
    review: ReviewStatus,
    profile: Option<&'static str>,
    /// From today on.
    days_left: Option<i64>,
}

const COMPANIES: [Company; 5] = [
    Company {
        name: "Mossfield Energy",
        description: "Customer since 2024, 1,200 engineers in the field. Renews in March.",
        owner: Some(ADMIN),
        review: Approved,
        profile: Some("Customers"),
        days_left: None,
    },
    Company {
        name: "Hollis Grove Bank",
        description: "Vendor review with their risk team; they want every report.",
        owner: Some(EDITOR),
        review: InReview,
        profile: None,
        days_left: Some(58),
    },
    Company {
        name: "Calder & Finch",
        description: "",
        owner: Some(EDITOR),
        review: Approved,
        profile: Some("Customers"),
        days_left: None,
    },
    Company {
        name: "Tern Analytics",
        description: "Compares three vendors; decides before the end of the year.",
        owner: Some(ADMIN),
        review: InReview,
        profile: Some("Prospects"),
        days_left: Some(36),
    },
    Company {
        name: "Brightwater Logistics",
        description: "",
        owner: None,
        review: NotReviewed,
        profile: None,
        days_left: None,
    },
];

pub(crate) async fn plant(app: &App, act: StaffAction<'_>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let staff = store::staff::users::list(&mut tx, act.org.id).await?;
    let staff: BTreeMap<_, _> = staff
        .iter()
        .map(|one| (one.email.as_str(), one.id))
        .collect();
    let profiles = store::accounts::profiles::list(&mut tx, act.org.id).await?;
    let profiles: BTreeMap<_, _> = profiles
        .iter()
        .map(|one| (one.name.as_str(), one.id))
        .collect();
    for company in &COMPANIES {
        let name = company.name;
        let found = store::accounts::by_name(&mut tx, act.org.id, name).await?;
        let account = found.with_context(|| format!("nobody of {name} was let in"))?;
        let until = company
            .days_left
            .map(|days| app.ambient.today() + days.days());
        let draft = AccountDraft {
            description: company.description.to_owned(),
            owner: company.owner.and_then(|email| staff.get(email).copied()),
            review: company.review,
            profile: company.profile.and_then(|name| profiles.get(name).copied()),
            access_until: until.map_or_else(String::new, |day| day.to_string()),
            ..AccountDraft::from_account(&mut tx, act.org.id, &account).await?
        };
        let version = account.version;
        accounts::edit(&mut tx, act, account.id, version, &draft).await?;
    }
    Ok(tx.commit().await?)
}

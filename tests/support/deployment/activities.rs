//! Who acts, and what they do.

use anyhow::{Context as _, Result};
use clock::Ambient;
use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::email::EmailAddress;
use gatehouse::use_cases::activities::record;
use salesforce_sim::{AccountSeed, ContactSeed, Sim, UserSeed};
use store::Db;

/// People whom the org knows, and the companies that they work for.
pub const PEOPLE: usize = 5_000;
pub const COMPANIES: usize = 500;
/// What a stranger does, in this order.
pub const STRANGERS_ACTS: [ActivityKind; 3] = [
    ActivityKind::RequestedAccess,
    ActivityKind::StatusPageView,
    ActivityKind::FileDownloaded,
];

/// Who acts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// One of [`PEOPLE`], whom the org has as a Contact of an Account.
    Known,
    /// People whom the org doesn't know: a Lead is created for each, where the option
    /// says so. Each does [`STRANGERS_ACTS`]. Four work for one company.
    Strangers,
}

/// The `n`th activity.
pub fn activity(who: Who, n: usize) -> Result<NewActivity> {
    let (number, kind) = match who {
        Who::Known => (n % PEOPLE, ActivityKind::ALL[n % ActivityKind::ALL.len()]),
        Who::Strangers => {
            let acts = STRANGERS_ACTS.len();
            (n / acts, STRANGERS_ACTS[n % acts])
        }
    };
    let (email, company) = match who {
        Who::Known => known(number),
        Who::Strangers => stranger(number),
    };
    Ok(NewActivity {
        kind,
        person: Some(Person {
            email: EmailAddress::parse(&email).map_err(anyhow::Error::msg)?,
            first_name: "Pat".to_owned(),
            last_name: format!("Quinn {number}"),
        }),
        company,
        account: None,
        details: Details {
            item: Some("SOC 2 Type II report".to_owned()),
            file: Some("soc2-type2-2026.pdf".to_owned()),
            ..Details::default()
        },
    })
}

/// Address and company of someone whom the org knows.
pub fn known(n: usize) -> (String, String) {
    let company = n % COMPANIES;
    let email = format!("person{}@company{company}.example", n % PEOPLE);
    (email, format!("Known Company {company}"))
}

/// Address and company of someone whom the org doesn't know.
pub fn stranger(n: usize) -> (String, String) {
    let company = n / 4;
    let email = format!("stranger{n}@strangers{company}.example");
    (email, format!("Unknown Company {company}"))
}

/// Records the activities `range` as the trust center does, up to 1,000 in a
/// transaction.
pub async fn record_all(
    db: &Db,
    slug: &str,
    who: Who,
    range: std::ops::Range<usize>,
) -> Result<()> {
    let ambient = Ambient::system();
    let mut tx = db.read().await?;
    let org = store::organizations::by_slug(&mut tx, slug).await?;
    let org = org.context("no such organization")?.id;
    drop(tx);
    let end = range.end;
    for first in range.step_by(1_000) {
        let mut tx = db.begin().await?;
        for n in first..(first + 1_000).min(end) {
            record(&mut tx, &ambient, org, activity(who, n)?).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

/// Gives the org an Account for each known company, and a Contact for each known
/// person.
pub fn introduce(sim: &Sim) {
    let owners: Vec<_> = (0..5)
        .map(|n| {
            let name = format!("rep{n}@benchmark.example");
            sim.add_user(UserSeed::new(&name, "Rep", &n.to_string()))
        })
        .collect();
    let accounts: Vec<_> = (0..COMPANIES)
        .map(|n| {
            let seed = AccountSeed::new(&known(n).1);
            sim.add_account(seed.owned_by(owners[n % owners.len()]))
        })
        .collect();
    for n in 0..PEOPLE {
        let seed = ContactSeed::new("Pat", &format!("Quinn {n}"), &known(n).0);
        sim.add_contact(seed.of(accounts[n % COMPANIES]));
    }
}

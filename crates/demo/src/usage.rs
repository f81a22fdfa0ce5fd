//! Sixty days of visits before the demo begins, by people whom Salesforce doesn't know:
//! through the product's own use cases, with a clock set to the past.

use std::time::Duration;

use anyhow::{Context as _, Result};
use clock::{Ambient, Clock};
use domain::accounts::Account;
use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::content::{Item, Visibility};
use domain::documents::Document;
use domain::email::EmailAddress;
use domain::organizations::Organization;
use domain::visitors::Visitor;
use gatehouse::app::App;
use gatehouse::use_cases::StaffAction;
use gatehouse::use_cases::accounts::admission::{self, Invitation};
use gatehouse::use_cases::activities::record;
use gatehouse::use_cases::analytics;
use gatehouse::use_cases::documents::read::Offered;
use gatehouse::use_cases::views::Viewed;
use gatehouse::use_cases::visitors::{MemberOf, SignedIn};
use store::Tx;

const DAYS: u64 = 60;
const DAY: Duration = Duration::from_hours(24);

/// First name, last name, address, company, days before today of the request, and
/// how keen they are, in percent of days.
const PEOPLE: [(&str, &str, &str, &str, u64, u64); 7] = [
    (
        "Ingrid",
        "Solheim",
        "ingrid.solheim@mossfield.example",
        "Mossfield Energy",
        58,
        38,
    ),
    (
        "Tobias",
        "Rehn",
        "tobias.rehn@mossfield.example",
        "Mossfield Energy",
        51,
        17,
    ),
    (
        "Priya",
        "Raman",
        "priya.raman@calderfinch.example",
        "Calder & Finch",
        47,
        30,
    ),
    (
        "Joanna",
        "Whitlock",
        "j.whitlock@hollisgrove.example",
        "Hollis Grove Bank",
        40,
        44,
    ),
    (
        "Femi",
        "Adeyemi",
        "femi@hollisgrove.example",
        "Hollis Grove Bank",
        33,
        26,
    ),
    (
        "Lucía",
        "Ferrer",
        "lucia.ferrer@ternanalytics.example",
        "Tern Analytics",
        21,
        32,
    ),
    (
        "Sam",
        "Oduya",
        "sam.oduya@brightwater.example",
        "Brightwater Logistics",
        8,
        55,
    ),
];

struct Guest {
    visitor: Visitor,
    account: Account,
    keen: u64,
}

/// What the page offers.
struct Offer {
    items: Vec<Item>,
    documents: Vec<Document>,
}

pub(crate) async fn plant(app: &App, act: StaffAction<'_>) -> Result<()> {
    let org = act.org;
    let mut tx = app.db.begin().await?;
    let offer = Offer {
        items: store::content::items::list(&mut tx, org.id).await?,
        documents: store::documents::list(&mut tx, org.id).await?,
    };
    let mut guests = Vec::new();
    for before in (1..=DAYS).rev() {
        for who in PEOPLE.iter().filter(|person| person.4 == before) {
            let at = past(app, before, 9);
            let act = StaffAction {
                ambient: &at,
                ..act
            };
            guests.push(invite(&mut tx, act, who).await?);
        }
        // People work from Monday to Friday.
        let day = past(app, before, 12)
            .now()
            .to_zoned(jiff::tz::TimeZone::UTC);
        let is_weekend = day.date().weekday().to_monday_one_offset() > 5;
        let strangers = (3 + app.ambient.random.below(6) + (DAYS - before) / 12)
            / if is_weekend { 3 } else { 1 };
        for number in 0..strangers {
            let at = past(app, before, 7 + app.ambient.random.below(12));
            let who = Reader::Stranger(format!("{before}.{number}"));
            view_pages(&mut tx, &at, org, &who, &offer).await?;
        }
        for guest in &guests {
            if !is_weekend && app.ambient.random.below(100) < guest.keen {
                let at = past(app, before, 10 + app.ambient.random.below(7));
                let who = Reader::Member(MemberOf {
                    visitor: &guest.visitor,
                    account: &guest.account,
                });
                view_pages(&mut tx, &at, org, &who, &offer).await?;
            }
        }
    }
    Ok(tx.commit().await?)
}

/// A clock that stands at that hour of a day before today.
fn past(app: &App, before: u64, hour: u64) -> Ambient {
    let today = app.ambient.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let begins = today.to_zoned(jiff::tz::TimeZone::UTC);
    let begins = begins.map_or(app.ambient.now(), |begins| begins.timestamp());
    let minutes = app.ambient.random.below(60);
    let at = begins - DAY * u32::try_from(before).unwrap_or(0)
        + Duration::from_secs((hour * 60 + minutes) * 60);
    Ambient {
        clock: Clock::manual(at),
        random: app.ambient.random.clone(),
    }
}

async fn invite(
    tx: &mut Tx,
    act: StaffAction<'_>,
    who: &(&str, &str, &str, &str, u64, u64),
) -> Result<Guest> {
    let (first_name, last_name, email, company, _, keen) = *who;
    let person = Person {
        email: EmailAddress::parse(email).map_err(anyhow::Error::msg)?,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
    };
    let asked = NewActivity {
        kind: ActivityKind::RequestedAccess,
        person: Some(person.clone()),
        company: company.to_owned(),
        account: None,
        details: Details {
            page: Some(format!("/trust/{} · Request access", act.org.slug)),
            ..Details::default()
        },
    };
    record(tx, act.ambient, act.org.id, asked).await?;
    let invitation = Invitation {
        account: company.to_owned(),
        email: email.to_owned(),
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
    };
    let account = admission::invite(tx, act, &invitation)
        .await
        .with_context(|| format!("{email} can't be invited"))?;
    Ok(Guest {
        visitor: store::visitors::upsert(tx, act.ambient, act.org.id, &person, company).await?,
        account,
        keen,
    })
}

/// Who views pages.
enum Reader<'a> {
    Member(MemberOf<'a>),
    /// Told from the others by this.
    Stranger(String),
}

impl Reader<'_> {
    async fn note(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        org: &Organization,
        what: Viewed<'_>,
    ) -> Result<()> {
        match self {
            Self::Member(member) => {
                let who = SignedIn::Member(*member);
                what.by_signed_in(tx, at, org.id, who, false).await?;
            }
            Self::Stranger(network) => {
                let view = what.by_anonymous(org.id, at.now(), network, "demo");
                analytics::write_anonymous_view(tx, at, &view).await?;
            }
        }
        Ok(())
    }
}

/// The trust center, one to four items, and perhaps their documents.
async fn view_pages(
    tx: &mut Tx,
    at: &Ambient,
    org: &Organization,
    who: &Reader<'_>,
    offer: &Offer,
) -> Result<()> {
    let page = format!("/trust/{} · Trust center", org.slug);
    let first = Viewed::Page {
        words: &page,
        item: None,
    };
    who.note(tx, at, org, first).await?;
    let is_member = matches!(who, Reader::Member(_));
    let count = offer.items.len() as u64;
    for _ in 0..at.random.below(if is_member { 4 } else { 3 }) {
        // The smaller of two: some items are liked better.
        let at_index = at.random.below(count).min(at.random.below(count));
        let Some(item) = offer.items.get(usize::try_from(at_index)?) else {
            continue;
        };
        at.clock
            .advance(Duration::from_secs(40 + at.random.below(200)));
        let words = format!("/trust/{}/items/{} · {}", org.slug, item.id, item.title);
        let page = Viewed::Page {
            words: &words,
            item: Some(item),
        };
        who.note(tx, at, org, page).await?;
        let document = offer
            .documents
            .iter()
            .find(|one| Some(one.id) == item.document);
        let Some(document) =
            document.filter(|_| is_member || item.visibility == Visibility::Public)
        else {
            continue;
        };
        let offered = Offered {
            item,
            document,
            name: &document.file_name,
        };
        let what = match at.random.below(10) {
            0..=4 => Viewed::Document {
                words: &words,
                offered,
            },
            5..=7 => Viewed::Download(offered),
            _ => continue,
        };
        who.note(tx, at, org, what).await?;
    }
    Ok(())
}

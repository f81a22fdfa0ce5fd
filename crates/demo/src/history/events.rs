//! What happened in the year before the demo, and when: made of the story, in order.

use std::time::Duration;

use anyhow::{Context as _, Result};
use clock::Ambient;
use jiff::Timestamp;

use crate::calendar::{DAYS, business, date, later, minutes, moment, monday_at_latest, working};
use crate::content::{REVISIONS, Revision};
use crate::history::story::{Company, Person, Questionnaire, Request, Said, Story};
use crate::team::COLLEAGUES;

/// Something that happened.
pub(super) struct Event<'a> {
    pub at: Timestamp,
    pub act: Act<'a>,
}

pub(super) enum Act<'a> {
    Asks(Asking<'a>),
    Approves(&'a Company, &'a Person),
    Denies(&'a Request),
    Invites(&'a Company, &'a Person),
    /// A colleague writes down what they know of the company.
    Notes(&'a Company),
    Signs(&'a Company, &'a Person),
    SignedElsewhere(&'a Company),
    Archives(&'a Company),
    Says(&'a str, &'a str, &'a Said),
    HandsIn(&'a Questionnaire),
    TakesOn(&'a Questionnaire),
    Returns(&'a Questionnaire),
    Visits(&'a Person),
    /// Someone whom nobody knows, told from the others by this.
    Strolls(String),
    Leaves(&'static str),
    /// A colleague looks at the dashboard and changes nothing.
    LooksIn(&'static str),
    /// A colleague sends the link again to someone who never used it.
    Resends(&'a Company, &'a Person),
    Revises(&'static Revision),
    /// Who may ask is changed for the time so and so often.
    ChangesPolicy(i64),
    /// New versions of the documents that say how long ago they were published.
    Uploads(i64),
}

/// Someone asks for access.
#[derive(Clone, Copy)]
pub(super) struct Asking<'a> {
    pub first: &'a str,
    pub last: &'a str,
    pub email: &'a str,
    pub company: &'a str,
    pub item: Option<&'a str>,
    pub reason: &'a str,
}

impl<'a> Asking<'a> {
    fn person(company: &'a Company, person: &'a Person) -> Self {
        Self {
            first: &person.first,
            last: &person.last,
            email: &person.email,
            company: &company.name,
            item: person.item.as_deref(),
            reason: &person.reason,
        }
    }

    fn request(request: &'a Request) -> Self {
        Self {
            first: &request.first,
            last: &request.last,
            email: &request.email,
            company: &request.company,
            item: request.item.as_deref(),
            reason: &request.reason,
        }
    }
}

impl Act<'_> {
    /// Whether it is looking at pages only, of which there is much.
    pub(super) const fn is_view(&self) -> bool {
        matches!(self, Self::Visits(_) | Self::Strolls(_))
    }
}

/// All of it up to now, in order. `uploads`: so many days ago documents had new versions.
pub(super) fn all<'a>(now: &Ambient, story: &'a Story, uploads: &[i64]) -> Result<Vec<Event<'a>>> {
    let mut events = Vec::new();
    let mut guests = Vec::new();
    for company in &story.companies {
        guests.extend(admissions(now, company, &mut events)?);
    }
    requests(now, story, &mut events);
    for talk in &story.conversations {
        let mut last = Timestamp::UNIX_EPOCH;
        for said in &talk.said {
            last = spoken(now, said).max(last + Duration::from_mins(35));
            let act = Act::Says(&talk.company, &talk.item, said);
            events.push(Event { at: last, act });
        }
    }
    for one in &story.questionnaires {
        questionnaire(now, one, &mut events);
    }
    for colleague in &COLLEAGUES {
        if let Some(left) = colleague.left {
            let (at, act) = (working(now, left, 15), Act::Leaves(colleague.key));
            events.push(Event { at, act });
        }
    }
    for revision in &REVISIONS {
        let at = working(now, revision.days, 14);
        let act = Act::Revises(revision);
        events.push(Event { at, act });
    }
    for (number, days) in [(1, 289), (2, 2)] {
        let (at, act) = (working(now, days, 13), Act::ChangesPolicy(number));
        events.push(Event { at, act });
    }
    for days in uploads {
        let (at, act) = (working(now, *days, 8), Act::Uploads(*days));
        events.push(Event { at, act });
    }
    for days in (0..=DAYS).rev() {
        visits(now, days, &guests, &mut events);
        looks(now, days, &mut events);
    }
    events.retain(|event| event.at < now.now());
    events.sort_by_key(|event| event.at);
    Ok(events)
}

/// Whatever is done about people who were let in comes so much later at the earliest.
const SOON: Duration = Duration::from_mins(20);

/// A person, and since when they have access.
type Guest<'a> = (&'a Person, Timestamp);

/// How the people of a company come in, and what is written down about it.
fn admissions<'a>(
    now: &Ambient,
    company: &'a Company,
    events: &mut Vec<Event<'a>>,
) -> Result<Vec<Guest<'a>>> {
    let mut guests = Vec::new();
    for person in &company.people {
        let asked = working(now, person.asked, 8);
        let admitted = if person.invited {
            let act = Act::Invites(company, person);
            events.push(Event { at: asked, act });
            asked
        } else {
            let act = Act::Asks(Asking::person(company, person));
            events.push(Event { at: asked, act });
            let at = later(asked, person.hours, now);
            let act = Act::Approves(company, person);
            events.push(Event { at, act });
            at
        };
        if let Some(days) = person.resent {
            let at = working(now, days, 12).max(admitted + SOON);
            let act = Act::Resends(company, person);
            events.push(Event { at, act });
        }
        guests.push((person, admitted));
    }
    let (first, admitted) = *guests.first().context("a company without people")?;
    if let Some(days) = company.nda.signed_after {
        let at = later(admitted, days * 24 - 20, now);
        let act = Act::Signs(company, first);
        events.push(Event { at, act });
    }
    if company.nda.elsewhere.is_some() {
        let (at, act) = (later(admitted, 2, now), Act::SignedElsewhere(company));
        events.push(Event { at, act });
    }
    if let Some(days) = company.noted {
        // Whichever weekend lies between: nothing is known of who isn't let in.
        let at = working(now, days, 14).max(admitted + SOON);
        let act = Act::Notes(company);
        events.push(Event { at, act });
    }
    if let Some(days) = company.archived {
        let at = working(now, days, 16).max(admitted + SOON);
        let act = Act::Archives(company);
        events.push(Event { at, act });
    }
    Ok(guests)
}

fn requests<'a>(now: &Ambient, story: &'a Story, events: &mut Vec<Event<'a>>) {
    for request in &story.requests.denied {
        let at = working(now, request.days, 10);
        let act = Act::Asks(Asking::request(request));
        events.push(Event { at, act });
        let at = later(at, request.hours, now);
        let act = Act::Denies(request);
        events.push(Event { at, act });
    }
    for request in &story.requests.waiting {
        let at = now.now() - Duration::from_mins(request.minutes);
        let act = Act::Asks(Asking::request(request));
        events.push(Event { at, act });
    }
}

/// When it was said: those who answer come later in the day. What was said today was said
/// within the last hours.
fn spoken(now: &Ambient, said: &Said) -> Timestamp {
    if said.days == 0 {
        return now.now() - Duration::from_mins(47);
    }
    let hour = match said.by.as_str() {
        by if by.contains('@') => 9,
        by if by.starts_with("settle:") => 15,
        _ => 12,
    };
    monday_at_latest(now, said.days, hour)
}

fn questionnaire<'a>(now: &Ambient, one: &'a Questionnaire, events: &mut Vec<Event<'a>>) {
    let mut last = monday_at_latest(now, one.days, 11);
    let act = Act::HandsIn(one);
    events.push(Event { at: last, act });
    let taken = one
        .taken
        .as_ref()
        .map(|(days, _)| (*days, 9, Act::TakesOn(one)));
    let done = one.done.map(|days| (days, 14, Act::Returns(one)));
    for (days, hour, act) in taken.into_iter().chain(done) {
        let at = monday_at_latest(now, days, hour);
        last = at.max(last + Duration::from_mins(80));
        events.push(Event { at: last, act });
    }
}

/// One day's visits: more of them each month, most of them on working days.
fn visits<'a>(now: &Ambient, days: i64, guests: &[Guest<'a>], events: &mut Vec<Event<'a>>) {
    let random = &now.random;
    let busy = business(date(moment(now, days, 12)));
    let age = u64::try_from(DAYS - days).unwrap_or_default();
    let usual = 150 + age * 2 + random.below(250);
    let strangers = usual * busy / 10_000 + u64::from(random.below(100) < busy / 3);
    for number in 0..strangers {
        let at = moment(now, days, hour(now, 6, 14));
        let act = Act::Strolls(format!("{days}.{number}"));
        events.push(Event { at, act });
    }
    for (person, admitted) in guests {
        let at = moment(now, days, hour(now, 8, 9));
        let gone = person.until.is_some_and(|until| days < until);
        if gone || at < *admitted {
            continue;
        }
        let since = at.as_second() - admitted.as_second();
        let fresh = match since / 86_400 {
            ..3 => 380,
            3..12 => 180,
            12..70 => 100,
            _ => 65,
        };
        if random.below(1_000_000) < person.keen * busy * fresh {
            let at = if since < 7_200 {
                at + minutes(now, 90)
            } else {
                at
            };
            events.push(Event {
                at,
                act: Act::Visits(person),
            });
        }
    }
}

/// Which colleagues look at the dashboard on that day.
fn looks(now: &Ambient, days: i64, events: &mut Vec<Event<'_>>) {
    let busy = business(date(moment(now, days, 12)));
    for colleague in COLLEAGUES.iter().filter(|one| one.works(days)) {
        if now.random.below(500) < busy {
            let at = moment(now, days, hour(now, 7, 3));
            let act = Act::LooksIn(colleague.key);
            events.push(Event { at, act });
        }
    }
}

/// One of so many hours from the first on.
fn hour(now: &Ambient, first: i8, count: u64) -> i8 {
    let after = now.random.below(count);
    first + i8::try_from(after).unwrap_or_default()
}

#[cfg(test)]
#[path = "events_tests.rs"]
mod tests;

//! The past is in order, whenever the demo is seen.

use clock::{Clock, Random};
use jiff::ToSpan as _;
use jiff::civil::date as day;
use jiff::tz::TimeZone;

use super::*;

/// Whom and what there is so far, in the order in which it came.
#[derive(Default)]
struct World<'a> {
    waiting: Vec<&'a str>,
    companies: Vec<&'a str>,
    people: Vec<&'a str>,
    handed_in: Vec<&'a str>,
}

impl<'a> World<'a> {
    fn see(&mut self, act: &Act<'a>) {
        match act {
            Act::Asks(asking) => self.waiting.push(asking.email),
            Act::Approves(company, person) => {
                assert!(self.waiting.contains(&person.email.as_str()));
                self.let_in(company, person);
            }
            Act::Invites(company, person) => self.let_in(company, person),
            Act::Denies(request) => assert!(self.waiting.contains(&request.email.as_str())),
            Act::Notes(company) | Act::SignedElsewhere(company) | Act::Archives(company) => {
                assert!(self.companies.contains(&company.name.as_str()));
            }
            Act::Signs(_, person) | Act::Resends(_, person) | Act::Visits(person) => {
                assert!(
                    self.people.contains(&person.email.as_str()),
                    "{}",
                    person.email
                );
            }
            Act::Says(_, _, said) if said.by.contains('@') => {
                assert!(self.people.contains(&said.by.as_str()), "{}", said.by);
            }
            Act::HandsIn(one) => {
                assert!(self.people.contains(&one.by.as_str()), "{}", one.by);
                self.handed_in.push(&one.file);
            }
            Act::TakesOn(one) | Act::Returns(one) => {
                assert!(self.handed_in.contains(&one.file.as_str()), "{}", one.file);
            }
            Act::Says(..)
            | Act::Strolls(_)
            | Act::Leaves(_)
            | Act::LooksIn(_)
            | Act::Revises(_)
            | Act::ChangesPolicy(_)
            | Act::Uploads(_) => {}
        }
    }

    fn let_in(&mut self, company: &'a Company, person: &'a Person) {
        self.companies.push(&company.name);
        self.people.push(&person.email);
    }
}

/// Each day of a year has weekends elsewhere, and each seed other minutes.
#[test]
fn nothing_is_done_about_people_before_they_are_let_in() {
    let story = Story::read().unwrap();
    for days in 0..366_i64 {
        let at = (day(2026, 11, 20) + days.days()).at(12, 0, 0, 0);
        for seed in 0..10 {
            let now = Ambient {
                clock: Clock::manual(at.to_zoned(TimeZone::UTC).unwrap().timestamp()),
                random: Random::seeded(seed),
            };
            for company in &story.companies {
                let mut events = Vec::new();
                admissions(&now, company, &mut events).unwrap();
                events.sort_by_key(|event| event.at);
                let mut world = World::default();
                for event in &events {
                    world.see(&event.act);
                }
            }
        }
    }
}

#[test]
fn on_whatever_day_the_demo_is_seen_its_past_is_in_order() {
    let story = Story::read().unwrap();
    for days in 0..40_i64 {
        let today = day(2026, 11, 20) + (days * 9).days();
        let at = today.at(i8::try_from(days % 24).unwrap(), 12, 0, 0);
        let now = Ambient {
            clock: Clock::manual(at.to_zoned(TimeZone::UTC).unwrap().timestamp()),
            random: Random::seeded(days.unsigned_abs()),
        };
        let events = all(&now, &story, &[133]).unwrap();
        assert!(events.len() > 2_000, "{}", events.len());
        let mut world = World::default();
        for event in &events {
            world.see(&event.act);
        }
    }
}

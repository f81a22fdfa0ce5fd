//! The past of the demo's org: what its salespeople did in the last year. What they did
//! for one kind of customer is a story, told of each Account that lived through it.

use std::collections::BTreeMap;

use anyhow::{Context, anyhow};
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::{Value, json};

use super::file::Planted;
use crate::{Id, Sim};

const ACCOUNTS: &str = include_str!("accounts.json");
const LEADS: &str = include_str!("leads.json");
const STORIES: &str = include_str!("stories.json");

/// The Accounts of `demo.json`, with the story of each, and the keys of its Contacts.
const FIRST: [(&str, &str, &str, &[&str]); 8] = [
    ("larkspur", "amara", "larkspur", &["dana", "tomás"]),
    ("brightwater", "amara", "evaluation", &["priya", "owen"]),
    ("ostrava", "jonas", "onboarding", &["jana"]),
    ("copperline", "jonas", "renewal", &["silas", "renee"]),
    ("halden", "mei", "security", &["fiona"]),
    ("solvei", "mei", "early", &["henrik"]),
    ("meridian", "amara", "expansion", &["gloria"]),
    ("quillon", "jonas", "quiet", &["theo"]),
];

/// Since when Peter Voss has been gone, in days; what he would have done others do.
const PETER_LEFT: i64 = 200;

#[derive(Deserialize)]
struct Account {
    name: String,
    domain: String,
    industry: String,
    city: String,
    #[serde(rename = "type")]
    kind: String,
    owner: String,
    /// In days before now.
    since: i64,
    phone: String,
    story: String,
    /// First name, last name, title, and what stands before the domain in the address.
    contacts: Vec<(String, String, String, String)>,
}

/// Days before now, what it was, its subject (some to choose from, with `~` between them),
/// comments, who did it (the Account's owner where nobody is named), and whether it is still
/// open.
#[derive(Deserialize)]
struct Touch(
    i64,
    String,
    String,
    String,
    String,
    #[serde(default)] String,
);

/// First and last name, address, company, title, owner, days before now, status.
#[derive(Deserialize)]
struct Lead(String, String, String, String, String, String, i64, String);

/// An Account that lives through a story.
struct Life<'a> {
    /// By which its days and words are chosen.
    number: i64,
    account: Id,
    company: String,
    owner: &'a str,
    /// With their first names.
    contacts: Vec<(Id, String)>,
    story: &'a [Touch],
}

/// A Task to be.
struct Step<'a> {
    life: &'a Life<'a>,
    touch: &'a Touch,
    /// When it was written down.
    at: i64,
    /// Its date, in days before now.
    days: i64,
    contact: &'a (Id, String),
}

/// Plants Accounts, Contacts, Leads and the Tasks of them all, each at its time.
pub(super) fn plant(sim: &Sim, planted: &Planted) -> anyhow::Result<()> {
    let mut accounts: Vec<Account> = serde_json::from_str(ACCOUNTS)?;
    accounts.sort_by_key(|account| -account.since);
    let stories: BTreeMap<String, Vec<Touch>> = serde_json::from_str(STORIES)?;
    let past = Past::new(sim, planted);
    let lives = past.lives(&accounts, &stories)?;
    let mut leads: Vec<Lead> = serde_json::from_str(LEADS)?;
    leads.sort_by_key(|lead| -lead.6);
    for lead in &leads {
        past.lead(lead)?;
    }
    let mut steps: Vec<Step<'_>> = lives.iter().flat_map(|life| past.steps(life)).collect();
    steps.sort_by_key(|step| step.at);
    for step in &steps {
        past.task(step)?;
    }
    sim.clock().run();
    Ok(())
}

/// Writes at times gone by.
struct Past<'a> {
    sim: &'a Sim,
    planted: &'a Planted,
    now: i64,
    today: Date,
}

impl<'a> Past<'a> {
    fn new(sim: &'a Sim, planted: &'a Planted) -> Self {
        let now = sim.clock().now();
        Self {
            sim,
            planted,
            now,
            today: sim.with(|org, now| org.date(now)),
        }
    }

    /// Every Account with its story; those of `accounts` are planted.
    fn lives<'b>(
        &self,
        accounts: &'b [Account],
        stories: &'b BTreeMap<String, Vec<Touch>>,
    ) -> anyhow::Result<Vec<Life<'b>>> {
        let story = |name: &str| {
            let found = stories.get(name).map(Vec::as_slice);
            found.with_context(|| format!("no story {name}"))
        };
        let mut lives = Vec::new();
        for (key, owner, name, people) in FIRST {
            let account = self.planted.id(key)?;
            let people = people.iter().map(|key| self.planted.id(key));
            let people = people.collect::<anyhow::Result<Vec<_>>>()?;
            let named = people
                .into_iter()
                .map(|id| (id, self.field(id, "FirstName")));
            lives.push(Life {
                number: 0,
                account,
                company: self.field(account, "Name"),
                owner,
                contacts: named.collect(),
                story: story(name)?,
            });
        }
        for account in accounts {
            let (id, contacts) = self.account(account)?;
            lives.push(Life {
                number: 0,
                account: id,
                company: account.name.clone(),
                owner: &account.owner,
                contacts,
                story: story(&account.story)?,
            });
        }
        for (number, life) in (1..).zip(&mut lives) {
            life.number = number;
        }
        Ok(lives)
    }

    fn steps<'b>(&self, life: &'b Life<'b>) -> Vec<Step<'b>> {
        let number = life.number;
        let mut steps = Vec::new();
        for (place, touch) in life.story.iter().enumerate() {
            // Not every Account's days are the same.
            let days = match touch.0 {
                10.. => touch.0 + number * 5 % 9,
                0.. => 1 + (touch.0 + number * 3) % 9,
                _ => touch.0 - number % 7,
            };
            // What is to come was written down some days ago.
            let written = if days > 0 { days } else { 1 - days % 4 };
            // Most of it with the first one, who decides.
            let who = if place % 3 == 2 {
                life.contacts.len() - 1
            } else {
                0
            };
            steps.push(Step {
                life,
                touch,
                at: self.moment(written, number * 97 + touch.0 * 31),
                days,
                contact: &life.contacts[who],
            });
        }
        steps
    }

    /// In office hours of that day; which minute, the salt says.
    fn moment(&self, days: i64, salt: i64) -> i64 {
        const HOUR: i64 = 3_600_000;
        let day = self.now - self.now.rem_euclid(24 * HOUR) - days * 24 * HOUR;
        let minute = salt.rem_euclid(480);
        (day + 13 * HOUR + minute * 60_000).min(self.now - 60_000)
    }

    /// Adds a record as that user would have.
    fn add(&self, kind: &str, by: &str, at: i64, fields: Value) -> anyhow::Result<Id> {
        let Value::Object(mut fields) = fields else {
            return Err(anyhow!("fields are an object"));
        };
        let user = self.planted.id(by)?;
        fields.insert("OwnerId".to_owned(), user.to_string().into());
        self.sim.clock().set(at);
        let added = self.sim.try_add_as(user, kind, &fields);
        added.map_err(|error| anyhow!("{kind} {fields:?}: {error}"))
    }

    /// The Account, and its Contacts with their first names.
    fn account(&self, account: &Account) -> anyhow::Result<(Id, Vec<(Id, String)>)> {
        let fields = json!({
            "Name": account.name, "Industry": account.industry, "BillingCity": account.city,
            "Website": format!("https://{}", account.domain), "Type": account.kind,
            "Phone": account.phone,
        });
        let at = self.moment(account.since, account.since * 13);
        let id = self.add("Account", &account.owner, at, fields)?;
        let mut contacts = Vec::new();
        for (first, last, title, local) in &account.contacts {
            let fields = json!({
                "FirstName": first, "LastName": last, "Title": title,
                "Email": format!("{local}@{}", account.domain), "AccountId": id,
            });
            let contact = self.add("Contact", &account.owner, at + 600_000, fields)?;
            contacts.push((contact, first.clone()));
        }
        Ok((id, contacts))
    }

    fn lead(&self, lead: &Lead) -> anyhow::Result<()> {
        let fields = json!({
            "FirstName": lead.0, "LastName": lead.1, "Email": lead.2, "Company": lead.3,
            "Title": lead.4, "Status": lead.7,
        });
        let at = self.moment(lead.6, lead.6 * 17);
        self.add("Lead", &lead.5, at, fields)?;
        Ok(())
    }

    fn task(&self, step: &Step<'_>) -> anyhow::Result<()> {
        let Touch(_, kind, subject, comments, by, open) = step.touch;
        let words = |text: &str| {
            let choice: Vec<_> = text.split('~').collect();
            let chosen = usize::try_from(step.life.number).unwrap_or_default() % choice.len();
            let text = choice[chosen].replace("{account}", &step.life.company);
            text.replace("{first}", &step.contact.1)
        };
        let subtype = match kind.as_str() {
            "call" => "Call",
            "email" => "Email",
            _ => "Task",
        };
        let kind = match kind.as_str() {
            "call" => "Call",
            "email" => "Email",
            "meeting" => "Meeting",
            _ => "Other",
        };
        let by = match by.as_str() {
            "success" => "sofia",
            "engineer" => "daniel",
            "manager" => "mei",
            _ if step.life.owner == "peter" && step.days < PETER_LEFT => "jonas",
            _ => step.life.owner,
        };
        let mut fields = json!({
            "Subject": words(subject), "Description": words(comments),
            "Status": if open.is_empty() { "Completed" } else { "Not Started" },
            "Type": kind, "TaskSubtype": subtype, "WhatId": step.life.account,
            "WhoId": step.contact.0, "ActivityDate": self.weekday(step.days).to_string(),
        });
        if comments.is_empty() {
            fields
                .as_object_mut()
                .map(|fields| fields.remove("Description"));
        }
        self.add("Task", by, step.at, fields)?;
        Ok(())
    }

    /// The day, or the Friday before.
    fn weekday(&self, days: i64) -> Date {
        let day = self.today - days.days();
        day - (i64::from(day.weekday().to_monday_one_offset()) - 5)
            .clamp(0, 2)
            .days()
    }

    fn field(&self, id: Id, name: &str) -> String {
        let record = self.sim.record(id).unwrap_or_default();
        let value = record.get(name).and_then(Value::as_str);
        value.unwrap_or_default().to_owned()
    }
}

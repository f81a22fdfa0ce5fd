//! What a dry run has found so far: whom it would create, and lines of activities that would
//! become the same.

use std::collections::{HashMap, HashSet};

use domain::activities::ActivityKind;
use domain::deliveries::past::DryRunOutcome;
use domain::matching::candidates::{AccountCandidate, ContactCandidate, LeadCandidate, RecordId};
use domain::matching::{Candidates, Decision, Linked, Match, on_new_contact, on_new_lead};
use salesforce::tasks::MAX_TASKS;
use store::activities::Counted;
use store::deliveries::dry_run_lines::DryRunLine;
use store::deliveries::dry_runs::DryRunResult;
use store::deliveries::due::DueDelivery;

use super::super::candidates::{Known, email};
use super::super::limits::{DRY_RUN_LINES, NEW_PEOPLE};
use super::super::task_rules::Rules;

/// Stand in for the ids of a Contact and a Lead that would be created.
const NEW_CONTACT: &str = "003new";
const NEW_LEAD: &str = "00Qnew";

/// What the activities of one line have in common: kind, address, company, outcome, Contact or
/// Lead, and Account.
type Key = (ActivityKind, String, String, DryRunOutcome, String, String);

#[derive(Default)]
pub(super) struct Lines {
    by_key: HashMap<Key, DryRunLine>,
    /// Whom it would create, by email address.
    contacts: HashMap<String, ContactCandidate>,
    leads: HashMap<String, LeadCandidate>,
    accounts: HashSet<RecordId>,
    associated: HashSet<RecordId>,
    sums: DryRunResult,
}

impl Lines {
    /// Decides about a batch as a turn does: first all, then whoever isn't created by it once
    /// more, with those who would be.
    pub(super) fn add(&mut self, rules: &Rules<'_>, batch: &[DueDelivery], known: &mut Known) {
        self.add_created(batch, known);
        let decided: Vec<Decision> = batch.iter().map(|due| rules.decide(due, known)).collect();
        let created: Vec<Option<Match>> = batch
            .iter()
            .zip(&decided)
            .map(|(due, decision)| self.create(due, decision, known))
            .collect();
        for ((due, decision), created) in batch.iter().zip(decided).zip(created) {
            let found = match (created, decision) {
                (Some(found), _) => Ok(found),
                (None, Decision::LinkBroken(why)) => {
                    self.note(due, None, DryRunOutcome::LinkBroken, why, String::new());
                    continue;
                }
                (None, _) => rules.decide_finally(due, known),
            };
            match found {
                Ok(found) => self.add_task(rules, due, &found, &known.candidates(due)),
                Err(why) => self.note(due, None, DryRunOutcome::NoMatch, why, String::new()),
            }
        }
    }

    /// Whom an earlier batch would have created is known to this one.
    fn add_created(&self, batch: &[DueDelivery], known: &mut Known) {
        let emails: HashSet<&str> = batch.iter().filter_map(email).collect();
        for email in emails {
            if let Some(contact) = self.contacts.get(email) {
                known.add_contact(contact.clone());
            }
            if let Some(lead) = self.leads.get(email) {
                known.add_lead(lead.clone());
            }
        }
    }

    /// Whom this activity would have created, and where its Task would go then; each person
    /// once.
    fn create(
        &mut self,
        due: &DueDelivery,
        decision: &Decision,
        known: &mut Known,
    ) -> Option<Match> {
        let address = email(due)?.to_owned();
        if self.contacts.contains_key(&address) || self.leads.contains_key(&address) {
            return None;
        }
        match decision {
            Decision::CreateContact(account, why) => {
                let contact = ContactCandidate {
                    id: RecordId::new(NEW_CONTACT),
                    email: address.clone(),
                    owner: None,
                    account: Some(account.clone()),
                    account_hidden: false,
                };
                known.add_contact(contact.clone());
                self.contacts.insert(address, contact);
                Some(on_new_contact(RecordId::new(NEW_CONTACT), account, why))
            }
            Decision::CreateLead => {
                let lead = LeadCandidate {
                    id: RecordId::new(NEW_LEAD),
                    email: address.clone(),
                    owner: None,
                    converted: None,
                };
                known.add_lead(lead.clone());
                self.leads.insert(address, lead);
                Some(on_new_lead(RecordId::new(NEW_LEAD), None))
            }
            Decision::Matched(_) | Decision::Nothing(_) | Decision::LinkBroken(_) => None,
        }
    }

    fn add_task(
        &mut self,
        rules: &Rules<'_>,
        due: &DueDelivery,
        found: &Match,
        candidates: &Candidates,
    ) {
        let outcome = match found.who.as_ref().map(RecordId::as_str) {
            Some(NEW_CONTACT) => DryRunOutcome::NewContact,
            Some(NEW_LEAD) => DryRunOutcome::NewLead,
            _ => DryRunOutcome::of_match(found),
        };
        self.sums.tasks += 1;
        let has_owner =
            !found.owners.is_empty() || rules.mapping.owner(due.activity.what.kind).is_some();
        if !has_owner && outcome != DryRunOutcome::NewLead {
            self.sums.without_owner += 1;
        }
        if found.associate {
            self.associated.extend(found.who.clone());
        }
        self.accounts.extend(found.what.clone());
        let name = found.what.as_ref().map(|id| account_name(id, candidates));
        let reason = found.reason.clone();
        self.note(due, Some(found), outcome, reason, name.unwrap_or_default());
    }

    fn note(
        &mut self,
        due: &DueDelivery,
        found: Option<&Match>,
        outcome: DryRunOutcome,
        reason: String,
        account_name: String,
    ) {
        match outcome {
            DryRunOutcome::NoMatch => self.sums.no_match += 1,
            DryRunOutcome::LinkBroken => self.sums.link_broken += 1,
            _ => {}
        }
        let what = &due.activity.what;
        let is_new = matches!(outcome, DryRunOutcome::NewContact | DryRunOutcome::NewLead);
        let who = found
            .and_then(|found| found.who.as_ref())
            .filter(|_| !is_new);
        let account = found.and_then(|found| found.what.as_ref());
        let text = |id: Option<&RecordId>| id.map_or_else(String::new, ToString::to_string);
        let address = email(due).unwrap_or_default().to_owned();
        let key = (
            what.kind,
            address.clone(),
            what.company.clone(),
            outcome,
            text(who),
            text(account),
        );
        if self.by_key.len() >= DRY_RUN_LINES && !self.by_key.contains_key(&key) {
            self.sums.is_cut = true;
            return;
        }
        let at = due.activity.occurred_at;
        let name = what
            .person
            .as_ref()
            .map(domain::activities::Person::display_name);
        let line = self.by_key.entry(key).or_insert_with(|| DryRunLine {
            kind: what.kind,
            email: address,
            name: name.unwrap_or_default(),
            company: what.company.clone(),
            activities: 0,
            first_at: at,
            last_at: at,
            outcome,
            who: text(who),
            account: text(account),
            account_name,
            reason,
        });
        line.activities += 1;
        line.last_at = line.last_at.max(at);
    }

    /// Whether it would create any Contact.
    pub(super) fn creates_contacts(&self) -> bool {
        !self.contacts.is_empty()
    }

    /// Whether it would create any Lead.
    pub(super) fn creates_leads(&self) -> bool {
        !self.leads.is_empty()
    }

    /// Whether it would write any Task.
    pub(super) fn writes_tasks(&self) -> bool {
        self.sums.tasks > 0
    }

    /// The sums.
    pub(super) fn result(&self, counted: Counted) -> DryRunResult {
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let calls = |n: i64, at_once: usize| {
            n.div_euclid(count(at_once)) + i64::from(n % count(at_once) > 0)
        };
        let new_people = count(self.contacts.len() + self.leads.len());
        DryRunResult {
            activities: counted.all,
            sent_before: counted.all - counted.unsent,
            accounts: count(self.accounts.len()),
            new_contacts: count(self.contacts.len()),
            new_leads: count(self.leads.len()),
            associated: count(self.associated.len()),
            calls_to_send: calls(counted.unsent, MAX_TASKS)
                + calls(self.sums.tasks, MAX_TASKS)
                + calls(new_people, NEW_PEOPLE),
            ..self.sums.clone()
        }
    }

    /// The lines: by Account, company and person.
    pub(super) fn sorted(&self) -> Vec<DryRunLine> {
        let mut lines: Vec<_> = self.by_key.values().cloned().collect();
        lines.sort_by_cached_key(|line| {
            (
                line.outcome,
                line.account_name.to_lowercase(),
                line.company.to_lowercase(),
                line.email.clone(),
                line.kind,
                line.account.clone(),
                line.who.clone(),
            )
        });
        lines
    }
}

/// The name of an Account that one of the candidates is, or is on.
fn account_name(id: &RecordId, candidates: &Candidates) -> String {
    let contacts = candidates
        .contacts
        .iter()
        .filter_map(|one| one.account.as_ref());
    let converted = candidates.leads.iter().filter_map(|lead| {
        let converted = lead.converted.as_ref()?;
        converted.account.as_ref()
    });
    let links = [&candidates.linked, &candidates.company_link];
    let linked = links.into_iter().filter_map(|link| match link {
        Some(Linked::Here { account, .. }) => Some(account),
        _ => None,
    });
    let mut all = candidates
        .accounts
        .iter()
        .chain(contacts)
        .chain(converted)
        .chain(linked);
    let found = all.find(|account: &&AccountCandidate| account.id == *id);
    found.map_or_else(String::new, |account| account.name.clone())
}

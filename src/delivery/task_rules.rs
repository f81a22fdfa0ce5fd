//! Where does it go? From candidates to what is to be written.

use domain::activities::ActivityKind;
use domain::deliveries::task::{self, SentTask};
use domain::deliveries::unmatched::CreatePerson;
use domain::matching::candidates::RecordId;
use domain::matching::{Allowed, Decision, Match, Subject, decide};
use domain::organizations::Organization;
use domain::salesforce::Connection;
use jiff::tz::TimeZone;
use salesforce::org::OrgProfile;
use salesforce::tasks::TaskRecord;
use store::deliveries::due::DueDelivery;

use super::candidates::{Known, email};
use crate::salesforce_connection::{MappedObject, Mapping};

/// What Tasks of this connection depend on.
pub(super) struct Rules<'a> {
    pub organization: &'a Organization,
    pub connection: &'a Connection,
    pub profile: &'a OrgProfile,
    pub zone: TimeZone,
    /// The org's External ID field for the reference of a Task, where it has one.
    pub key_field: Option<&'a str>,
    /// How Tasks look, where an Admin wants it otherwise than usual.
    pub mapping: Mapping,
    /// Where people reach Gatehouse, for the link in Comments.
    pub public_url: &'a str,
}

impl Rules<'_> {
    pub(super) fn decide(&self, due: &DueDelivery, known: &Known) -> Decision {
        let subject = Subject {
            email: email(due),
            company: &due.activity.what.company,
        };
        decide(subject, &known.candidates(due), self.allowed(due))
    }

    /// The same once people were created: whoever isn't known by now won't be, so
    /// the Task goes to what there is. Answers nothing but a match or none.
    pub(super) fn decide_finally(&self, due: &DueDelivery, known: &Known) -> Result<Match, String> {
        let subject = Subject {
            email: email(due),
            company: &due.activity.what.company,
        };
        let allowed = Allowed {
            associate_contact: self.connection.options.associate_contact,
            ..Allowed::default()
        };
        match decide(subject, &known.candidates(due), allowed) {
            Decision::Matched(found) => Ok(found),
            Decision::Nothing(reason) | Decision::LinkBroken(reason) => Err(reason),
            Decision::CreateContact(..) | Decision::CreateLead => {
                unreachable!("creating was not allowed")
            }
        }
    }

    /// The two options that create people are Requested Access's own. What matched nothing
    /// may be allowed one of them by an Admin.
    fn allowed(&self, due: &DueDelivery) -> Allowed {
        let options = &self.connection.options;
        let requested = due.activity.what.kind == ActivityKind::RequestedAccess;
        let decided = |create| due.create_person == Some(create);
        Allowed {
            create_contact: requested && options.create_contact || decided(CreatePerson::Contact),
            create_lead: requested && options.create_lead || decided(CreatePerson::Lead),
            associate_contact: options.associate_contact,
        }
    }

    /// Whether it may lead to a new Contact or Lead.
    pub(super) fn might_create(&self, due: &DueDelivery) -> bool {
        let allowed = self.allowed(due);
        allowed.create_contact || allowed.create_lead
    }

    /// The owner to name: the first of the chain that Salesforce hasn't refused;
    /// after the last one nobody, which makes it the connected user.
    pub(super) fn owner(&self, due: &DueDelivery, found: &Match) -> Option<RecordId> {
        let chain = self.chain(due, found);
        chain
            .get(usize::try_from(due.skipped_owners).ok()?)
            .cloned()
    }

    /// How many owners there are to try, the connected user included.
    pub(super) fn owners(&self, due: &DueDelivery, found: &Match) -> usize {
        self.chain(due, found).len() + 1
    }

    /// Whom an Admin chose for the kind of activity, then the owners of what was found, then
    /// the connection's default owner.
    fn chain(&self, due: &DueDelivery, found: &Match) -> Vec<RecordId> {
        let chosen = self.mapping.owner(due.activity.what.kind);
        let default = self.connection.options.default_owner.as_ref();
        let all = chosen.into_iter().chain(&found.owners);
        let all = all.chain(default.map(|owner| &owner.id));
        let mut chain: Vec<RecordId> = Vec::with_capacity(found.owners.len() + 2);
        for owner in all {
            if !chain.contains(owner) {
                chain.push(owner.clone());
            }
        }
        chain
    }

    /// What the Task is searched for by when Salesforce's answer is lost.
    pub(super) fn sent_task(&self, due: &DueDelivery) -> SentTask {
        let options = self.mapping.options(due.activity.what.kind);
        let prefix = &self.organization.subject_prefix;
        options.sent_task(prefix, &due.activity, &self.zone)
    }

    /// The activity's address in the dashboard.
    pub(super) fn link(&self, due: &DueDelivery) -> String {
        let address = self.public_url.trim_end_matches('/');
        format!("{address}/dashboard/activity/{}", due.activity.id)
    }

    /// The Task as it is written: with what stands of it in the journal, `sent`.
    pub(super) fn task(&self, due: &DueDelivery, found: &Match, sent: &SentTask) -> TaskRecord {
        let activity = &due.activity;
        let options = self.mapping.options(activity.what.kind);
        let link = self.link(due);
        TaskRecord {
            subject: sent.subject.clone(),
            status: options.status(activity.what.kind, self.connection, self.profile),
            priority: options.priority(self.profile),
            owner_id: self.owner(due, found),
            who_id: found.who.clone(),
            what_id: found.what.clone(),
            activity_date: sent.due_date,
            description: task::comments(activity, &self.zone, &link, due.id),
            external_id: self
                .key_field
                .map(|field| (field.to_owned(), task::key(due.id))),
            fields: self.mapping.values(MappedObject::Task, activity, &link),
        }
    }
}

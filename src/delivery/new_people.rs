//! Contacts and Leads that a batch creates: what came of it, and who counts as known since.

use std::collections::HashMap;

use domain::ids::DeliveryId;
use domain::matching::Decision;
use domain::matching::candidates::{
    AccountCandidate, ContactCandidate, LeadCandidate, Owner, RecordId,
};
use salesforce::people::NewPeople;
use salesforce::{ApiError, RowOutcome};
use store::deliveries::due::DueDelivery;

use super::candidates::{Known, email};
use super::org_session::OrgSession;
use super::wanted_people::Wanted;

/// What came of the attempt to create a person.
#[derive(Clone, Debug)]
pub(super) enum Creation {
    Contact(RecordId, AccountCandidate),
    /// A Lead, with the owner that an assignment rule may have given it.
    Lead(RecordId, Option<Owner>),
    /// The org named who it is: match again, they are known now.
    Existing,
    Failed(ApiError),
    Unknown(String),
}

/// What was decided about a batch, with what came of creating people, by email address.
#[derive(Default)]
pub(super) struct Created {
    pub decided: Vec<(DueDelivery, Decision)>,
    pub creations: HashMap<String, Creation>,
    /// What came of the Tasks that were written with them.
    pub tasks: HashMap<DeliveryId, RowOutcome>,
}

/// What came of a call that creates people.
pub(super) struct Sent {
    /// Those whose deliveries are in the journal.
    pub wanted: Vec<Wanted>,
    /// In their order.
    pub people: NewPeople,
    /// The Tasks that went with them, by delivery, all of which are in the journal.
    pub tasks: HashMap<DeliveryId, RowOutcome>,
}

/// Counts someone who was created as known, for the rest of the batch.
pub(super) fn new_candidate(
    one: &Wanted,
    id: RecordId,
    lead_owner: Option<Owner>,
    known: &mut Known,
    session: &OrgSession<'_>,
) -> Creation {
    let connected = Owner {
        id: session.connection.user.id.clone(),
        is_active: true,
    };
    if let Some(account) = &one.account {
        known.add_contact(ContactCandidate {
            id: id.clone(),
            email: one.email.clone(),
            owner: Some(connected),
            account: Some(account.clone()),
            account_hidden: false,
        });
        Creation::Contact(id, account.clone())
    } else {
        known.add_lead(LeadCandidate {
            id: id.clone(),
            email: one.email.clone(),
            owner: lead_owner.clone(),
            converted: None,
        });
        Creation::Lead(id, lead_owner)
    }
}

/// What came of creating this delivery's person, if that was tried.
pub(super) fn creation_of<'a>(
    due: &DueDelivery,
    creations: &'a HashMap<String, Creation>,
) -> Option<&'a Creation> {
    creations.get(email(due)?)
}

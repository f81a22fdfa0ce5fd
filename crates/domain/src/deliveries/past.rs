//! Past activity: what it would become in Salesforce, and sending it after all.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use uuid::Builder;

use crate::activities::{Activity, ActivityKind};
use crate::ids::{ConnectionId, DeliveryId};
use crate::keyed::keyed;
use crate::matching::Match;

/// Which past activities are meant.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Past {
    /// From then on.
    pub since: Timestamp,
    /// Before then.
    pub until: Timestamp,
    /// Of these kinds, each once.
    pub kinds: Vec<ActivityKind>,
}

impl Past {
    /// The keys of the kinds, separated by commas, as the database keeps them.
    pub fn kind_keys(&self) -> String {
        let keys: Vec<_> = self.kinds.iter().map(|kind| kind.key()).collect();
        keys.join(",")
    }

    /// Reads [`kind_keys`](Self::kind_keys); keys of no kind are left out.
    pub fn kinds_from_keys(keys: &str) -> Vec<ActivityKind> {
        let has = |kind: &ActivityKind| keys.split(',').any(|key| key == kind.key());
        ActivityKind::ALL.into_iter().filter(has).collect()
    }
}

/// The options that a dry run tries, whatever the connection's are.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TriedOptions {
    /// Requested Access: create a Contact on the Account of exactly that name.
    pub create_contact: bool,
    /// Requested Access: create a Lead if neither Contact nor Account is found.
    pub create_lead: bool,
    /// Give a Contact without an Account the one that was matched.
    pub associate_contact: bool,
}

impl TriedOptions {
    /// Those that are on, separated by commas, as the database keeps them.
    pub fn keys(self) -> String {
        let all = [
            (self.create_contact, "create_contact"),
            (self.create_lead, "create_lead"),
            (self.associate_contact, "associate_contact"),
        ];
        let on: Vec<_> = all
            .iter()
            .filter(|(on, _)| *on)
            .map(|(_, key)| *key)
            .collect();
        on.join(",")
    }

    /// Reads [`keys`](Self::keys).
    pub fn from_keys(keys: &str) -> Self {
        let has = |wanted: &str| keys.split(',').any(|key| key == wanted);
        Self {
            create_contact: has("create_contact"),
            create_lead: has("create_lead"),
            associate_contact: has("associate_contact"),
        }
    }
}

/// How far a dry run or a backfill is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum JobState {
    /// Waiting for the server, or being worked.
    Running,
    /// Over.
    Done,
    /// A dry run that couldn't be finished; its error says why.
    Failed,
    /// A backfill that an Admin stopped.
    Stopped,
}

impl JobState {
    /// Every state.
    pub const ALL: [Self; 4] = [Self::Running, Self::Done, Self::Failed, Self::Stopped];

    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

keyed!(JobState, "a state of a dry run or a backfill");

/// What an activity would become.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DryRunOutcome {
    /// A Task on a Contact that exists.
    Contact,
    /// A Task on an Account, without a Contact.
    Account,
    /// A Task on a Lead that exists.
    Lead,
    /// A Task on a Contact that would be created.
    NewContact,
    /// A Task on a Lead that would be created.
    NewLead,
    /// No Task: it would wait under No match.
    NoMatch,
    /// No Task: the Account that it is linked to is gone.
    LinkBroken,
}

impl DryRunOutcome {
    /// Every outcome, Tasks first.
    pub const ALL: [Self; 7] = [
        Self::Contact,
        Self::Account,
        Self::Lead,
        Self::NewContact,
        Self::NewLead,
        Self::NoMatch,
        Self::LinkBroken,
    ];

    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Contact => "contact",
            Self::Account => "account",
            Self::Lead => "lead",
            Self::NewContact => "new_contact",
            Self::NewLead => "new_lead",
            Self::NoMatch => "no_match",
            Self::LinkBroken => "link_broken",
        }
    }

    /// What pages and the CSV call it.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Contact => "Task on a Contact",
            Self::Account => "Task on an Account",
            Self::Lead => "Task on a Lead",
            Self::NewContact => "Task on a new Contact",
            Self::NewLead => "Task on a new Lead",
            Self::NoMatch => "No match",
            Self::LinkBroken => "Linked Account is gone",
        }
    }

    /// Whether a Task would be written.
    pub const fn is_task(self) -> bool {
        !matches!(self, Self::NoMatch | Self::LinkBroken)
    }

    /// What a match with records that exist is.
    pub fn of_match(found: &Match) -> Self {
        match &found.who {
            None => Self::Account,
            Some(who) if who.is_lead() => Self::Lead,
            Some(_) => Self::Contact,
        }
    }
}

keyed!(DryRunOutcome, "an outcome of a dry run");

/// The delivery of a past activity: the same whenever it is queued again for a connection,
/// so that after a restore from a copy the Task of the first time is found by its
/// reference. It sorts by when the activity happened.
pub fn delivery_id(connection: ConnectionId, activity: &Activity) -> DeliveryId {
    let hash = Sha256::digest(format!("{connection}\n{}", activity.id));
    let mut random = [0; 10];
    random.copy_from_slice(&hash[..10]);
    let millis = u64::try_from(activity.occurred_at.as_millisecond()).unwrap_or(0);
    DeliveryId::from_uuid(Builder::from_unix_timestamp_millis(millis, &random).into_uuid())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::activities::{Details, NewActivity};
    use crate::ids::ActivityId;
    use crate::matching::candidates::RecordId;

    fn activity(id: u128, at: &str) -> Activity {
        Activity {
            id: ActivityId::from_uuid(uuid::Uuid::from_u128(id)),
            occurred_at: at.parse().unwrap(),
            request: None,
            what: NewActivity {
                kind: ActivityKind::FileDownloaded,
                person: None,
                company: "Acme".to_owned(),
                account: None,
                details: Details::default(),
            },
        }
    }

    #[test]
    fn a_past_activity_has_one_delivery_id_for_each_connection() {
        let [one, other] = [1, 2].map(|n| ConnectionId::from_uuid(uuid::Uuid::from_u128(n)));
        let first = activity(1, "2026-01-01T00:00:00Z");
        let later = activity(2, "2026-01-02T00:00:00Z");
        assert_eq!(delivery_id(one, &first), delivery_id(one, &first));
        assert_ne!(delivery_id(one, &first), delivery_id(other, &first));
        assert!(delivery_id(one, &first) < delivery_id(one, &later));
    }

    #[test]
    fn kinds_are_read_as_they_are_written() {
        let kinds = vec![ActivityKind::RequestedAccess, ActivityKind::StatusPageView];
        let past = Past {
            since: Timestamp::UNIX_EPOCH,
            until: Timestamp::UNIX_EPOCH,
            kinds: kinds.clone(),
        };
        assert_eq!(Past::kinds_from_keys(&past.kind_keys()), kinds);
        assert_eq!(Past::kinds_from_keys(""), []);
        assert_eq!(
            Past::kinds_from_keys("nonsense,nda_signed"),
            [ActivityKind::NdaSigned]
        );
    }

    #[test]
    fn options_are_read_as_they_are_written() {
        for n in 0..8 {
            let options = TriedOptions {
                create_contact: n & 1 > 0,
                create_lead: n & 2 > 0,
                associate_contact: n & 4 > 0,
            };
            assert_eq!(TriedOptions::from_keys(&options.keys()), options);
        }
    }

    #[test]
    fn a_match_says_what_kind_of_record_its_task_is_on() {
        let found = |who: Option<&str>| Match {
            who: who.map(RecordId::new),
            what: None,
            owners: Vec::new(),
            associate: false,
            reason: String::new(),
        };
        let outcome = |who| DryRunOutcome::of_match(&found(who));
        assert_eq!(outcome(None), DryRunOutcome::Account);
        assert_eq!(outcome(Some("003000000000001AAA")), DryRunOutcome::Contact);
        assert_eq!(outcome(Some("00Q000000000001AAA")), DryRunOutcome::Lead);
    }
}

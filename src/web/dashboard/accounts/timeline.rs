//! What the people of an account did, by kind and by person, a page at a time.

use domain::accounts::Member;
use domain::activities::ActivityKind;
use domain::ids::{AccountId, ActivityId, MemberId, OrganizationId};
use jiff::Timestamp;
use serde::Deserialize;
use store::Tx;
use store::activities::feed::Filter;

use crate::web::dashboard::activities::feed::{self, Entry};
use crate::web::limits::ACCOUNT_ACTIVITIES;

/// What can't be read filters nothing.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Asked {
    /// The key of a kind.
    kind: String,
    /// The id of one of the account's people.
    person: String,
    /// The last activity of the page before.
    before: String,
}

/// The part of the account's page about what happened.
pub(super) struct Timeline {
    pub kind: Option<ActivityKind>,
    pub person: Option<MemberId>,
    pub entries: Vec<Entry>,
    /// Whether this isn't the first page.
    pub later: bool,
    /// Where the next page begins.
    older: Option<String>,
}

impl Timeline {
    /// Of `members`, everyone who has or had access.
    pub(super) async fn load(
        tx: &mut Tx,
        org: OrganizationId,
        account: AccountId,
        members: &[Member],
        asked: &Asked,
        now: Timestamp,
    ) -> store::Result<Self> {
        let person = MemberId::parse(&asked.person);
        let person = members.iter().find(|member| Some(member.id) == person);
        let filter = Filter {
            kind: ActivityKind::from_key(&asked.kind),
            account: Some(account),
            person: person.map(|member| member.email.clone()),
            before: ActivityId::parse(&asked.before),
            ..Filter::default()
        };
        let (entries, older) = feed::load(tx, org, &filter, ACCOUNT_ACTIVITIES, now).await?;
        Ok(Self {
            kind: filter.kind,
            person: person.map(|member| member.id),
            entries,
            later: filter.before.is_some(),
            older,
        })
    }

    pub(super) const fn is_filtered(&self) -> bool {
        self.kind.is_some() || self.person.is_some()
    }

    pub(super) fn is_of(&self, member: &Member) -> bool {
        self.person == Some(member.id)
    }

    /// The query of the first page.
    pub(super) fn newest(&self) -> String {
        self.query(None)
    }

    /// The query of the next page.
    pub(super) fn older(&self) -> Option<String> {
        let older = self.older.as_deref()?;
        Some(self.query(Some(older)))
    }

    fn query(&self, before: Option<&str>) -> String {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        if let Some(kind) = self.kind {
            query.append_pair("kind", kind.key());
        }
        if let Some(person) = self.person {
            query.append_pair("person", &person.to_string());
        }
        if let Some(before) = before {
            query.append_pair("before", before);
        }
        query.finish()
    }
}

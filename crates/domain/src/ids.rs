//! Identifiers: UUIDv7 in text, one type per table so that they can't be mixed up.

use std::fmt;

use jiff::Timestamp;
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub struct $name(Uuid);

        impl $name {
            /// The identifier with this UUID; new ones are made with version 7.
            pub const fn from_uuid(id: Uuid) -> Self {
                Self(id)
            }

            /// Reads the hyphenated form that `Display` writes.
            pub fn parse(text: &str) -> Option<Self> {
                Uuid::try_parse(text).ok().map(Self)
            }

            /// The UUID itself.
            pub const fn as_uuid(&self) -> &Uuid {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::try_parse(text).map(Self)
            }
        }
    )+};
}

id!(
    /// A tenant.
    OrganizationId,
    /// A person who works in the dashboard.
    StaffUserId,
    /// A visitor who gave an email address.
    VisitorId,
    /// A section of a trust center.
    SectionId,
    /// An entry of a section.
    ItemId,
    /// An entry of a section that doesn't hold items.
    EntryId,
    /// A piece of news.
    UpdateId,
    /// An update on its way to its subscribers.
    UpdateMailingId,
    /// Someone who gets news by email.
    SubscriberId,
    /// A stored file of an item.
    DocumentId,
    /// A request for access from the public trust center.
    AccessRequestId,
    /// A customer or prospect in Gatehouse.
    AccountId,
    /// A person who was given access to an account.
    MemberId,
    /// Something that happened.
    ActivityId,
    /// A link to one Salesforce org.
    ConnectionId,
    /// One activity on its way to one connection.
    DeliveryId,
    /// A dry run of past activity.
    DryRunId,
    /// Past activity on its way into the queue of deliveries.
    BackfillId,
    /// An ordered queue of a connection's deliveries.
    LaneId,
    /// A message waiting to be sent.
    EmailId,
    /// An entry of the audit log.
    AuditId,
    /// What an account and staff say to each other about one item.
    ThreadId,
    /// One contribution to a thread.
    CommentId,
    /// A version of the NDA's text.
    NdaTextId,
    /// An account's signature of the NDA.
    NdaSignatureId,
    /// A file that an account wants filled in.
    QuestionnaireId,
    /// A look at a page, a preview or a download.
    UsageId,
    /// Something that waits for a daily email.
    NotificationId,
    /// What locked items are grouped by.
    DocumentGroupId,
    /// Which document groups an account sees.
    ProfileId,
    /// One person's signing through DocuSign.
    EnvelopeId,
    /// A key with which DocuSign signs its messages.
    WebhookKeyId,
    /// A comparison of what was delivered with the org's Tasks.
    TaskAuditId,
    /// An invitation of a colleague to the dashboard.
    InvitationId,
    /// A filtered list that someone of the staff kept under a name.
    SavedViewId,
    /// An answer that staff keep to use again.
    SavedReplyId,
    /// Something that changed in a Salesforce org.
    OrgChangeId,
    /// A Task that is written to see whether it works, and deleted again.
    TestTaskId,
);

impl DeliveryId {
    /// The smallest id of a delivery that is recorded in that millisecond: ids begin with
    /// the time, and lists are sorted by them.
    pub fn first_of(at: Timestamp) -> Self {
        let millis = u128::try_from(at.as_millisecond()).unwrap_or(0);
        Self(Uuid::from_u128(millis << 80))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_what_it_writes() {
        let id = AccountId::from_uuid(Uuid::from_u128(7));
        assert_eq!(AccountId::parse(&id.to_string()), Some(id));
        assert_eq!(AccountId::parse("not-an-id"), None);
    }

    #[test]
    fn the_first_id_of_a_millisecond_lies_between_it_and_the_one_before() {
        let id = |millis| {
            let id = uuid::Builder::from_unix_timestamp_millis(millis, &[0xff; 10]).into_uuid();
            DeliveryId::from_uuid(id).to_string()
        };
        let at = Timestamp::from_millisecond(1_764_500_000_000).unwrap();
        let first = DeliveryId::first_of(at).to_string();
        assert!(id(1_764_499_999_999) < first && first < id(1_764_500_000_000));
        let never = DeliveryId::first_of(Timestamp::MIN).to_string();
        assert!(never < id(0), "before 1970 there are none: {never}");
    }
}

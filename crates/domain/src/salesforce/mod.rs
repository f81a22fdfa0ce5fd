//! An organization's link to one Salesforce org.

pub mod api_calls;
pub mod hold;
pub mod remedy;
pub mod test_task;

use jiff::Timestamp;

use crate::ids::ConnectionId;
use crate::keyed::keyed;
use crate::matching::candidates::RecordId;

pub use salesforce_records::Environment;

/// Whether deliveries go out over a connection, and if not, what would change that.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ConnectionState {
    /// Deliveries go out, except during a hold.
    Active,
    /// Salesforce no longer accepts the tokens: an Admin has to log in again.
    NeedsReauth,
    /// An Admin has stopped it for a while; activities queue up.
    Paused,
    /// Removed; kept for the history of its deliveries, without tokens.
    Uninstalled,
}

impl ConnectionState {
    /// Every state.
    pub const ALL: [Self; 4] = [
        Self::Active,
        Self::NeedsReauth,
        Self::Paused,
        Self::Uninstalled,
    ];

    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::NeedsReauth => "needs_reauth",
            Self::Paused => "paused",
            Self::Uninstalled => "uninstalled",
        }
    }
}

keyed!(ConnectionState, "a state of a connection");

/// What keeps a connection from sending for a while, and so what ends it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum HoldKind {
    /// Salesforce can't be reached or fails: it is tried again soon.
    Outage,
    /// Salesforce asks to be called less.
    Busy,
    /// The org has used up its API calls of the day.
    Quota,
    /// Gatehouse has used up its own share of them.
    Share,
    /// An Admin of the org has to change something.
    Refused,
}

impl HoldKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [
        Self::Outage,
        Self::Busy,
        Self::Quota,
        Self::Share,
        Self::Refused,
    ];

    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Outage => "outage",
            Self::Busy => "busy",
            Self::Quota => "quota",
            Self::Share => "share",
            Self::Refused => "refused",
        }
    }
}

keyed!(HoldKind, "a kind of hold");

/// The Salesforce user that Gatehouse acts as: Created By of every Task.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConnectedUser {
    /// The user's Salesforce id.
    pub id: RecordId,
    /// The name that the user logs in with.
    pub username: String,
    /// The user's full name.
    pub name: String,
}

/// What an Admin may choose; everything is off after the initial connection.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct ConnectionOptions {
    /// Requested Access: create a Contact in the Account of exactly that name.
    pub create_contact: bool,
    /// Requested Access: create a Lead if neither Contact nor Account is found.
    pub create_lead: bool,
    /// New Leads belong to the connected user, whatever the org's assignment rule says.
    pub skip_lead_assignment: bool,
    /// Requested Access: write the Task as completed.
    pub mark_completed: bool,
    /// Give a Contact without an Account the one that was matched.
    pub associate_contact: bool,
    /// Owns Tasks where the matched records' owners can't.
    pub default_owner: Option<DefaultOwner>,
    /// API name of the org's own lookup field from Lead to Account.
    pub lead_account_field: Option<String>,
}

/// A Salesforce user, and the name it had when it was chosen.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DefaultOwner {
    /// The user's Salesforce id.
    pub id: RecordId,
    /// The user's full name when it was chosen.
    pub name: String,
}

/// An organization's link to one Salesforce org, without its tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Connection {
    /// What the connection's deliveries and switches refer to.
    pub id: ConnectionId,
    /// Whether it sends, holds aside.
    pub state: ConnectionState,
    /// Why it is in that state, for an Admin; empty while active.
    pub state_reason: String,
    /// Whether the org is a production org or a sandbox.
    pub environment: Environment,
    /// Where people log in.
    pub login_url: String,
    /// Where the org answers calls and shows its pages.
    pub instance_url: String,
    /// The Salesforce org's id.
    pub sf_org_id: String,
    /// The user that Gatehouse acts as.
    pub user: ConnectedUser,
    /// What was read from the org (JSON of the Salesforce client).
    pub org_profile: String,
    /// When the org's profile was read; 1970 where it has to be read again.
    pub org_profile_at: Timestamp,
    /// The last check of permissions (JSON of the Salesforce client).
    pub preflight: String,
    /// When permissions were last checked.
    pub preflight_at: Timestamp,
    /// What an Admin has chosen.
    pub options: ConnectionOptions,
    /// Nothing is sent before this time (quota and the like).
    pub hold_until: Timestamp,
    /// Why, as Salesforce, the network or Gatehouse worded it. Kept after the hold has run
    /// out, until something is delivered; empty where there was none.
    pub hold_reason: String,
    /// What kind of hold it is, or was, as long as [`Self::hold_reason`] is kept; `None`
    /// where there was none.
    pub hold_kind: Option<HoldKind>,
    /// Per cent of the org's daily API calls that Gatehouse may use
    /// ([`crate::salesforce::api_calls`]).
    pub quota_share: i64,
    /// The org's External ID fields (JSON of the Salesforce client); empty where
    /// nobody has looked yet.
    pub reference_fields: String,
    /// How Tasks look, and which further fields are filled in, where an Admin wants it
    /// otherwise than usual (JSON); empty where nothing is.
    pub mapping: String,
    /// Microseconds by which the org's clock was ahead of ours when it last answered.
    pub clock_offset: Option<i64>,
    /// Up to when the org was asked what changed in it, by its own clock.
    pub changes_at: Option<Timestamp>,
    /// The org's own counter of API calls in 24 hours; 0 of 0 while unknown.
    pub api_used: i64,
    /// How many API calls the org has in 24 hours, as it says itself.
    pub api_max: i64,
    /// When an Admin said that this is the right org.
    pub confirmed_at: Option<Timestamp>,
    /// Who connected it, as the Admin's email address.
    pub connected_by: String,
    /// When it was connected; another login to the same org keeps it.
    pub created_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_state_is_found_by_its_key() {
        for state in ConnectionState::ALL {
            assert_eq!(state.key().parse(), Ok(state));
        }
        assert!("gone".parse::<ConnectionState>().is_err());
    }

    #[test]
    fn each_environment_is_found_by_its_key() {
        for one in Environment::ALL {
            assert_eq!(Environment::from_key(one.key()), Some(one));
        }
        assert_eq!(Environment::from_key("Sandbox"), None);
    }
}

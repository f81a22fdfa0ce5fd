//! What the modal shows.

use askama::Template;
use domain::activities::ActivityKind;
use domain::organizations::Organization;
use domain::salesforce::api_calls::ApiCalls;
use domain::salesforce::hold::Wait;
use domain::salesforce::{Connection, ConnectionOptions, ConnectionState};
use jiff::Timestamp;
use store::Tx;

use super::HOME;
use super::api_calls;
use super::card::{Status, wait_of};
use super::gate::SalesforceAdmin;
use super::permissions::Permissions;
use super::preview::Preview;
use super::tally::Tally;
use super::task_options::TaskOptionsView;
use crate::app::App;
use crate::salesforce_connection::{
    self, ChoicesFrom, OrgProfile, TimeZoneFrom, UserRow, org_profile,
};
use crate::web::error::WebResult;

/// Not connected while `connected` is empty.
#[derive(Template)]
#[template(path = "dashboard/salesforce/modal.html")]
pub struct Modal {
    pub home: &'static str,
    /// What makes a form lead back to the modal.
    pub back: &'static str,
    /// Where the search for a default task owner is.
    pub owner_search: String,
    pub prefix: String,
    /// What came of the last form.
    pub message: Option<String>,
    /// Why the last form did nothing.
    pub problem: Option<String>,
    /// The address to register at Salesforce, while the operator hasn't.
    pub to_register: Option<String>,
    pub connected: Option<Connected>,
}

/// An org is connected, whatever its state.
pub struct Connected {
    pub status: Status,
    pub state: ConnectionState,
    pub state_reason: String,
    pub wait: Option<Wait>,
    pub identity: Identity,
    pub switches: Vec<Switch>,
    pub options: ConnectionOptions,
    pub search: Option<OwnerSearch>,
    pub permissions: Permissions,
    pub tally: Tally,
    /// Per cent of the org's API calls that Gatehouse may use.
    pub api_share: i64,
    /// `None` until the org has said how many calls it has.
    pub api_calls: Option<ApiCalls>,
    pub confirm_uninstall: bool,
}

/// Which org, and who Gatehouse is in it.
pub struct Identity {
    pub org: String,
    pub environment: &'static str,
    /// Host, and Salesforce's name of the instance where it is known.
    pub instance: String,
    pub instance_url: String,
    pub time_zone: String,
    /// What the connected user may not read, and what is used instead.
    pub assumed: Vec<String>,
    pub user: String,
    pub username: String,
    pub connected_by: String,
    pub connected_at: Timestamp,
    pub confirmed_at: Option<Timestamp>,
}

/// More about a kind of activity.
pub struct SwitchMore {
    /// How many there were lately.
    pub lately: i64,
    pub preview: Preview,
    pub options: TaskOptionsView,
}

/// A kind of activity, and whether it goes to Salesforce.
pub struct Switch {
    pub key: &'static str,
    pub title: &'static str,
    pub explanation: &'static str,
    pub on: bool,
    /// Whether the options for requesters are below it.
    pub has_options: bool,
    /// What its page shows beside it; `None` in the modal.
    pub more: Option<SwitchMore>,
}

/// Salesforce users to choose the default task owner from.
pub struct OwnerSearch {
    pub text: String,
    pub users: Vec<UserRow>,
    pub problem: Option<String>,
}

impl OwnerSearch {
    /// Asks the org, before the database is: no transaction waits for Salesforce.
    pub async fn ask(app: &App, admin: &SalesforceAdmin, text: &str) -> Self {
        let found = salesforce_connection::search_users(app, admin.staff.action(app), text).await;
        let (users, problem) = match found {
            Ok(users) => (users, None),
            Err(error) => (Vec::new(), Some(error.to_string())),
        };
        Self {
            text: text.to_owned(),
            users,
            problem,
        }
    }
}

impl Modal {
    pub async fn read(tx: &mut Tx, app: &App, org: &Organization) -> WebResult<Self> {
        let to_register = app
            .salesforce
            .is_none()
            .then(|| crate::app::salesforce_callback(&app.config));
        let connected = match store::salesforce::connections::live(tx, org.id).await? {
            Some(connection) => Some(Connected::read(tx, app, org, connection).await?),
            None => None,
        };
        Ok(Self {
            home: HOME,
            back: "",
            owner_search: format!("{HOME}#tasks"),
            prefix: org.subject_prefix.clone(),
            message: None,
            problem: None,
            to_register,
            connected,
        })
    }

    pub fn status(&self) -> Status {
        match (&self.connected, &self.to_register) {
            (Some(connected), _) => connected.status,
            (None, Some(_)) => Status {
                tone: "badge-warn",
                icon: "gear",
                words: "Not set up",
            },
            (None, None) => Status {
                tone: "badge-mute",
                icon: "cloud",
                words: "Not connected",
            },
        }
    }
}

impl Connected {
    async fn read(
        tx: &mut Tx,
        app: &App,
        org: &Organization,
        connection: Connection,
    ) -> WebResult<Self> {
        let enabled =
            store::salesforce::activity_switches::enabled(tx, org.id, connection.id).await?;
        let on_hold = connection.hold_until > app.ambient.now();
        Ok(Self {
            status: Status::from_connection(&connection, on_hold),
            state: connection.state,
            state_reason: connection.state_reason.clone(),
            wait: wait_of(&connection, app.ambient.now()),
            identity: Identity::from_connection(&connection),
            switches: ActivityKind::ALL
                .into_iter()
                .map(|kind| Switch {
                    key: kind.key(),
                    title: kind.title(),
                    explanation: kind.explanation(),
                    on: enabled.contains(&kind),
                    has_options: kind == ActivityKind::RequestedAccess,
                    more: None,
                })
                .collect(),
            permissions: Permissions::read(&connection.preflight, connection.preflight_at),
            tally: Tally::for_connection(tx, org.id, connection.id).await?,
            api_share: connection.quota_share,
            api_calls: api_calls::read(tx, &connection, app.ambient.now()).await?,
            options: connection.options,
            search: None,
            confirm_uninstall: false,
        })
    }

    pub fn is_active(&self) -> bool {
        self.state == ConnectionState::Active
    }

    pub fn is_paused(&self) -> bool {
        self.state == ConnectionState::Paused
    }

    pub fn needs_login(&self) -> bool {
        self.state == ConnectionState::NeedsReauth
    }

    /// Whether nobody has said yet that this is the right org; a new login
    /// comes first where one is needed.
    pub fn asks_to_confirm(&self) -> bool {
        self.identity.confirmed_at.is_none() && !self.needs_login()
    }

    /// What the search field begins with.
    pub fn search_text(&self) -> &str {
        self.search.as_ref().map_or("", |search| &search.text)
    }

    pub fn lead_field(&self) -> &str {
        self.options.lead_account_field.as_deref().unwrap_or("")
    }
}

impl Identity {
    fn from_connection(connection: &Connection) -> Self {
        let profile = org_profile(connection);
        let host = url::Url::parse(&connection.instance_url)
            .ok()
            .and_then(|url| Some(url.host_str()?.to_owned()));
        let host = host.unwrap_or_else(|| connection.instance_url.clone());
        let instance = profile.as_ref().and_then(|p| p.instance_name.clone());
        Self {
            org: salesforce_connection::org_name(connection),
            environment: connection.environment.title(),
            instance: match instance {
                Some(name) => format!("{name} · {host}"),
                None => host,
            },
            instance_url: connection.instance_url.clone(),
            assumed: profile.as_ref().map(assumptions).unwrap_or_default(),
            time_zone: profile.map_or_else(String::new, |profile| profile.time_zone),
            user: connection.user.name.clone(),
            username: connection.user.username.clone(),
            connected_by: connection.connected_by.clone(),
            connected_at: connection.created_at,
            confirmed_at: connection.confirmed_at,
        }
    }
}

/// What stands in for what the connected user may not read, in whole sentences.
fn assumptions(profile: &OrgProfile) -> Vec<String> {
    let mut all = Vec::new();
    let zone = &profile.time_zone;
    match profile.time_zone_from {
        TimeZoneFrom::Org => {}
        TimeZoneFrom::User => all.push(format!(
            "The org’s time zone can’t be read, so due dates use the connected user’s: {zone}."
        )),
        TimeZoneFrom::Nobody => all.push(format!(
            "Neither the org’s nor the connected user’s time zone can be read, so due dates use \
             {zone}."
        )),
    }
    let source = |from| match from {
        ChoicesFrom::Setup => None,
        ChoicesFrom::Picklist => Some("the Task field’s picklist"),
        ChoicesFrom::Standard => Some("Salesforce’s standard values"),
    };
    let (open, closed) = (&profile.open_status, &profile.closed_status);
    all.extend(source(profile.statuses_from).map(|from| {
        format!(
            "TaskStatus can’t be read, so statuses come from {from}: “{open}” for open Tasks, \
             “{closed}” for completed ones."
        )
    }));
    let priority = &profile.default_priority;
    all.extend(source(profile.priorities_from).map(|from| {
        format!("TaskPriority can’t be read, so the priority comes from {from}: “{priority}”.")
    }));
    all
}

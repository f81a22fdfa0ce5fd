//! The card at the bottom of Settings: what the integration is doing.

use askama::Template;
use domain::salesforce::hold::{self, Wait};
use domain::salesforce::{Connection, ConnectionState};
use jiff::Timestamp;
use store::Tx;

use super::HOME;
use super::tally::Tally;
use crate::app::App;
use crate::salesforce_connection;
use crate::web::error::WebResult;
use crate::web::http::staff_session::Staff;

/// `{{ salesforce_card|safe }}` in the page that shows it.
#[derive(Template)]
#[template(path = "dashboard/salesforce/card.html")]
pub struct SalesforceCard {
    badge: Status,
    /// One or two sentences: what this means, and what would change it.
    text: String,
    /// What keeps it from sending now.
    wait: Option<Wait>,
    connection: Option<Facts>,
    /// The button's words; `None` for whoever may not configure it.
    configure: Option<&'static str>,
    /// Whether to say that an Admin could.
    ask_an_admin: bool,
    home: &'static str,
}

/// A state as a badge.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Status {
    pub tone: &'static str,
    pub icon: &'static str,
    pub words: &'static str,
}

impl Status {
    const fn new(tone: &'static str, icon: &'static str, words: &'static str) -> Self {
        Self { tone, icon, words }
    }

    /// A connection's state, as the card and the modal show it.
    pub fn from_connection(connection: &Connection, on_hold: bool) -> Self {
        match connection.state {
            ConnectionState::Active if on_hold => Self::new("badge-warn", "clock", "On hold"),
            ConnectionState::Active => Self::new("badge-ok", "check", "Connected"),
            ConnectionState::NeedsReauth => Self::new("badge-bad", "alert", "Needs a new login"),
            ConnectionState::Paused => Self::new("badge-warn", "pause", "Paused"),
            ConnectionState::Uninstalled => Self::new("badge-mute", "cloud", "Not connected"),
        }
    }
}

struct Facts {
    org: String,
    environment: &'static str,
    user: String,
    tally: Tally,
    switches_on: usize,
}

/// The card for whoever looks at Settings: with a button for Admins only.
pub async fn card(tx: &mut Tx, app: &App, staff: &Staff) -> WebResult<SalesforceCard> {
    let configure = |words| staff.is_admin().then_some(words);
    let blank = |badge, text, configure: Option<Option<&'static str>>| SalesforceCard {
        badge,
        text,
        wait: None,
        connection: None,
        ask_an_admin: configure == Some(None),
        configure: configure.flatten(),
        home: HOME,
    };
    let org = &staff.org;
    if !org.plan.includes_salesforce() {
        let badge = Status::new("badge-mute", "lock", "Enterprise plan");
        let text = format!(
            "Salesforce comes with the Enterprise plan; {} is on the {} plan. Please contact us if \
             you would like to enable it for your organization.",
            org.name,
            org.plan.title()
        );
        return Ok(blank(badge, text, None));
    }
    let live = store::salesforce::connections::live(tx, org.id).await?;
    if app.salesforce.is_none() {
        let badge = Status::new("badge-warn", "gear", "Not set up");
        let text = "This Gatehouse has no Salesforce app yet. Its operator registers one in \
                    Salesforce and sets GATEHOUSE_SALESFORCE_CLIENT_ID and \
                    GATEHOUSE_SALESFORCE_CLIENT_SECRET; Configure shows how.";
        return Ok(blank(badge, text.to_owned(), Some(configure("Configure"))));
    }
    let Some(connection) = live else {
        let badge = Status::new("badge-mute", "cloud", "Not connected");
        let text = "See what customers and prospects do here as Tasks on their Account, Contact or \
                    Lead, without leaving Salesforce.";
        return Ok(blank(badge, text.to_owned(), Some(configure("Configure"))));
    };
    let on_hold = connection.hold_until > app.ambient.now();
    Ok(SalesforceCard {
        badge: Status::from_connection(&connection, on_hold),
        text: String::new(),
        wait: wait_of(&connection, app.ambient.now()),
        connection: Some(Facts {
            org: salesforce_connection::org_name(&connection),
            environment: connection.environment.title(),
            user: connection.user.username.clone(),
            tally: Tally::for_connection(tx, org.id, connection.id).await?,
            switches_on: store::salesforce::activity_switches::enabled(tx, org.id, connection.id)
                .await?
                .len(),
        }),
        configure: configure("Configure"),
        ask_an_admin: !staff.is_admin(),
        home: HOME,
    })
}

/// What keeps the connection from sending now, if anything does.
pub fn wait_of(connection: &Connection, now: Timestamp) -> Option<Wait> {
    hold::wait(
        connection.state,
        connection.hold_until,
        &connection.hold_reason,
        now,
    )
}

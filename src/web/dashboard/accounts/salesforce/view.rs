//! What pages show of an account's link, and of Accounts to choose from.

use domain::accounts::salesforce_link::SalesforceLink;
use domain::ids::AccountId;
use domain::salesforce::{Connection, ConnectionState};
use store::Tx;

use crate::salesforce_connection;
use crate::web::http::staff_session::Staff;

/// The card on an account's page. Reads the database only.
pub(crate) struct LinkView {
    pub link: Option<SalesforceLink>,
    /// The Account's page in Salesforce, where the link counts.
    pub href: Option<String>,
    /// The link belongs to another Salesforce org than the connected one.
    pub elsewhere: bool,
    /// The connected org's name.
    pub org: String,
    /// Whether whoever looks may look Accounts up and link one.
    pub may_link: bool,
    pub may_unlink: bool,
    /// Why not, or what is missing; may be empty.
    pub note: &'static str,
}

impl LinkView {
    pub(crate) async fn for_account(
        tx: &mut Tx,
        staff: &Staff,
        account: AccountId,
    ) -> store::Result<Self> {
        let link = store::accounts::salesforce_links::of_account(tx, staff.org.id, account).await?;
        let live = store::salesforce::connections::live(tx, staff.org.id).await?;
        let included = staff.org.plan.includes_salesforce();
        let note = note(staff, live.as_ref());
        let counts = |link: &SalesforceLink| {
            let connection = live.as_ref()?;
            link.is_of(&connection.sf_org_id).then_some(connection)
        };
        let used = link.as_ref().and_then(counts);
        Ok(Self {
            href: used.zip(link.as_ref()).map(|(connection, link)| {
                let instance = connection.instance_url.trim_end_matches('/');
                format!("{instance}/{}", link.sf_account)
            }),
            elsewhere: link.is_some() && live.is_some() && used.is_none(),
            org: live
                .as_ref()
                .map(salesforce_connection::org_name)
                .unwrap_or_default(),
            may_link: note.is_empty(),
            may_unlink: link.is_some() && staff.is_admin() && included,
            link,
            note,
        })
    }
}

fn note(staff: &Staff, live: Option<&Connection>) -> &'static str {
    if !staff.org.plan.includes_salesforce() {
        return "Salesforce comes with the Enterprise plan.";
    }
    let Some(connection) = live else {
        return "No Salesforce org is connected. An Admin connects one in Settings.";
    };
    if !staff.is_admin() {
        return "An Admin can change this.";
    }
    if connection.state == ConnectionState::NeedsReauth {
        return "Salesforce needs a new login before Accounts can be looked up: see Settings.";
    }
    ""
}

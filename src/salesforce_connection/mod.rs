//! Connecting an organization to a Salesforce org, choosing what is sent, and
//! removing the connection again. The caller has checked plan and role.

mod account_link;
mod choices;
mod company_link;
mod error;
mod lead_link;
mod limits;
mod login;
mod lookup;
mod mapping;
mod missing_permission;
mod oauth_text;
mod org_check;
mod past_activity;
mod recheck;
mod removal;
mod test_task;

pub mod tokens;

pub use account_link::{link_account, search_accounts, suggest_accounts, unlink_account};
pub use choices::{
    confirm, pause, resume, save_options, save_quota_share, save_subject_prefix, save_switch,
    try_now,
};
pub use company_link::{
    LinkedCompany, create_leads, ignore_company, link_company, stop_ignoring_company,
    suggest_for_company, unlink_company,
};
pub use error::InstallError;
pub use lead_link::save_lead_field;
pub use login::{Callback, Connected, begin, begin_again, finish};
pub use lookup::{active_user, org_name, org_profile, search_users};
pub use mapping::{
    FieldForm, MappedField, MappedObject, Mapping, Source, TaskForm, TaskOptions, add_field,
    add_report_fields, has_report_fields, remove_field, save_task_options, usual_status,
};
pub use missing_permission::turns_off;
pub use org_check::{
    Finding, Level, OrgReading, OwnFields, findings, keep_reading, permission_name, read_org,
    reading_of, unfilled, what_stops,
};
pub use past_activity::{
    options_in_use, send_past, start_dry_run, stop_sending_past, tries_what_is_in_use,
};
pub use recheck::recheck;
pub use removal::{Removed, uninstall};
pub use test_task::{look_for_test_task, stays, write_test_task};

// What pages show of an org, so that they need not know the client.
pub use salesforce::account_suggestions::{AccountSuggestion, Because, LeadChoice, Suggestions};
pub use salesforce::accounts::AccountChoice;
pub use salesforce::org::{ChoicesFrom, OrgProfile, TimeZoneFrom};
pub use salesforce::org_setup::{Allowance, OrgSetup};
pub use salesforce::preflight::{Check, Need, Preflight, Status};
pub use salesforce::users::UserRow;

use domain::salesforce::Connection;
use store::Tx;

use crate::use_cases::StaffAction;

/// The organization's connection, or the error that there is none.
async fn connected(tx: &mut Tx, act: StaffAction<'_>) -> Result<Connection, InstallError> {
    let connection = store::salesforce::connections::live(tx, act.org.id).await?;
    connection.ok_or(InstallError::NotConnected)
}

/// The connection, held until commit, so that a turn that settles meanwhile sees what is
/// decided here, or this sees what it settled.
async fn locked(tx: &mut Tx, act: StaffAction<'_>) -> Result<Connection, InstallError> {
    let connection = connected(tx, act).await?;
    store::salesforce::sending::lock(tx, act.org.id, connection.id).await?;
    // It may have been uninstalled before the row was free.
    connected(tx, act).await
}

/// What was read from the org, as the database keeps it.
fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| unreachable!("plain structs become JSON"))
}

//! What an Admin can do about an error of Salesforce's, in the words of
//! Salesforce's Setup.

use std::borrow::Cow;

use salesforce_records::errors::UNEXPLAINED;

use crate::salesforce::api_calls::SHARE_USED;

const UNKNOWN: &str = "Salesforce refused this for a reason Gatehouse doesn’t know. Look up the \
     error code in Salesforce’s documentation, fix the cause, then try again.";

/// Whether there is advice for that code.
pub fn is_known(code: &str) -> bool {
    by_code(code) != UNKNOWN
}

/// The cause of an error, and what to do.
pub fn remedy(code: &str, message: &str) -> Cow<'static, str> {
    match object_not_createable(message) {
        Some(object) => Cow::Owned(format!(
            "The connected user isn’t allowed to create {object} records. In Salesforce, open \
             Setup → Permission Sets → Object Settings → {object} and allow Create, then try again."
        )),
        None => Cow::Borrowed(by_code(code)),
    }
}

/// The object of “entity type cannot be inserted: X”, which comes under several
/// codes and always means that Create is missing.
pub fn object_not_createable(message: &str) -> Option<&str> {
    let (_, object) = message.split_once("entity type cannot be inserted:")?;
    let object = object.lines().next().unwrap_or_default();
    let object = object.trim().trim_end_matches('.');
    (!object.is_empty()).then_some(object)
}

#[expect(
    clippy::too_many_lines,
    reason = "a table: each error code with its advice, and nothing else"
)]
fn by_code(code: &str) -> &'static str {
    match code {
        "INVALID_SESSION_ID" => {
            "The connected user’s session ended, or the user can’t use the API. If this doesn’t \
             go away, grant “API Enabled” in the user’s profile or a permission set, then log in \
             to Salesforce again."
        }
        "REQUEST_LIMIT_EXCEEDED" => {
            "The org has used up its API calls. Deliveries resume automatically when calls are \
             available again; see Setup → Company Information → API Requests, Last 24 Hours."
        }
        SHARE_USED => {
            "Gatehouse has used its share of the org’s API calls. Deliveries resume automatically \
             as the calls of the last 24 hours grow fewer. The share is in the Salesforce \
             settings, under Sync: raise it to send now."
        }
        "API_CURRENTLY_DISABLED" | "API_DISABLED_FOR_ORG" => {
            "The API is turned off for the connected user or the org. Grant “API Enabled” in the \
             user’s profile or a permission set, and make sure the org’s edition includes the API."
        }
        "INSERT_UPDATE_DELETE_NOT_ALLOWED_DURING_MAINTENANCE" => {
            "Salesforce is in read-only mode for maintenance. You don’t need to do anything; \
             deliveries resume automatically."
        }
        "SERVER_UNAVAILABLE" | "UNKNOWN_EXCEPTION" | "TRY_LATER" | "NOT_SENT" => {
            "Salesforce couldn’t be reached or had an error of its own. You don’t need to do \
             anything. If this doesn’t go away, check the org’s instance on Salesforce Trust."
        }
        "UNABLE_TO_LOCK_ROW" | "PROCESSING_HALTED" => {
            "Another user or process was changing the same Account, Contact or Lead. Gatehouse \
             tries again automatically. If this doesn’t go away, look for long-running jobs or \
             triggers on that record."
        }
        "QUERY_TIMEOUT" | "INVALID_QUERY_LOCATOR" => {
            "The org took too long to look up Contacts, Leads or Accounts. Gatehouse tries again \
             automatically. If this doesn’t go away, ask Salesforce Support about an index."
        }
        "DUPLICATES_DETECTED" => {
            "A duplicate rule blocked a new Contact or Lead. Merge the duplicate records, or let \
             the rule allow the connected user: Setup → Duplicate Rules."
        }
        "DUPLICATE_VALUE" => {
            "A record with the same unique value already exists. Open the record that the message \
             names and check that it’s the right one."
        }
        "REQUIRED_FIELD_MISSING" => {
            "The org requires a field that Gatehouse leaves empty. Fill it in under Salesforce → \
             Matching → Further fields, or give it a default value: Setup → Object Manager → Fields."
        }
        "FIELD_CUSTOM_VALIDATION_EXCEPTION" => {
            "A validation rule refused the record. Exempt the connected user from the rule: \
             Setup → Object Manager → Validation Rules."
        }
        "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY" => {
            "An Apex trigger or a flow failed. The message names it: fix it, or let it skip the \
             connected user."
        }
        "STRING_TOO_LONG"
        | "FIELD_INTEGRITY_EXCEPTION"
        | "INVALID_EMAIL_ADDRESS"
        | "MALFORMED_ID"
        | "MALFORMED_QUERY"
        | "JSON_PARSER_ERROR"
        | "REQUEST_TOO_LONG" => {
            "Gatehouse sent something this org doesn’t accept. Update Gatehouse, then try again. \
             If this doesn’t go away, report it with the message."
        }
        "INVALID_FIELD_FOR_INSERT_UPDATE" => {
            "The connected user can’t edit a field of Tasks, Contacts or Leads. The message names \
             the field: allow Edit Access in Setup → Permission Sets → Object Settings."
        }
        "INVALID_FIELD" | "INVALID_TYPE" => {
            "The connected user can’t see a field or an object that Gatehouse needs. Permissions in \
             the Salesforce settings lists what is missing: grant it in Setup → Permission Sets → \
             Object Settings, then choose Check again."
        }
        "INVALID_CROSS_REFERENCE_KEY" | "ENTITY_IS_DELETED" | "NOT_FOUND" => {
            "The Account, Contact, Lead or owner was deleted or merged, or the connected user can’t \
             access it. Make sure the user has Read access to the object and that the record is \
             shared with the user (Setup → Sharing Settings), then try again."
        }
        "INSUFFICIENT_ACCESS_ON_CROSS_REFERENCE_ENTITY"
        | "INSUFFICIENT_ACCESS_OR_READONLY"
        | "INSUFFICIENT_ACCESS" => {
            "The connected user can’t change or refer to the record. Share it with the user in \
             Setup → Sharing Settings, or allow Edit in a permission set, then try again."
        }
        "CANNOT_UPDATE_CONVERTED_LEAD" => {
            "The Lead was converted and can’t have new Tasks. They go to the Contact it became; \
             make sure the connected user can see that Contact."
        }
        "INACTIVE_OWNER_OR_USER" => {
            "The record’s owner, or who was chosen under Activities, is no longer an active user. \
             Change that, or choose a default task owner in the Salesforce settings."
        }
        "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST" => {
            "The org no longer has this value: a Status, a Priority, or that of a further field. \
             Choose Check again in the Salesforce settings, then try again."
        }
        "STORAGE_LIMIT_EXCEEDED" => {
            "The org is out of data storage. Free up or buy storage (Setup → Storage Usage), then \
             try again."
        }
        "invalid_grant" | "inactive_user" | "inactive_org" => {
            "Salesforce rejected the saved login: the user was deactivated, or access was revoked \
             or expired. Log in again in the Salesforce settings."
        }
        "invalid_app_access" | "OAUTH_APP_BLOCKED" => {
            "The org doesn’t let the connected user use the app. Allow it under Setup → External \
             Client App Manager (or Connected Apps OAuth Usage), then log in again."
        }
        "REDIRECTED" => "The org’s My Domain changed. Log in again in the Salesforce settings.",
        _ if code.starts_with("TXN_SECURITY_") => {
            "A transaction security policy blocked the request. Exempt the connected user: Setup → \
             Transaction Security Policies."
        }
        _ if code.starts_with(UNEXPLAINED) => {
            "Something between Gatehouse and Salesforce answered instead: a maintenance page, a \
             proxy or a firewall. Gatehouse tries again automatically. If this doesn’t go away, \
             check this server’s outbound connections."
        }
        _ => UNKNOWN,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_create_permission_names_the_object_whatever_the_code() {
        for code in [
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "INVALID_TYPE",
            "SOMETHING_NEW",
        ] {
            let text = remedy(code, "entity type cannot be inserted: Contact");
            assert!(
                text.contains("isn’t allowed to create Contact records"),
                "{text}"
            );
            assert!(
                text.contains("Object Settings → Contact and allow Create"),
                "{text}"
            );
        }
        let trigger = remedy(
            "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
            "Gauge: execution of …",
        );
        assert!(trigger.contains("Apex trigger"), "{trigger}");
    }

    #[test]
    fn a_record_without_access_is_not_promised_to_be_matched_again() {
        let text = remedy("INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id");
        assert!(!text.contains("matched again"), "{text}");
        assert!(
            text.contains("Read access") && text.contains("shared"),
            "{text}"
        );
    }

    #[test]
    fn an_error_that_nobody_knows_says_so() {
        assert!(!is_known("SOMETHING_NEW"));
        assert_eq!(remedy("SOMETHING_NEW", ""), UNKNOWN);
    }
}

//! What stops working where the connected user lacks a permission.

use salesforce::preflight::Need;

const NO_LEAD_FOUND: &str =
    "Leads aren’t found by email, so their activity finds no match, and no Lead is created.";
const NO_LEAD_MADE: &str =
    "No Lead is created for a requester who is neither a Contact nor at a known Account.";
const CONVERTED: &str = "The Contact that a converted Lead became isn’t found through the Lead.";
const NO_CONTACT_FOUND: &str = "Nobody is matched to a Contact, and no Contact or Lead is created.";
const NO_CONTACT_MADE: &str = "No Contact is created for a requester at a known Account.";
const NOT_ASSOCIATED: &str = "Contacts without an Account aren’t given the matched one.";
const NO_ACCOUNT: &str = "No activity is matched to an Account by its company’s name.";
const NO_TASK: &str = "No Task can be created, so nothing is delivered.";
const NO_TASK_WITH_FIELD: &str =
    "Salesforce refuses Tasks that contain this field, so none are delivered.";
const NOT_FOUND_AGAIN: &str =
    "When Salesforce’s answer gets lost, Gatehouse can’t find out whether the Task exists.";

/// A sentence: what doesn't work without the permission. `None` for one that isn't on the
/// list of checked permissions, such as one that an earlier release checked.
pub fn turns_off(object: &str, field: Option<&str>, need: Need) -> Option<&'static str> {
    Some(match (object, need) {
        ("Lead", Need::Create) => NO_LEAD_MADE,
        ("Account", Need::Edit) => "The org may refuse to put Contacts under an Account.",
        ("Task", Need::Create) => field.map_or(NO_TASK, |_| NO_TASK_WITH_FIELD),
        ("Contact", Need::Create) => NO_CONTACT_MADE,
        ("Contact", Need::Edit) => NOT_ASSOCIATED,
        (_, Need::Read) => return without_reading(object, field),
        _ => return None,
    })
}

fn without_reading(object: &str, field: Option<&str>) -> Option<&'static str> {
    Some(match (object, field) {
        ("Lead", None | Some("Email")) => NO_LEAD_FOUND,
        ("Lead", Some("OwnerId")) => {
            "Tasks on a Lead go to the default task owner instead of the Lead’s owner."
        }
        ("Lead", Some("IsConverted" | "ConvertedContactId" | "ConvertedAccountId")) => CONVERTED,
        ("Account", None | Some("Name")) => NO_ACCOUNT,
        ("Account", Some("OwnerId")) => {
            "Tasks go to the Contact’s owner or the default task owner instead of the Account’s."
        }
        ("Task", None | Some("Description")) => NOT_FOUND_AGAIN,
        ("Task", Some("CreatedById")) => {
            "After a lost answer, Tasks are found by reference and time only."
        }
        ("Task", Some("LastModifiedById")) => "Nothing stops working: Salesforce fills it in.",
        ("Contact", None | Some("Email")) => NO_CONTACT_FOUND,
        ("Contact", Some("AccountId")) => {
            "A Contact’s own Account isn’t known: Tasks are related to the Account of the company’s name."
        }
        ("Contact", Some("OwnerId")) => {
            "A Contact’s owner gets no Tasks where the Account’s owner can’t."
        }
        ("User", Some("Id")) => {
            "Tasks go to the default task owner, or else to the connected user."
        }
        ("User", Some("IsActive")) => {
            "Gatehouse can’t tell which owners are active, so Tasks go to the default task owner, or else to the connected user."
        }
        ("Organization", Some("TimeZoneSidKey")) => {
            "Due dates use the connected user’s time zone, or else UTC."
        }
        ("Organization", Some("IsSandbox")) => {
            "Whether the org is a sandbox is taken from the login."
        }
        ("Organization", Some("Name")) => "The org’s address is shown instead of its name.",
        ("TaskStatus" | "TaskPriority", None) => {
            "Task statuses and priorities are taken from the Task’s picklists instead."
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    use salesforce::preflight::PERMISSIONS;

    #[test]
    fn every_checked_permission_says_what_it_turns_off() {
        for one in PERMISSIONS {
            let text = turns_off(one.object, one.field, one.need);
            assert!(text.is_some(), "{one:?}");
        }
    }
}

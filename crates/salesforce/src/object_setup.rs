//! What an object asks of new records, as `describe` shows it to the connected user.

use serde::{Deserialize, Serialize};

use super::describe::Described;
use super::required_fields::{RequiredField, required};

/// What a new record of an object must have, and what Salesforce makes of it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ObjectSetup {
    /// The object's API name, such as `Task`.
    pub object: String,
    /// Fields that a new record must have and that Salesforce doesn't fill in, as far as the
    /// connected user sees them.
    pub required: Vec<RequiredField>,
    /// The name of the record type that the connected user's new records get; `None` where
    /// they get none but the master.
    pub record_type: Option<String>,
}

impl ObjectSetup {
    pub(super) fn new(object: &str, described: &Described) -> Self {
        let types = described.record_type_infos.iter();
        let usual = types
            .filter(|one| !one.master)
            .find(|one| one.default_record_type_mapping);
        Self {
            object: object.to_owned(),
            required: required(object, described),
            record_type: usual.map(|one| one.name.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn record_type(types: &[(&str, bool, bool)]) -> Option<String> {
        let info = |(name, master, usual): &(&str, bool, bool)| json!({"name": name, "master": master, "defaultRecordTypeMapping": usual});
        let infos: Vec<_> = types.iter().map(info).collect();
        let described = serde_json::from_value(json!({ "recordTypeInfos": infos })).unwrap();
        ObjectSetup::new("Task", &described).record_type
    }

    #[test]
    fn the_users_own_record_type_is_told_and_the_master_is_none() {
        assert_eq!(record_type(&[("Master", true, true)]), None);
        assert_eq!(record_type(&[]), None, "an org may leave it out");
        let sales = [
            ("Master", true, false),
            ("Support", false, false),
            ("Sales", false, true),
        ];
        assert_eq!(record_type(&sales).as_deref(), Some("Sales"));
    }
}

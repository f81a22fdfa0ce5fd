//! The External ID fields in which a program keeps its own references, where the org's
//! administrator has deployed them.

use serde::{Deserialize, Serialize};

use super::API_VERSION;
use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::composite::{Sub, SubAnswer};
use super::errors::CallError;
use super::query::read;
use super::status::Effect;

/// A field that can hold a reference, and holds each only once.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ReferenceField {
    /// The API name, with the namespace of its package where it has one.
    pub name: String,
    /// How many characters it holds.
    pub length: usize,
}

/// Which objects have such a field that the connected user may write.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct ReferenceFields {
    /// Of Task, where it is deployed as a field of Activity; `None` without a fitting one.
    pub task: Option<ReferenceField>,
    /// Of Contact; `None` without a fitting one.
    pub contact: Option<ReferenceField>,
    /// Of Lead; `None` without a fitting one.
    pub lead: Option<ReferenceField>,
}

#[derive(Deserialize)]
struct Described {
    #[serde(default)]
    fields: Vec<DescribedField>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct DescribedField {
    name: String,
    #[serde(default)]
    r#type: String,
    #[serde(default)]
    length: usize,
    #[serde(default)]
    createable: bool,
    #[serde(default)]
    external_id: bool,
    #[serde(default)]
    unique: bool,
}

impl Client {
    /// Looks for fields with the API name `name` that hold `shortest` characters or more.
    /// Deployed by a managed package, a field has the package's namespace and two
    /// underscores before its name.
    ///
    /// One call, which describes the three objects (REST API Developer Guide, sObject
    /// Describe). An object that the connected user can't describe has no such field.
    pub async fn reference_fields(
        &self,
        session: &Session,
        name: &str,
        shortest: usize,
    ) -> Result<Answer<ReferenceFields>, CallError> {
        let subs = ["Task", "Contact", "Lead"]
            .iter()
            .map(|object| {
                Sub::get(format!(
                    "/services/data/{API_VERSION}/sobjects/{object}/describe"
                ))
            })
            .collect();
        let answers = self.composite(session, subs, Purpose::Read).await?;
        answers.try_map(|answers| {
            let mut answers = answers.into_iter();
            let mut next = || field_of(answers.next().flatten(), name, shortest);
            Ok(ReferenceFields {
                task: next()?,
                contact: next()?,
                lead: next()?,
            })
        })
    }
}

fn field_of(
    answer: Option<SubAnswer>,
    name: &str,
    shortest: usize,
) -> Result<Option<ReferenceField>, CallError> {
    let unanswered = || CallError::Unreadable("an object was not described".to_owned());
    let answer = answer.ok_or_else(unanswered)?;
    match answer.judge(Effect::Read) {
        Ok(()) => Ok(choose(read(answer.body)?, name, shortest)),
        Err(CallError::Refused(..)) => Ok(None),
        Err(other) => Err(other),
    }
}

/// The org's own field before one of a package. Without uniqueness it would
/// promise what it doesn't keep.
fn choose(object: Described, name: &str, shortest: usize) -> Option<ReferenceField> {
    let packaged = format!("__{name}");
    let mut fitting: Vec<DescribedField> = object
        .fields
        .into_iter()
        .filter(|field| field.name == name || field.name.ends_with(&packaged))
        .filter(|field| field.r#type == "string" && field.length >= shortest)
        .filter(|field| field.external_id && field.unique && field.createable)
        .collect();
    fitting.sort_by_key(|field| field.name != name);
    fitting.into_iter().next().map(|field| ReferenceField {
        name: field.name,
        length: field.length,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    const NAME: &str = "Erp_Reference__c";

    fn field(name: &str) -> Value {
        json!({"name": name, "type": "string", "length": 64, "createable": true,
               "externalId": true, "unique": true})
    }

    fn chosen(fields: &[Value]) -> Option<String> {
        let object = serde_json::from_value(json!({ "fields": fields })).unwrap();
        choose(object, NAME, 32).map(|field| field.name)
    }

    #[test]
    fn the_orgs_own_field_comes_before_a_packages() {
        let own = Some(NAME.to_owned());
        assert_eq!(chosen(&[field("erp__Erp_Reference__c"), field(NAME)]), own);
        assert_eq!(
            chosen(&[field("erp__Erp_Reference__c")]),
            Some("erp__Erp_Reference__c".to_owned())
        );
    }

    #[test]
    fn a_field_that_promises_less_is_not_used() {
        assert_eq!(chosen(&[field("Erp_Id__c")]), None, "another's field");
        for (key, value) in [
            ("unique", json!(false)),
            ("externalId", json!(false)),
            ("createable", json!(false)),
            ("length", json!(20)),
            ("type", json!("double")),
        ] {
            let mut field = field(NAME);
            field[key] = value;
            assert_eq!(chosen(&[field]), None, "{key}");
        }
    }
}

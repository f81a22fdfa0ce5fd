//! Several requests in one API call.

use std::collections::{BTreeMap, HashMap};

use reqwest::Method;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::API_VERSION;
use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::errors::{CallError, errors_in};
use super::status::{Effect, judge};

/// Most subrequests of a call, and most queries or collections among them.
pub(super) const MAX_SUBREQUESTS: usize = 25;
pub(super) const MAX_HEAVY: usize = 5;

/// One request within the call.
#[derive(Serialize, Debug)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sub {
    method: String,
    url: String,
    reference_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    body: Option<Value>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    http_headers: BTreeMap<&'static str, &'static str>,
}

impl Sub {
    pub(super) fn get(url: String) -> Self {
        Self {
            method: Method::GET.to_string(),
            url,
            reference_id: String::new(),
            body: None,
            http_headers: BTreeMap::new(),
        }
    }

    /// `resource` is what follows the version in the path. The body's texts are data:
    /// what looks like a reference to another request's answer is not one.
    pub(super) fn write(method: &Method, resource: &str, mut body: Value) -> Self {
        without_references(&mut body);
        Self {
            method: method.to_string(),
            url: format!("/services/data/{API_VERSION}/{resource}"),
            reference_id: String::new(),
            body: Some(body),
            http_headers: BTreeMap::new(),
        }
    }

    /// Puts an earlier request's answer into a field of a record of this collection, such
    /// as `r0[2].id`.
    pub(super) fn refer(&mut self, record: usize, field: &str, answer: &str) {
        let row = self
            .body
            .as_mut()
            .and_then(|body| body.get_mut("records")?.get_mut(record));
        if let Some(Value::Object(fields)) = row {
            fields.insert(field.to_owned(), Value::String(format!("@{{{answer}}}")));
        }
    }

    pub(super) fn with_headers(mut self, headers: &[(&'static str, &'static str)]) -> Self {
        self.http_headers.extend(headers.iter().copied());
        self
    }
}

/// Within a composite call Salesforce puts an earlier answer in the place of
/// `@{reference.path}`, and refuses the request where it finds none. There is no escape
/// for it, so another bracket stands where someone has typed that: a text that fits its
/// field still does.
fn without_references(body: &mut Value) {
    match body {
        Value::String(text) if text.contains("@{") => *text = text.replace("@{", "@("),
        Value::Array(values) => values.iter_mut().for_each(without_references),
        Value::Object(fields) => fields.values_mut().for_each(without_references),
        _ => {}
    }
}

/// What one of them was answered.
#[derive(Deserialize, Debug)]
pub(super) struct SubAnswer {
    #[serde(rename = "httpStatusCode")]
    status: u16,
    #[serde(default)]
    pub(super) body: Value,
    #[serde(rename = "referenceId")]
    reference_id: String,
}

impl SubAnswer {
    pub(super) fn judge(&self, effect: Effect) -> Result<(), CallError> {
        let errors = if (200..300).contains(&self.status) {
            Vec::new()
        } else {
            errors_in(&self.body)
        };
        judge(self.status, errors, None, effect)
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    all_or_none: bool,
    /// True, Salesforce's default, would give up the order.
    collate_subrequests: bool,
    #[serde(rename = "compositeRequest")]
    subs: Vec<Sub>,
}

#[derive(Deserialize)]
struct Response {
    #[serde(rename = "compositeResponse")]
    answers: Vec<SubAnswer>,
}

impl Client {
    /// One call; the answers in the order of the requests, `None` where one is missing.
    pub(super) async fn composite(
        &self,
        session: &Session,
        mut subs: Vec<Sub>,
        purpose: Purpose<'_>,
    ) -> Result<Answer<Vec<Option<SubAnswer>>>, CallError> {
        for (n, sub) in subs.iter_mut().enumerate() {
            sub.reference_id = format!("r{n}");
        }
        let asked = subs.len();
        let request = Request {
            all_or_none: false,
            collate_subrequests: false,
            subs,
        };
        let path = format!("/services/data/{API_VERSION}/composite");
        self.call(session, Method::POST, &path, Some(&request), purpose)
            .await?
            .try_map(|reply| {
                let response: Response = reply.read(purpose.effect())?;
                let mut by_id: HashMap<String, SubAnswer> = response
                    .answers
                    .into_iter()
                    .map(|answer| (answer.reference_id.clone(), answer))
                    .collect();
                Ok((0..asked).map(|n| by_id.remove(&format!("r{n}"))).collect())
            })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn no_text_is_a_reference_to_another_answer() {
        let body = json!({"records": [
            {"Description": "see @{r0.id} and @{", "Subject": "a @ b {c}", "Email": "a@b.example"},
        ]});
        let sub = Sub::write(&Method::POST, "composite/sobjects", body);
        assert_eq!(
            sub.body,
            Some(json!({"records": [
                {"Description": "see @(r0.id} and @(", "Subject": "a @ b {c}", "Email": "a@b.example"},
            ]}))
        );
    }
}

//! Deleting a record that this program itself has written.

use reqwest::Method;
use salesforce_records::candidates::RecordId;

use super::API_VERSION;
use super::call::Purpose;
use super::client::{Answer, Client, Session};
use super::errors::CallError;
use super::transport::SendGuard;

impl Client {
    /// Puts a Task into the recycle bin (REST API Developer Guide, sObject Rows). Answers
    /// whether the user saw it there: one that is gone already, or that the user can't see, is
    /// no error. One call.
    pub async fn delete_task(
        &self,
        session: &Session,
        guard: &SendGuard,
        id: &RecordId,
    ) -> Result<Answer<bool>, CallError> {
        let path = format!("/services/data/{API_VERSION}/sobjects/Task/{}", id.as_str());
        let purpose = Purpose::Write(guard);
        let deleted = self
            .call(session, Method::DELETE, &path, None::<&()>, purpose)
            .await;
        match deleted {
            Ok(answer) => Ok(answer.map(|_| true)),
            Err(CallError::Refused(error, _)) if is_gone(&error.code) => {
                let mut answer = Answer::free(false);
                answer.calls = 1;
                Ok(answer)
            }
            Err(error) => Err(error),
        }
    }
}

fn is_gone(code: &str) -> bool {
    [
        "ENTITY_IS_DELETED",
        "NOT_FOUND",
        "INVALID_CROSS_REFERENCE_KEY",
    ]
    .contains(&code)
}

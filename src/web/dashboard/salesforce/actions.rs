//! What an Admin does to the connection as a whole.

use axum::extract::State;
use tracing::Instrument as _;

use super::HOME;
use super::answer::Reply;
use super::gate::SalesforceAdmin;
use crate::app::App;
use crate::salesforce_connection::{self, Removed};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::staff_session::Reauthenticated;

pub(super) async fn confirm(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
) -> WebResult {
    let done = salesforce_connection::confirm(&app, admin.staff.action(&app)).await;
    reply.to("identity", done.map(|()| "Noted: this is the right org."))
}

pub(super) async fn check(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
) -> WebResult {
    let done = salesforce_connection::recheck(&app, admin.staff.action(&app)).await;
    reply.to(
        "permissions",
        done.map(|resumed| {
            if resumed {
                "Permissions checked. Deliveries resumed."
            } else {
                "Permissions checked."
            }
        }),
    )
}

pub(super) async fn pause(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
) -> WebResult {
    let done = salesforce_connection::pause(&app, admin.staff.action(&app)).await;
    let message = "Paused. Activities queue up and go out when you resume.";
    reply.to("sync", done.map(|()| message))
}

pub(super) async fn resume(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
) -> WebResult {
    let done = salesforce_connection::resume(&app, admin.staff.action(&app)).await;
    reply.to(
        "sync",
        done.map(|()| "Resumed. What queued up goes out now."),
    )
}

pub(super) async fn uninstall(
    State(app): State<App>,
    Reauthenticated(admin): Reauthenticated<SalesforceAdmin>,
    reply: Reply,
) -> WebResult {
    // A task of its own: it must not stop between Salesforce and the database.
    let removing =
        async move { salesforce_connection::uninstall(&app, admin.staff.action(&app)).await };
    let outcome = tokio::spawn(removing.in_current_span())
        .await
        .map_err(|error| WebError::Internal(error.into()))?;
    match outcome {
        Ok(removed) => Ok(see_other_saying(HOME, &farewell(&removed))),
        Err(error) => reply.to("uninstall", Err::<String, _>(error)),
    }
}

fn farewell(removed: &Removed) -> String {
    let cancelled = match removed.cancelled {
        0 => "Nothing was waiting to be sent.".to_owned(),
        1 => "1 delivery that was waiting to be sent was cancelled.".to_owned(),
        n => format!("{n} deliveries that were waiting to be sent were cancelled."),
    };
    let revoked = match &removed.not_revoked {
        None => "Its access was revoked at Salesforce.".to_owned(),
        Some(reason) => format!(
            "Salesforce could not be told ({reason}): remove the approval there as well, in Setup → \
             Connected Apps OAuth Usage."
        ),
    };
    let test = removed.test_task_on.as_ref().map(|account| {
        format!(" A test Task may be left on “{account}”: delete it in Salesforce.")
    });
    let test = test.unwrap_or_default();
    format!("Salesforce is uninstalled. {cancelled} {revoked}{test}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unreachable_org_is_said_with_what_is_left_to_do() {
        let text = farewell(&Removed {
            cancelled: 3,
            test_task_on: Some("Lakeside".to_owned()),
            not_revoked: Some("connection refused".to_owned()),
        });
        assert!(text.contains("3 deliveries"), "{text}");
        assert!(text.contains("may be left on “Lakeside”"), "{text}");
        assert!(
            text.contains("(connection refused): remove the approval there"),
            "{text}"
        );
    }
}

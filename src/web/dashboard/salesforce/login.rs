//! To Salesforce's login, and back.

use axum::extract::{Query, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use domain::salesforce::Environment;
use serde::Deserialize;
use tracing::Instrument as _;
use url::Url;

use super::HOME;
use super::answer::{Reply, explain};
use super::gate::SalesforceAdmin;
use crate::app::App;
use crate::salesforce_connection::{self, Callback, Connected, InstallError};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::see_other_saying;
use crate::web::http::form::Form;

#[derive(Deserialize)]
pub(super) struct Choice {
    environment: String,
    #[serde(default)]
    my_domain: String,
}

pub(super) async fn connect(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
    Form(choice): Form<Choice>,
) -> WebResult {
    let environment = Environment::from_key(&choice.environment).ok_or_else(|| {
        WebError::BadRequest("Choose Production or Sandbox, then try again.".to_owned())
    })?;
    leave(
        &reply,
        salesforce_connection::begin(
            &app,
            admin.staff.action(&app),
            environment,
            &choice.my_domain,
        )
        .await,
    )
}

pub(super) async fn reconnect(
    State(app): State<App>,
    admin: SalesforceAdmin,
    reply: Reply,
) -> WebResult {
    leave(
        &reply,
        salesforce_connection::begin_again(&app, admin.staff.action(&app)).await,
    )
}

/// To Salesforce, or back to the modal with the reason why not.
fn leave(reply: &Reply, outcome: Result<Url, InstallError>) -> WebResult<Response> {
    let url = match outcome {
        Ok(url) => url,
        Err(error) => return reply.to("enable", Err::<String, _>(error)),
    };
    let to =
        HeaderValue::from_str(url.as_str()).map_err(|error| WebError::Internal(error.into()))?;
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, to)]).into_response())
}

/// Where Salesforce sends the browser after its login.
pub(super) async fn callback(
    State(app): State<App>,
    admin: SalesforceAdmin,
    Query(callback): Query<Callback>,
) -> WebResult {
    // A task of its own: a browser that goes away must not leave a login half done.
    let finishing = async move {
        salesforce_connection::finish(&app, admin.staff.action(&app), callback).await
    };
    let outcome = tokio::spawn(finishing.in_current_span())
        .await
        .map_err(|error| WebError::Internal(error.into()))?;
    Ok(match outcome {
        Ok(connected) => see_other_saying(HOME, &greeting(&connected)),
        Err(error) => see_other_saying(&format!("{HOME}?problem=1"), &explain(error)?),
    })
}

fn greeting(connected: &Connected) -> String {
    let (org, environment) = (&connected.org_name, connected.environment.title());
    if connected.again {
        return format!("{org} ({environment}) is connected again. All switches are as they were.");
    }
    format!(
        "{org} ({environment}) is connected. Check that it is the right org, then turn on the \
         activities to sync."
    )
}

//! Who a token stands for.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;

use super::{answer, bearer};
use crate::{
    Id, Sim,
    json::{Json, obj},
    org::Org,
};

/// The `OpenID` Connect description of the user.
pub(crate) async fn userinfo(State(sim): State<Arc<Sim>>, headers: HeaderMap) -> Response {
    sim.with(|org, now| match caller(org, &headers, now) {
        Ok(user) => answer(StatusCode::OK, &describe(org, user, now)),
        Err(text) => (StatusCode::FORBIDDEN, text).into_response(),
    })
}

/// The identity URL.
pub(crate) async fn identity(
    State(sim): State<Arc<Sim>>,
    Path((org_id, user)): Path<(String, String)>,
    headers: HeaderMap,
) -> Response {
    sim.with(|org, now| {
        let caller = match caller(org, &headers, now) {
            Ok(caller) => caller,
            Err(text) => return (StatusCode::FORBIDDEN, text).into_response(),
        };
        if org_id.parse() != Ok(org.id) {
            return (StatusCode::FORBIDDEN, "Wrong_Org").into_response();
        }
        if user.parse() != Ok(caller) {
            return (StatusCode::NOT_FOUND, "Bad_Id").into_response();
        }
        answer(StatusCode::OK, &identity_of(org, caller))
    })
}

fn caller(org: &Org, headers: &HeaderMap, now: i64) -> Result<Id, &'static str> {
    let token = bearer(headers).ok_or("Missing_OAuth_Token")?;
    let session = org.auth.session(&token, now).ok_or("Bad_OAuth_Token")?;
    Ok(session.user)
}

fn urls(org: &Org, user: Id) -> Json {
    let base = &org.config.base_url;
    obj! {
        "rest" => format!("{base}/services/data/v{{version}}/"),
        "sobjects" => format!("{base}/services/data/v{{version}}/sobjects/"),
        "search" => format!("{base}/services/data/v{{version}}/search/"),
        "query" => format!("{base}/services/data/v{{version}}/query/"),
        "recent" => format!("{base}/services/data/v{{version}}/recent/"),
        "profile" => format!("{base}/{user}"),
    }
}

fn offset(org: &Org, now: i64) -> i64 {
    let moment = Timestamp::from_millisecond(now).unwrap_or_default();
    i64::from(org.zone().to_offset(moment).seconds()) * 1000
}

fn describe(org: &Org, user: Id, now: i64) -> Json {
    let value = |field| org.data.value(user, field).to_json(false);
    obj! {
        "sub" => format!("{}/id/{}/{user}", org.config.base_url, org.id),
        "user_id" => user,
        "organization_id" => org.id,
        "preferred_username" => value("Username"),
        "nickname" => value("Alias"),
        "name" => value("Name"),
        "email" => value("Email"),
        "email_verified" => true,
        "given_name" => value("FirstName"),
        "family_name" => value("LastName"),
        "zoneinfo" => value("TimeZoneSidKey"),
        "urls" => urls(org, user),
        "active" => value("IsActive"),
        "user_type" => "STANDARD",
        "language" => "en_US",
        "locale" => "en_US",
        "utcOffset" => offset(org, now),
        "is_app_installed" => true,
    }
}

fn identity_of(org: &Org, user: Id) -> Json {
    let value = |field| org.data.value(user, field).to_json(false);
    obj! {
        "id" => format!("{}/id/{}/{user}", org.config.base_url, org.id),
        "asserted_user" => true,
        "user_id" => user,
        "organization_id" => org.id,
        "username" => value("Username"),
        "nick_name" => value("Alias"),
        "display_name" => value("Name"),
        "email" => value("Email"),
        "first_name" => value("FirstName"),
        "last_name" => value("LastName"),
        "timezone" => value("TimeZoneSidKey"),
        "active" => value("IsActive"),
        "user_type" => "STANDARD",
        "language" => "en_US",
        "locale" => "en_US",
        "urls" => urls(org, user),
    }
}

//! One message that is shown on the page after a redirect.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use crate::app::App;
use crate::config::Config;
use crate::web::http::cookie;
use crate::web::http::page;
use crate::web::http::request;
use crate::web::limits::FLASH_SECONDS;

const COOKIE: &str = "gh_flash";
/// A script of ours that follows a redirect unseen says so: the message then waits for
/// the page that is looked at.
const UNSEEN: &str = "x-unseen";

/// The message left by [`see_other_saying`]; taking it clears it.
pub struct Flash(pub Option<String>);

/// A redirect (303) to a page of our own, which then shows `message`.
pub fn see_other_saying(to: &str, message: &str) -> Response {
    let mut response = page::see_other(to);
    response.extensions_mut().insert(Left(message.to_owned()));
    response
}

/// A message that its response leaves for the next page.
#[derive(Clone)]
struct Left(String);

/// Writes down the message that the response leaves, and forgets one that was `shown`.
pub(super) fn keep(config: &Config, response: &mut Response, shown: bool) {
    let cookie = match response.extensions_mut().remove::<Left>() {
        Some(Left(message)) => {
            let value = URL_SAFE_NO_PAD.encode(message);
            cookie::set(config, COOKIE, &value, Some(FLASH_SECONDS))
        }
        None if shown => cookie::clear(config, COOKIE),
        None => return,
    };
    response.headers_mut().append(header::SET_COOKIE, cookie);
}

impl FromRequestParts<App> for Flash {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        if parts.headers.contains_key(UNSEEN) {
            return Ok(Self(None));
        }
        let Some(value) = cookie::read(&app.config, &parts.headers, COOKIE) else {
            return Ok(Self(None));
        };
        request::flash_was_shown();
        let message = URL_SAFE_NO_PAD
            .decode(value)
            .ok()
            .and_then(|bytes| String::from_utf8(bytes).ok());
        Ok(Self(message))
    }
}

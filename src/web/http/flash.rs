//! One message that is shown on the page after a redirect, and how to take back what it
//! is about.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use axum::response::Response;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::ids::{AccessRequestId, AccountId};

use crate::app::App;
use crate::config::Config;
use crate::web::http::cookie;
use crate::web::http::page;
use crate::web::http::request;
use crate::web::limits::FLASH_SECONDS;

const COOKIE: &str = "gh_flash";
/// Between the message and what takes it back; taken out of messages, which hold names
/// that visitors typed.
const SEPARATOR: char = '\u{1f}';
/// A script of ours that follows a redirect unseen says so: the message then waits for
/// the page that is looked at.
const UNSEEN: &str = "x-unseen";

/// The message left by [`see_other_saying`] or [`see_other_with_undo`]; taking it clears
/// it.
#[derive(Default)]
pub struct Flash {
    pub message: Option<String>,
    pub undo: Option<Undo>,
}

/// What can be taken back from the message about it. The cookie names it by its kind and
/// id: an address that someone slipped into the cookie would be posted to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Undo {
    /// A denied request waits again.
    Denial(AccessRequestId),
    /// An archived account is restored.
    Archiving(AccountId),
    /// A restored account is archived.
    Restoring(AccountId),
}

impl Undo {
    /// Where the button posts to.
    pub fn action(&self) -> String {
        match self {
            Self::Denial(id) => format!("/dashboard/requests/{id}/reopen"),
            Self::Archiving(id) => format!("/dashboard/accounts/{id}/restore"),
            Self::Restoring(id) => format!("/dashboard/accounts/{id}/archive"),
        }
    }

    fn key(self) -> String {
        match self {
            Self::Denial(id) => format!("denial {id}"),
            Self::Archiving(id) => format!("archiving {id}"),
            Self::Restoring(id) => format!("restoring {id}"),
        }
    }

    fn from_key(key: &str) -> Option<Self> {
        match key.split_once(' ')? {
            ("denial", id) => AccessRequestId::parse(id).map(Self::Denial),
            ("archiving", id) => AccountId::parse(id).map(Self::Archiving),
            ("restoring", id) => AccountId::parse(id).map(Self::Restoring),
            _ => None,
        }
    }
}

/// A redirect (303) to a page of our own, which then shows `message`.
pub fn see_other_saying(to: &str, message: &str) -> Response {
    leave(to, without_separator(message))
}

/// A redirect (303) to a page of the dashboard, which then shows `message` with a button
/// that takes back what was done.
pub fn see_other_with_undo(to: &str, message: &str, undo: Undo) -> Response {
    let message = without_separator(message);
    leave(to, format!("{message}{SEPARATOR}{}", undo.key()))
}

fn without_separator(message: &str) -> String {
    message.replace(SEPARATOR, " ")
}

fn leave(to: &str, text: String) -> Response {
    let mut response = page::see_other(to);
    response.extensions_mut().insert(Left(text));
    response
}

/// What its response leaves for the next page.
#[derive(Clone)]
struct Left(String);

/// Writes down the message that the response leaves, and forgets one that was `shown`.
pub(super) fn keep(config: &Config, response: &mut Response, shown: bool) {
    let cookie = match response.extensions_mut().remove::<Left>() {
        Some(Left(text)) => {
            let value = URL_SAFE_NO_PAD.encode(text);
            cookie::set(config, COOKIE, &value, Some(FLASH_SECONDS))
        }
        None if shown => cookie::clear(config, COOKIE),
        None => return,
    };
    response.headers_mut().append(header::SET_COOKIE, cookie);
}

/// What the cookie holds; nothing where it can't be read.
fn read(value: &str) -> Flash {
    let bytes = URL_SAFE_NO_PAD.decode(value).ok();
    let text = bytes.and_then(|bytes| String::from_utf8(bytes).ok());
    let Some(text) = text else {
        return Flash::default();
    };
    let (message, undo) = match text.split_once(SEPARATOR) {
        Some((message, key)) => (message.to_owned(), Undo::from_key(key)),
        None => (text, None),
    };
    Flash {
        message: Some(message),
        undo,
    }
}

impl FromRequestParts<App> for Flash {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Self::Rejection> {
        if parts.headers.contains_key(UNSEEN) {
            return Ok(Self::default());
        }
        let Some(value) = cookie::read(&app.config, &parts.headers, COOKIE) else {
            return Ok(Self::default());
        };
        request::flash_was_shown();
        Ok(read(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cookie(text: &str) -> Flash {
        read(&URL_SAFE_NO_PAD.encode(text))
    }

    #[test]
    fn an_undo_comes_back_as_it_was_left() {
        let id: AccessRequestId = "01900000-0000-7000-8000-000000000001".parse().unwrap();
        let undo = Undo::Denial(id);
        let flash = cookie(&format!("Denied.{SEPARATOR}{}", undo.key()));
        assert_eq!(flash.message.as_deref(), Some("Denied."));
        assert_eq!(flash.undo, Some(undo));
    }

    #[test]
    fn a_visitors_name_takes_nothing_back() {
        let name = format!("Eve{SEPARATOR}denial 01900000-0000-7000-8000-000000000001");
        let left = see_other_saying("/dashboard", &format!("{name} has access."));
        let text = &left.extensions().get::<Left>().unwrap().0;
        assert_eq!(cookie(text).undo, None);
    }

    #[test]
    fn a_cookie_names_no_address_to_post_to() {
        for slipped in ["denial ../logout", "/dashboard/profile", "denial", ""] {
            let flash = cookie(&format!("Denied.{SEPARATOR}{slipped}"));
            assert_eq!(flash.undo, None, "{slipped}");
            assert_eq!(flash.message.as_deref(), Some("Denied."));
        }
        assert_eq!(read("not base64!").message, None);
    }
}

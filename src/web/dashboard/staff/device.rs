//! Devices that have signed in with an address before: a cookie that only we can have
//! written. Whoever guesses passwords elsewhere can't keep them out.

use axum::http::{HeaderMap, HeaderValue};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use crypto::{Seal, token_hash};
use secrecy::{ExposeSecret as _, SecretString};

use crate::app::App;
use crate::web::http::cookie;
use crate::web::limits::DEVICE_SECONDS;

const COOKIE: &str = "gatehouse_device";
/// It belongs to a device, and to no organization.
fn seal() -> Seal {
    Seal::new("cookie.device", "", "")
}

/// The device, if it signed in with this address before.
pub(super) fn known(app: &App, headers: &HeaderMap, email: &str) -> Option<String> {
    let value = cookie::read(&app.config, headers, COOKIE)?;
    let sealed = BASE64_URL_SAFE_NO_PAD.decode(value).ok()?;
    let address = app.config.keyring.open(&seal(), &sealed).ok()?;
    (address.expose_secret() == plain(email)).then(|| token_hash(value))
}

/// The cookie for a device that has just signed in with this address.
pub(super) fn remember(app: &App, email: &str) -> HeaderValue {
    let address = SecretString::from(plain(email));
    let keys = &app.config.keyring;
    let sealed = keys.seal(&app.ambient.random, &seal(), &address);
    let value = BASE64_URL_SAFE_NO_PAD.encode(sealed);
    cookie::set(&app.config, COOKIE, &value, Some(DEVICE_SECONDS))
}

fn plain(email: &str) -> String {
    email.trim().to_lowercase()
}

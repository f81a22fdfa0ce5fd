//! Reading and writing cookies: `HttpOnly` and SameSite=Lax. Where people reach it by https,
//! they are Secure and their names begin with `__Host-`, so that no other host of the same
//! domain can set them (RFC 6265bis, 4.1.3.2).

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Config;

/// The cookie's value, if the browser sent it.
pub fn read<'a>(config: &Config, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    value_of(headers, &full_name(is_https(config), name))
}

/// Sets a cookie that lasts until the browser closes, or for `max_age` seconds.
/// The value must be of cookie characters; Base64 for addresses is.
pub fn set(config: &Config, name: &str, value: &str, max_age: Option<u32>) -> HeaderValue {
    let line = line(is_https(config), name, value, max_age);
    HeaderValue::from_str(&line).unwrap_or_else(|_| HeaderValue::from_static(""))
}

/// Makes the browser forget the cookie.
pub fn clear(config: &Config, name: &str) -> HeaderValue {
    set(config, name, "", Some(0))
}

fn is_https(config: &Config) -> bool {
    config.public_url.scheme() == "https"
}

fn full_name(is_https: bool, name: &str) -> Cow<'_, str> {
    if is_https {
        Cow::Owned(format!("__Host-{name}"))
    } else {
        Cow::Borrowed(name)
    }
}

fn value_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

fn line(is_https: bool, name: &str, value: &str, max_age: Option<u32>) -> String {
    let name = full_name(is_https, name);
    let secure = if is_https { "; Secure" } else { "" };
    let age = max_age.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=1; gh_staff=x=y"),
        );
        headers.append(header::COOKIE, HeaderValue::from_static("b=2"));
        assert_eq!(value_of(&headers, "gh_staff"), Some("x=y"));
        assert_eq!(value_of(&headers, "b"), Some("2"));
        assert_eq!(value_of(&headers, "staff"), None);
    }

    #[test]
    fn with_https_a_cookie_is_secure_and_the_hosts_own() {
        assert_eq!(
            line(true, "gh_staff", "x", Some(60)),
            "__Host-gh_staff=x; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=60"
        );
        assert_eq!(
            line(false, "gh_staff", "x", None),
            "gh_staff=x; Path=/; HttpOnly; SameSite=Lax"
        );
    }
}

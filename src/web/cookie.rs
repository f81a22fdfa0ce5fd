//! Reading and writing cookies: always HttpOnly and SameSite=Lax; Secure where
//! people reach it by https.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::config::Config;

/// The cookie's value, if the browser sent it.
pub fn read<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers
        .get_all(header::COOKIE)
        .into_iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, value)| (key == name).then_some(value))
}

/// Sets a cookie that lasts until the browser closes, or for `max_age` seconds.
/// The value must be of cookie characters; Base64 for addresses is.
pub fn set(config: &Config, name: &str, value: &str, max_age: Option<u32>) -> HeaderValue {
    set_below(config, "/", name, value, max_age)
}

/// The same, sent with pages at `path` and below only.
pub fn set_below(
    config: &Config,
    path: &str,
    name: &str,
    value: &str,
    max_age: Option<u32>,
) -> HeaderValue {
    let secure = match config.public_url.scheme() {
        "https" => "; Secure",
        _ => "",
    };
    let age = max_age.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
    header_value(&format!(
        "{name}={value}; Path={path}; HttpOnly; SameSite=Lax{secure}{age}"
    ))
}

/// Makes the browser forget the cookie.
pub fn clear(name: &str) -> HeaderValue {
    header_value(&format!(
        "{name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
    ))
}

fn header_value(text: &str) -> HeaderValue {
    HeaderValue::from_str(text).unwrap_or_else(|_| HeaderValue::from_static(""))
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
        assert_eq!(read(&headers, "gh_staff"), Some("x=y"));
        assert_eq!(read(&headers, "b"), Some("2"));
        assert_eq!(read(&headers, "staff"), None);
    }
}

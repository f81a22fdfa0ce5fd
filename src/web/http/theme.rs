//! In which colours someone of the staff likes the dashboard: a cookie, because it belongs
//! to a screen and not to a person.

use axum::http::{HeaderMap, HeaderValue};

use crate::config::Config;
use crate::web::http::cookie;
use crate::web::limits::THEME_COOKIE;

const COOKIE: &str = "gh_theme";

/// Light or dark.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Theme {
    /// As the person's system has it.
    #[default]
    System,
    Light,
    Dark,
}

impl Theme {
    pub const ALL: [Self; 3] = [Self::System, Self::Light, Self::Dark];

    /// Its name in the cookie, in forms and in style sheets.
    pub const fn key(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    pub const fn title(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// What has that name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|theme| theme.key() == key)
    }

    /// What the browser was told before.
    pub fn read(config: &Config, headers: &HeaderMap) -> Self {
        cookie::read(config, headers, COOKIE)
            .and_then(Self::from_key)
            .unwrap_or_default()
    }

    /// What tells the browser.
    pub fn cookie(self, config: &Config) -> HeaderValue {
        match self {
            Self::System => cookie::clear(config, COOKIE),
            chosen => cookie::set(config, COOKIE, chosen.key(), Some(THEME_COOKIE)),
        }
    }
}

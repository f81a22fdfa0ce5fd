//! Reading single settings, and collecting what is wrong with them.

use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use crypto::Keyring;
use ipnet::IpNet;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{ConfigError, ProcessRole, SalesforceConfig};

const KNOWN: [&str; 25] = [
    "role",
    "listen",
    "log_format",
    "public_url",
    "data_dir",
    "database_url",
    "secret_key",
    "salesforce_client_id",
    "salesforce_client_secret",
    "salesforce_production_url",
    "salesforce_sandbox_url",
    "allow_loopback_salesforce",
    "salesforce_quiet_seconds",
    "docusign_demo_url",
    "docusign_production_url",
    "allow_loopback_docusign",
    "smtp_url",
    "mail_from",
    "files_url",
    "fonts",
    "shutdown_seconds",
    "trusted_proxies",
    "dns_server",
    "organization_quota_gb",
    "account_quota_mb",
];

/// The sources, and the mistakes found in them so far.
pub(super) struct Settings<E> {
    env: E,
    file: BTreeMap<String, String>,
    mistakes: Vec<String>,
}

impl<E: Fn(&str) -> Option<String>> Settings<E> {
    pub(super) fn new(env: E, file: &str) -> Self {
        let mut mistakes = Vec::new();
        let table = file.parse::<toml::Table>().unwrap_or_else(|error| {
            mistakes.push(format!(
                "the configuration file is not TOML: {}",
                error.message()
            ));
            toml::Table::new()
        });
        let mut values = BTreeMap::new();
        for (key, value) in table {
            let base = key.strip_suffix("_file").unwrap_or(&key);
            if !KNOWN.contains(&base) && !KNOWN.contains(&key.as_str()) {
                mistakes.push(format!(
                    "`{key}` in the configuration file is not a setting; the settings are {}",
                    KNOWN.join(", ")
                ));
            }
            let text = match value {
                toml::Value::String(text) => text,
                other => other.to_string(),
            };
            values.insert(key, text);
        }
        Self {
            env,
            file: values,
            mistakes,
        }
    }

    /// The variable's name, for messages.
    fn variable(key: &str) -> String {
        format!("GATEHOUSE_{}", key.to_ascii_uppercase())
    }

    fn raw(&self, key: &str) -> Option<String> {
        (self.env)(&Self::variable(key))
            .or_else(|| self.file.get(key).cloned())
            .map(|text| text.trim().to_owned())
            .filter(|text| !text.is_empty())
    }

    /// The setting, or the content of the file that `…_FILE` names.
    pub(super) fn text(&mut self, key: &str) -> Option<String> {
        if let Some(text) = self.raw(key) {
            return Some(text);
        }
        let path = self.raw(&format!("{key}_file"))?;
        match std::fs::read_to_string(&path) {
            Ok(text) => Some(text.trim().to_owned()),
            Err(error) => {
                self.mistakes.push(format!(
                    "{}_FILE names {path}, which can't be read: {error}",
                    Self::variable(key)
                ));
                None
            }
        }
    }

    pub(super) fn wrong(&mut self, key: &str, should_be: &str) {
        self.mistakes
            .push(format!("{} should be {should_be}", Self::variable(key)));
    }

    pub(super) fn parse<T: std::str::FromStr>(
        &mut self,
        key: &str,
        default: &str,
        should_be: &str,
    ) -> Option<T> {
        let text = self.text(key).unwrap_or_else(|| default.to_owned());
        let value = text.parse().ok();
        if value.is_none() {
            self.wrong(key, &format!("{should_be}, not `{text}`"));
        }
        value
    }

    /// A folder that exists.
    pub(super) fn folder(&mut self, key: &str) -> Option<PathBuf> {
        let folder = self.text(key).map(PathBuf::from)?;
        if !folder.is_dir() {
            self.wrong(key, &format!("a folder, not `{}`", folder.display()));
        }
        Some(folder)
    }

    /// A number that is large enough for any quota, and no larger.
    pub(super) fn whole(&mut self, key: &str, default: u32) -> u64 {
        let value = self.parse(key, &default.to_string(), "a whole number");
        u64::from(value.unwrap_or(default))
    }

    pub(super) fn seconds(&mut self, key: &str, default: u64) -> Duration {
        let value = self.parse(key, &default.to_string(), "a whole number of seconds");
        Duration::from_secs(value.unwrap_or(default))
    }

    /// Networks or single addresses, separated by commas or spaces.
    pub(super) fn networks(&mut self, key: &str) -> Vec<IpNet> {
        let text = self.text(key).unwrap_or_default();
        let mut networks = Vec::new();
        for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
            let address = || word.parse::<IpAddr>().map(IpNet::from);
            match word.parse::<IpNet>().or_else(|_| address()) {
                Ok(network) => networks.push(network.trunc()),
                Err(_) => self.wrong(
                    key,
                    &format!("networks such as 10.0.0.0/8 or 2001:db8::/32, not `{word}`"),
                ),
            }
        }
        networks
    }

    pub(super) fn socket_address(&mut self, key: &str) -> Option<SocketAddr> {
        let text = self.text(key)?;
        let address = text.parse().ok();
        if address.is_none() {
            let example = "an address with a port, such as 10.0.0.2:53";
            self.wrong(key, &format!("{example}, not `{text}`"));
        }
        address
    }

    pub(super) fn optional_url(&mut self, key: &str) -> Option<Url> {
        let text = self.text(key)?;
        let url = Url::parse(&text).ok().filter(Url::has_host);
        if url.is_none() {
            self.wrong(
                key,
                &format!("an address such as https://trust.example.com, not `{text}`"),
            );
        }
        url
    }

    pub(super) fn url(&mut self, key: &str, default: Option<&str>) -> Url {
        let fallback = default.unwrap_or("http://127.0.0.1:8080");
        let url = self.optional_url(key).or_else(|| Url::parse(fallback).ok());
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https"));
        url.unwrap_or_else(|| {
            self.wrong(key, "an http or https address");
            Url::parse("http://127.0.0.1:8080").unwrap_or_else(|_| unreachable!("a constant"))
        })
    }

    pub(super) fn database_url(&mut self, data_dir: &std::path::Path) -> SecretString {
        let default = format!("sqlite://{}", data_dir.join("gatehouse.db").display());
        let url = self.text("database_url").unwrap_or(default);
        if !["sqlite://", "postgres://", "postgresql://"]
            .iter()
            .any(|scheme| url.starts_with(scheme))
        {
            self.wrong(
                "database_url",
                "sqlite://PATH or postgres://USER:PASSWORD@HOST/DATABASE",
            );
        }
        SecretString::from(url)
    }

    pub(super) fn role(&mut self, database_url: &SecretString) -> ProcessRole {
        let role = self.parse("role", "all", "web, sync or all");
        let role = role.unwrap_or(ProcessRole::All);
        if role != ProcessRole::All && database_url.expose_secret().starts_with("sqlite:") {
            self.wrong(
                "role",
                "all with the embedded database, which one process has to itself; \
                 web and sync need PostgreSQL (GATEHOUSE_DATABASE_URL)",
            );
        }
        role
    }

    pub(super) fn keyring(&mut self) -> Option<Keyring> {
        let Some(key) = self.text("secret_key") else {
            self.wrong(
                "secret_key",
                "set: 32 random bytes in Base64, for example from `openssl rand -base64 32`",
            );
            return None;
        };
        Keyring::parse(&SecretString::from(key))
            .map_err(|error| self.wrong("secret_key", &format!("usable: {error}")))
            .ok()
    }

    /// Stands in only until `finish` reports that there is no key.
    pub(super) fn placeholder_keyring(&self) -> Keyring {
        let zeros = SecretString::from("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
        Keyring::parse(&zeros).unwrap_or_else(|_| unreachable!("32 bytes"))
    }

    pub(super) fn salesforce(&mut self) -> SalesforceConfig {
        let allow_loopback = self.switch("allow_loopback_salesforce");
        let client_id = self.text("salesforce_client_id");
        let client_secret = self
            .text("salesforce_client_secret")
            .map(SecretString::from);
        if client_id.is_none() && client_secret.is_some() {
            self.wrong(
                "salesforce_client_id",
                "set, because GATEHOUSE_SALESFORCE_CLIENT_SECRET is",
            );
        }
        SalesforceConfig {
            client_id,
            client_secret,
            production_url: self.salesforce_host(
                "salesforce_production_url",
                "https://login.salesforce.com",
                allow_loopback,
            ),
            sandbox_url: self.salesforce_host(
                "salesforce_sandbox_url",
                "https://test.salesforce.com",
                allow_loopback,
            ),
            allow_loopback,
            quiet_period: self.seconds("salesforce_quiet_seconds", 600),
        }
    }

    /// `1` or `0`.
    pub(super) fn switch(&mut self, key: &str) -> bool {
        match self.text(key).as_deref() {
            None | Some("0" | "false" | "no") => false,
            Some("1" | "true" | "yes") => true,
            Some(other) => {
                let other = format!("1 or 0, not `{other}`");
                self.wrong(key, &other);
                false
            }
        }
    }

    fn salesforce_host(&mut self, key: &str, default: &str, allow_loopback: bool) -> Url {
        let url = self.url(key, Some(default));
        let host = url.host_str().unwrap_or_default();
        let loopback = matches!(host, "localhost" | "127.0.0.1" | "[::1]");
        let genuine = url.scheme() == "https"
            && (host == "salesforce.com" || host.ends_with(".salesforce.com"));
        if !genuine && !loopback {
            self.wrong(key, "an https address of salesforce.com, or loopback with GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE=1");
        } else if loopback && !allow_loopback {
            self.wrong(key, "an address of salesforce.com: loopback needs GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE=1");
        }
        url
    }

    pub(super) fn smtp_url(&mut self) -> Option<SecretString> {
        let url = self.text("smtp_url")?;
        if !url.starts_with("smtp://") && !url.starts_with("smtps://") {
            self.wrong(
                "smtp_url",
                "smtp://HOST:PORT or smtps://USER:PASSWORD@HOST:PORT",
            );
        }
        Some(SecretString::from(url))
    }

    pub(super) fn finish(self) -> Result<(), ConfigError> {
        if self.mistakes.is_empty() {
            Ok(())
        } else {
            Err(ConfigError(self.mistakes))
        }
    }
}

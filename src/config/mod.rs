//! One validated configuration, from the environment and a TOML file.
//!
//! Every setting is `GATEHOUSE_X` in the environment or `x` in the file; the
//! environment wins. Secrets may instead be named by `GATEHOUSE_X_FILE`.

mod docusign;
mod process;
mod settings;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use crypto::Keyring;
use ipnet::IpNet;
use pdf::Fonts;
use secrecy::SecretString;
use url::Url;

pub use docusign::DocusignConfig;
pub use process::{Listen, LogFormat, ProcessRole};
use settings::Settings;

/// Everything that the program is told from outside.
#[derive(Clone, Debug)]
pub struct Config {
    /// What this process does.
    pub role: ProcessRole,
    /// Where to listen.
    pub listen: Listen,
    pub log_format: LogFormat,
    /// The address by which people reach it, without a trailing slash.
    pub public_url: Url,
    /// Where the embedded database and the files are.
    pub data_dir: PathBuf,
    /// `sqlite://path` or `postgres://…`.
    pub database_url: SecretString,
    pub keyring: Keyring,
    pub salesforce: SalesforceConfig,
    pub docusign: DocusignConfig,
    /// Where mail is handed over; `None` means that email waits in the outbox.
    pub smtp_url: Option<SecretString>,
    /// The sender's address of all mail.
    pub mail_from: String,
    /// `s3://bucket/prefix`; `None` keeps files below `data_dir`.
    pub files_url: Option<Url>,
    /// What PDFs are drawn with.
    pub fonts: Fonts,
    /// Whose `Forwarded` and `X-Forwarded-For` headers are believed.
    pub trusted_proxies: Vec<IpNet>,
    /// Asked for the proof of custom domains; `None` for the machine's name servers.
    pub dns_server: Option<SocketAddr>,
    /// This program's file: uploaded files are opened in a child process.
    pub inspector: PathBuf,
    pub storage_quota: StorageQuota,
    /// How long SIGTERM waits for work under way.
    pub shutdown_limit: Duration,
}

/// How many bytes of files may be stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StorageQuota {
    /// By an organization, in all.
    pub organization: u64,
    /// By one of its accounts.
    pub account: u64,
}

#[derive(Clone, Debug)]
pub struct SalesforceConfig {
    /// Consumer key and secret of the app that the operator registered.
    pub client_id: Option<String>,
    pub client_secret: Option<SecretString>,
    pub production_url: Url,
    pub sandbox_url: Url,
    /// Lets Salesforce be a plain-http server on this machine: for the local org.
    pub allow_loopback: bool,
    /// How long after an unanswered write it may still commit at Salesforce.
    pub quiet_period: Duration,
}

/// A setting that is missing or wrong, and what it should be.
#[derive(Debug, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigError(pub Vec<String>);

impl Config {
    /// Reads the process's environment, and the file that `GATEHOUSE_CONFIG` or
    /// the command line names. A role on the command line wins over both.
    pub fn load(file: Option<PathBuf>, role: Option<ProcessRole>) -> Result<Self, ConfigError> {
        let file = file.or_else(|| std::env::var_os("GATEHOUSE_CONFIG").map(PathBuf::from));
        let text = match &file {
            Some(path) => std::fs::read_to_string(path).map_err(|error| {
                ConfigError(vec![format!("{} can't be read: {error}", path.display())])
            })?,
            None => String::new(),
        };
        let role = role.map(|role| role.key().to_owned());
        let env = |name: &str| match name {
            "GATEHOUSE_ROLE" if role.is_some() => role.clone(),
            name => std::env::var(name).ok(),
        };
        Self::from_sources(env, &text)
    }

    /// The same from given sources; all mistakes are reported together.
    pub fn from_sources(
        env: impl Fn(&str) -> Option<String>,
        file: &str,
    ) -> Result<Self, ConfigError> {
        let mut s = Settings::new(env, file);
        let listen = s.parse(
            "listen",
            "127.0.0.1:8080",
            "an address and port such as 127.0.0.1:8080, or inherit",
        );
        let log_format = s.parse("log_format", "text", "text or json");
        let public_url = s.url("public_url", Some("http://127.0.0.1:8080"));
        let data_dir = PathBuf::from(s.text("data_dir").unwrap_or_else(|| "data".to_owned()));
        let database_url = s.database_url(&data_dir);
        let role = s.role(&database_url);
        let keyring = s.keyring();
        let salesforce = s.salesforce();
        let docusign = DocusignConfig::read(&mut s);
        let smtp_url = s.smtp_url();
        let config = Self {
            role,
            listen: listen.unwrap_or(Listen::Inherited),
            log_format: log_format.unwrap_or(LogFormat::Text),
            public_url,
            data_dir,
            database_url,
            keyring: keyring.unwrap_or_else(|| s.placeholder_keyring()),
            salesforce,
            docusign,
            smtp_url,
            mail_from: s
                .text("mail_from")
                .unwrap_or_else(|| "Gatehouse <no-reply@localhost>".to_owned()),
            files_url: s.optional_url("files_url"),
            fonts: Fonts::new(s.folder("fonts")),
            trusted_proxies: s.networks("trusted_proxies"),
            dns_server: s.socket_address("dns_server"),
            inspector: this_program(),
            storage_quota: StorageQuota {
                organization: s.whole("organization_quota_gb", 50) << 30,
                account: s.whole("account_quota_mb", 2048) << 20,
            },
            shutdown_limit: s.seconds("shutdown_seconds", 25),
        };
        s.finish().map(|()| config)
    }
}

/// On Linux by the name that still means this program when its file was replaced.
fn this_program() -> PathBuf {
    if cfg!(target_os = "linux") {
        return PathBuf::from("/proc/self/exe");
    }
    std::env::current_exe().unwrap_or_else(|_| PathBuf::from("gatehouse"))
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;

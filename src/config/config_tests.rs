use std::collections::BTreeMap;

use super::*;

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";

fn load(env: &[(&str, &str)], file: &str) -> Result<Config, ConfigError> {
    let env: BTreeMap<String, String> = env
        .iter()
        .map(|(k, v)| ((*k).to_owned(), (*v).to_owned()))
        .collect();
    Config::from_sources(|name| env.get(name).cloned(), file)
}

#[test]
fn a_secret_key_is_enough() {
    let config = load(&[("GATEHOUSE_SECRET_KEY", KEY)], "").unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:8080");
    assert_eq!(
        config.salesforce.sandbox_url.as_str(),
        "https://test.salesforce.com/"
    );
}

#[test]
fn the_environment_wins_over_the_file() {
    let file = format!("secret_key = \"{KEY}\"\nlisten = \"127.0.0.1:1\"");
    let config = load(&[("GATEHOUSE_LISTEN", "127.0.0.1:2")], &file).unwrap();
    assert_eq!(config.listen.to_string(), "127.0.0.1:2");
}

#[test]
fn the_embedded_database_has_one_process() {
    let postgres = ("GATEHOUSE_DATABASE_URL", "postgres://localhost/gatehouse");
    let web = ("GATEHOUSE_ROLE", "web");
    let config = load(&[("GATEHOUSE_SECRET_KEY", KEY), postgres, web], "").unwrap();
    assert_eq!(config.role, ProcessRole::Web);
    let error = load(&[("GATEHOUSE_SECRET_KEY", KEY), web], "").unwrap_err();
    let should_be = "GATEHOUSE_ROLE should be all with the embedded database";
    assert!(error.to_string().contains(should_be), "{error}");
}

#[test]
fn every_mistake_is_named_with_what_it_should_be() {
    let error = load(
        &[
            ("GATEHOUSE_LISTEN", "here"),
            ("GATEHOUSE_ROLE", "worker"),
            ("GATEHOUSE_DATABASE_URL", "mysql://x"),
            ("GATEHOUSE_SALESFORCE_SANDBOX_URL", "http://127.0.0.1:7002"),
            ("GATEHOUSE_SMTP_URL", "mail.example.com"),
            ("GATEHOUSE_FONTS", "/no/such/folder"),
        ],
        "colour = 1",
    )
    .unwrap_err()
    .to_string();
    for part in [
        "GATEHOUSE_LISTEN should be an address",
        "GATEHOUSE_ROLE should be web, sync or all, not `worker`",
        "GATEHOUSE_DATABASE_URL should be sqlite://",
        "GATEHOUSE_SECRET_KEY should be set",
        "GATEHOUSE_SALESFORCE_SANDBOX_URL should be",
        "GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE=1",
        "GATEHOUSE_SMTP_URL should be smtp://",
        "GATEHOUSE_FONTS should be a folder, not `/no/such/folder`",
        "`colour` in the configuration file",
    ] {
        assert!(error.contains(part), "{part}\n{error}");
    }
}

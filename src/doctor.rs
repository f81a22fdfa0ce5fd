//! `gatehouse doctor`: does everything that the configuration names work?

use std::time::Duration;

use anyhow::bail;
use clock::Ambient;
use store::{DatabaseTls, MIGRATIONS};

use crate::app;
use crate::config::Config;
use crate::files::Files;
use crate::use_cases::keys;

/// Percent of the disk.
const DISK_WARNING: u64 = 90;

type Finding = Result<String, String>;

/// Checks each part and prints a line for it.
///
/// # Errors
/// If anything has to be mended.
pub async fn examine(config: &Config) -> anyhow::Result<()> {
    let findings = [
        ("database", database(config).await),
        ("database connection", tls(config).await),
        ("secret key", secret_key(config).await),
        ("files", files(config).await),
        ("mail", mail(config)),
        ("fonts", Ok(fonts(config))),
        ("salesforce", salesforce(config)),
        (
            "salesforce production",
            reach(config.salesforce.production_url.as_str()).await,
        ),
        (
            "salesforce sandbox",
            reach(config.salesforce.sandbox_url.as_str()).await,
        ),
    ];
    println!("ok    configuration: every setting is valid");
    let mut broken = 0;
    for (part, finding) in &findings {
        match finding {
            Ok(text) => println!("ok    {part}: {text}"),
            Err(text) => {
                broken += 1;
                println!("FAIL  {part}: {text}");
            }
        }
    }
    if broken > 0 {
        bail!("{broken} of {} checks failed", findings.len() + 1);
    }
    Ok(())
}

async fn database(config: &Config) -> Finding {
    let db = app::open_database(config)
        .await
        .map_err(|error| format!("{error:#}"))?;
    let steps = db
        .pending_migrations()
        .await
        .map_err(|error| error.to_string())?;
    match steps.as_slice() {
        [] => Ok(format!(
            "reachable, with all {} schema steps",
            MIGRATIONS.len()
        )),
        steps => Err(format!(
            "lacks {}: run `gatehouse migrate`",
            steps.join(", ")
        )),
    }
}

/// Whether others could read what goes to the database, or answer in its place.
async fn tls(config: &Config) -> Finding {
    let found = async {
        let db = app::open_database(config).await?;
        anyhow::Ok(db.tls().await?)
    };
    match found.await.map_err(|error| format!("{error:#}"))? {
        None => Ok("a file of this machine".to_owned()),
        Some(DatabaseTls::Local) => Ok("stays on this machine".to_owned()),
        Some(DatabaseTls::Verified) => Ok("encrypted, and the server is verified".to_owned()),
        Some(DatabaseTls::Unverified) => Err(
            "encrypted, but anyone on the way could answer as the server: add \
             sslmode=verify-full to GATEHOUSE_DATABASE_URL (and sslrootcert=FILE where its \
             certificate is of an authority of your own)"
                .to_owned(),
        ),
        Some(DatabaseTls::Plain) => Err(
            "not encrypted: let the server offer TLS, and add sslmode=verify-full to \
             GATEHOUSE_DATABASE_URL"
                .to_owned(),
        ),
    }
}

/// Whether what the database has sealed can be opened.
async fn secret_key(config: &Config) -> Finding {
    let examined = async {
        let db = app::open_database(config).await?;
        anyhow::Ok(keys::examine(&db, &Ambient::system().random, &config.keyring).await?)
    };
    let found = examined.await.map_err(|error| format!("{error:#}"))?;
    if found.count() == 0 {
        return Ok("nothing is sealed with it yet".to_owned());
    }
    if found.unreadable.len() == found.count() {
        return Err(
            "GATEHOUSE_SECRET_KEY isn't the key of this database: give the one it was \
             first started with, or every connection has to be logged in to again"
                .to_owned(),
        );
    }
    if !found.unreadable.is_empty() {
        return Err(format!(
            "GATEHOUSE_SECRET_KEY opens {} of the {} secrets of this database: give the key that \
             sealed the others as well, after a comma, or enter them anew (a connection is \
             logged in to again)",
            found.count() - found.unreadable.len(),
            found.count()
        ));
    }
    if found.older > 0 {
        return Ok(format!(
            "opens everything; {} of {} secrets are sealed with an older key or in an older form: \
             `gatehouse keys rotate` seals them again",
            found.older,
            found.count()
        ));
    }
    Ok("opens everything that the database has sealed".to_owned())
}

async fn files(config: &Config) -> Finding {
    let files = Files::open(config).map_err(|error| error.to_string())?;
    let written = files.check_writable().await;
    written.map_err(|error| error.to_string())?;
    let used = files.disk_used().map_err(|error| error.to_string())?;
    if used >= DISK_WARNING {
        return Err(format!(
            "the disk is {used} % full: make room, or move the data"
        ));
    }
    Ok(match &config.files_url {
        Some(url) => url.to_string(),
        None => config.data_dir.join("files").display().to_string(),
    })
}

fn mail(config: &Config) -> Finding {
    match &config.smtp_url {
        Some(_) => Ok(format!("sent by SMTP as {}", config.mail_from)),
        None => Err("GATEHOUSE_SMTP_URL is not set, so that email waits in the outbox".to_owned()),
    }
}

/// Which names can be drawn; the others are written as code points, which is no fault.
fn fonts(config: &Config) -> String {
    let lacking = config.fonts.lacking();
    let mut scripts = Vec::new();
    let mut packages: Vec<&str> = Vec::new();
    for (script, package) in lacking {
        scripts.push(script);
        packages.push(package);
    }
    packages.sort_unstable();
    packages.dedup();
    if scripts.is_empty() {
        return "PDFs can have names in every script that was looked for".to_owned();
    }
    format!(
        "in PDFs, names in {} are written as code points: to have them drawn, install {} (so \
         Debian calls them), or name a folder with fonts in GATEHOUSE_FONTS",
        scripts.join(", "),
        packages.join(" and ")
    )
}

fn salesforce(config: &Config) -> Finding {
    match &config.salesforce.client_id {
        Some(_) => Ok("an app is registered".to_owned()),
        None => {
            Err("GATEHOUSE_SALESFORCE_CLIENT_ID is not set, so that nobody can connect".to_owned())
        }
    }
}

/// Whether the login host answers at all; its answer doesn't matter.
async fn reach(url: &str) -> Finding {
    let client = reqwest::Client::builder()
        .timeout(Duration::from_secs(10))
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .map_err(|error| error.to_string())?;
    let answer = client.get(url).send().await;
    let answer = answer.map_err(|error| format!("{url} can't be reached: {error}"))?;
    Ok(format!("{url} answers ({})", answer.status()))
}

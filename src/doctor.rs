//! `gatehouse doctor`: does everything that the configuration names work?

use std::time::Duration;

use anyhow::bail;

use crate::app;
use crate::config::Config;
use crate::crypto::Seal;
use crate::files::Files;
use crate::store::{self, MIGRATIONS};

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

/// Whether what the database has sealed can be opened.
async fn secret_key(config: &Config) -> Finding {
    let sealed = async {
        let db = app::open_database(config).await?;
        let mut tx = db.read().await?;
        anyhow::Ok(store::connection_tokens::any_sealed_across_tenants(&mut tx).await?)
    };
    let Some((org, sealed)) = sealed.await.map_err(|error| format!("{error:#}"))? else {
        return Ok("nothing is sealed with it yet".to_owned());
    };
    let seal = Seal {
        organization: &org.to_string(),
        column: "connection.access_token",
    };
    match config.keyring.open(seal, &sealed) {
        Ok(_) => Ok("opens what the database has sealed".to_owned()),
        Err(_) => Err(
            "GATEHOUSE_SECRET_KEY isn't the key of this database: give the one it was \
             first started with, or every connection has to be logged in to again"
                .to_owned(),
        ),
    }
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
        None => Err("GATEHOUSE_SMTP_URL is not set, so that mail waits in the outbox".to_owned()),
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

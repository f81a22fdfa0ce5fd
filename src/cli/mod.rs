//! The command line.

mod keys;
mod user;

use std::os::fd::AsFd as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use clap::{Parser, Subcommand};
use clock::Ambient;
use domain::organizations::{Plan, Slug};
use store::Db;
use tokio::net::TcpListener;

use crate::config::{Config, Listen, ProcessRole};
use crate::use_cases::deliveries::restore;
use crate::use_cases::organizations;
use crate::{app, doctor, serve, telemetry};

/// A trust center whose visitors' activity appears in Salesforce.
#[derive(Parser)]
#[command(version)]
pub struct Arguments {
    /// A TOML file with settings; the environment wins over it.
    #[arg(long, global = true, env = "GATEHOUSE_CONFIG")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Bring the database up to date and answer requests until SIGTERM.
    Serve {
        /// web answers requests only, sync does the rest, all both; replicas on one
        /// PostgreSQL may be split so. `GATEHOUSE_ROLE` says the same.
        #[arg(long)]
        role: Option<ProcessRole>,
    },
    /// Bring the database up to date and stop.
    Migrate,
    /// Organizations (tenants).
    #[command(subcommand)]
    Org(OrgCommand),
    /// People who work in the dashboard.
    #[command(subcommand)]
    User(user::UserCommand),
    /// The keys that seal what is secret in the database.
    #[command(subcommand)]
    Keys(keys::KeysCommand),
    /// Write a consistent copy of the embedded database to a new file, while it is in use.
    Backup { file: PathBuf },
    /// After restoring a copy of the database: ask Salesforce about every open delivery
    /// before anything is sent.
    MarkRestored {
        /// Only deliveries of activities since then, such as 2026-11-28T17:00:00Z.
        #[arg(long)]
        since: Option<jiff::Timestamp>,
    },
    /// Check the configuration and everything that it names.
    Doctor,
}

#[derive(Subcommand)]
enum OrgCommand {
    /// Add an organization.
    Create {
        /// Its part of the address: lower-case letters, digits and hyphens.
        slug: Slug,
        /// The company's name.
        #[arg(long)]
        name: String,
        /// free, pro or enterprise; Salesforce comes with enterprise.
        #[arg(long, default_value = "free")]
        plan: Plan,
    },
    /// Change an organization's plan.
    SetPlan {
        slug: Slug,
        /// free, pro or enterprise
        plan: Plan,
    },
    /// Show all organizations.
    List,
}

/// Runs one command. The configuration is checked before anything starts.
pub async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let role = match &arguments.command {
        Command::Serve { role } => *role,
        _ => None,
    };
    let config = Config::load(arguments.config, role)?;
    telemetry::init(config.log_format);
    match arguments.command {
        Command::Serve { .. } => serve_until_stopped(config).await,
        Command::Migrate => migrate(&config).await,
        Command::Org(command) => org(&config, command).await,
        Command::User(command) => user::run(&config, command).await,
        Command::Keys(command) => keys::run(&config, command).await,
        Command::Backup { file } => backup(&config, &file).await,
        Command::MarkRestored { since } => mark_restored(&config, since).await,
        Command::Doctor => doctor::examine(&config).await,
    }
}

async fn serve_until_stopped(config: Config) -> anyhow::Result<()> {
    let listener = listener(config.listen)
        .await
        .with_context(|| format!("can't listen on {} (GATEHOUSE_LISTEN)", config.listen))?;
    let app = app::start(config, Ambient::system()).await?;
    serve::until_stopped(app, listener).await
}

async fn listener(listen: Listen) -> std::io::Result<TcpListener> {
    match listen {
        Listen::Address(address) => TcpListener::bind(address).await,
        Listen::Inherited => {
            let socket = std::io::stdin().as_fd().try_clone_to_owned()?;
            let socket = std::net::TcpListener::from(socket);
            socket.set_nonblocking(true)?;
            TcpListener::from_std(socket)
        }
    }
}

/// The database, brought up to date.
async fn database(config: &Config) -> anyhow::Result<Db> {
    let db = app::open_database(config).await?;
    db.migrate()
        .await
        .context("the database can't be brought up to date")?;
    Ok(db)
}

async fn migrate(config: &Config) -> anyhow::Result<()> {
    let db = app::open_database(config).await?;
    let applied = db
        .migrate()
        .await
        .context("the database can't be brought up to date")?;
    match applied.as_slice() {
        [] => println!("The database is up to date."),
        steps => println!("Applied {}.", steps.join(", ")),
    }
    Ok(())
}

async fn org(config: &Config, command: OrgCommand) -> anyhow::Result<()> {
    let db = database(config).await?;
    let ambient = Ambient::system();
    match command {
        OrgCommand::Create { slug, name, plan } => {
            let mut tx = db.begin().await?;
            let org = organizations::create(&mut tx, &ambient, slug, &name, plan).await?;
            tx.commit().await?;
            println!(
                "Created {} ({}): {}trust/{}",
                org.name,
                org.plan.title(),
                config.public_url,
                org.slug
            );
        }
        OrgCommand::SetPlan { slug, plan } => {
            let mut tx = db.begin().await?;
            let org = organizations::set_plan(&mut tx, &ambient, &slug, plan).await?;
            tx.commit().await?;
            println!("{} is on the {} plan now.", org.name, org.plan.title());
        }
        OrgCommand::List => {
            let mut tx = db.read().await?;
            for org in store::organizations::list_across_tenants(&mut tx).await? {
                println!("{}\t{}\t{}", org.slug, org.plan.key(), org.name);
            }
        }
    }
    Ok(())
}

/// The copy is readable by its owner only: it holds what visitors told.
async fn backup(config: &Config, file: &Path) -> anyhow::Result<()> {
    let db = app::open_database(config).await?;
    let made = std::fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(file)
        .with_context(|| format!("{} can't be made", file.display()))?;
    if let Err(error) = db.copy_into(file).await {
        drop(std::fs::remove_file(file));
        return Err(error).context("no copy was made");
    }
    made.sync_all()?;
    println!("Copied the database to {}.", file.display());
    Ok(())
}

async fn mark_restored(config: &Config, since: Option<jiff::Timestamp>) -> anyhow::Result<()> {
    let db = database(config).await?;
    let mut tx = db.begin().await?;
    let count = restore::mark(&mut tx, &Ambient::system(), since, restore::TOLD).await?;
    tx.commit().await?;
    println!("Open deliveries that Salesforce is asked about before anything is sent: {count}.");
    Ok(())
}

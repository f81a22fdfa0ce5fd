//! `salesforce_sim serve`: a production org and a sandbox on this machine.

use std::net::SocketAddr;

use anyhow::Context;
use clap::{Args, Parser, Subcommand};
use salesforce_sim::{ConnectedApp, OrgConfig, Sim, seed};
use tokio::net::TcpListener;

/// A local Salesforce org.
#[derive(Parser)]
#[command(version, about)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Starts a production org and a sandbox.
    Serve(Serve),
}

#[derive(Args)]
struct Serve {
    /// Where the production org listens.
    #[arg(
        long,
        default_value = "127.0.0.1:7001",
        env = "ORGSIM_PRODUCTION_LISTEN"
    )]
    production_listen: SocketAddr,
    /// Where the sandbox listens.
    #[arg(long, default_value = "127.0.0.1:7002", env = "ORGSIM_SANDBOX_LISTEN")]
    sandbox_listen: SocketAddr,
    /// The consumer key of the connected application.
    #[arg(long, env = "ORGSIM_CLIENT_ID")]
    client_id: String,
    /// Its consumer secret.
    #[arg(long, env = "ORGSIM_CLIENT_SECRET")]
    client_secret: String,
    /// An address to which it may send users back; may be repeated.
    #[arg(
        long,
        required = true,
        env = "ORGSIM_CALLBACK_URL",
        value_delimiter = ','
    )]
    callback_url: Vec<String>,
    /// The data to begin with: `demo`, `empty` or a JSON file.
    #[arg(long, default_value = "demo")]
    seed: String,
    /// The time zone of the orgs.
    #[arg(long, default_value = "America/New_York")]
    zone: String,
    /// API calls allowed in 24 hours.
    #[arg(long, default_value_t = 100_000)]
    api_limit: u64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_env_filter(tracing_subscriber::EnvFilter::from_default_env())
        .with_writer(std::io::stderr)
        .init();
    let Command::Serve(args) = Cli::parse().command;
    let production = start(&args, false).await?;
    let sandbox = start(&args, true).await?;
    println!("Press Ctrl-C to stop.");
    tokio::select! {
        ended = production => ended??,
        ended = sandbox => ended??,
        signal = tokio::signal::ctrl_c() => signal?,
    }
    Ok(())
}

type Running = tokio::task::JoinHandle<std::io::Result<()>>;

async fn start(args: &Serve, sandbox: bool) -> anyhow::Result<Running> {
    let address = if sandbox {
        args.sandbox_listen
    } else {
        args.production_listen
    };
    anyhow::ensure!(
        address.ip().is_loopback(),
        "{address} is not a loopback address; a local org without passwords must not be reachable from elsewhere"
    );
    let listener = TcpListener::bind(address)
        .await
        .with_context(|| format!("can't listen on {address}; is another org running there?"))?;
    let url = format!("http://{}", listener.local_addr()?);
    let mut config = OrgConfig::new(
        if sandbox {
            "Northbeam Software (UAT)"
        } else {
            "Northbeam Software"
        },
        sandbox,
        &url,
    );
    jiff::tz::TimeZone::get(&args.zone).with_context(|| {
        format!(
            "{} is not a time zone; give one like Europe/Berlin",
            args.zone
        )
    })?;
    config.time_zone.clone_from(&args.zone);
    config.api_daily_limit = args.api_limit;
    let mut app = ConnectedApp::new(&args.client_id, &args.client_secret, "");
    app.callback_urls.clone_from(&args.callback_url);
    let sim = Sim::new(config.with_app(app));
    let logins = seed::plant(&sim, &args.seed)?;
    println!(
        "{} org: {url}",
        if sandbox { "Sandbox" } else { "Production" }
    );
    for login in logins {
        println!("  {login}");
    }
    Ok(tokio::spawn(salesforce_sim::serve(listener, sim)))
}

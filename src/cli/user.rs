//! `gatehouse user`: the people who work in the dashboard.

use std::io::Read as _;

use anyhow::{Context as _, bail};
use clap::Subcommand;
use clock::Ambient;
use domain::email::EmailAddress;
use domain::organizations::{Organization, Role, Slug};
use domain::staff::StaffUser;
use secrecy::{ExposeSecret as _, SecretString};
use store::{Db, Tx};

use super::database;
use crate::config::Config;
use crate::use_cases::staff::Manager;
use crate::use_cases::staff::{self, password};

#[derive(Subcommand)]
pub(super) enum UserCommand {
    /// Show who works in the dashboards: organization, email, role, state, name.
    List {
        /// Only of this organization.
        #[arg(long)]
        org: Option<Slug>,
    },
    /// Add a person; the password is read from standard input.
    Create {
        /// The organization's slug.
        #[arg(long)]
        org: Slug,
        #[arg(long)]
        email: EmailAddress,
        /// The person's name; the address stands in where it is missing.
        #[arg(long)]
        name: Option<String>,
        /// admin, editor or viewer
        #[arg(long, default_value = "viewer")]
        role: Role,
    },
    /// Email an invitation; the person chooses a password.
    Invite {
        /// The organization's slug.
        #[arg(long)]
        org: Slug,
        #[arg(long)]
        email: EmailAddress,
        /// The person's name; the address stands in where it is missing.
        #[arg(long)]
        name: Option<String>,
        /// admin, editor or viewer
        #[arg(long, default_value = "viewer")]
        role: Role,
    },
    /// Change a person's role, which signs them out.
    SetRole {
        email: EmailAddress,
        /// admin, editor or viewer
        role: Role,
    },
    /// End a person's sessions; they can't sign in anymore and get no emails.
    Deactivate {
        email: EmailAddress,
        /// Who takes over their accounts and open questionnaires.
        #[arg(long)]
        hand_over_to: Option<EmailAddress>,
    },
    /// Let a deactivated person sign in again.
    Activate { email: EmailAddress },
    /// Email a link to choose a new password.
    ResetPassword {
        email: EmailAddress,
        /// Read the new password from standard input instead, where no email arrives.
        #[arg(long)]
        password_stdin: bool,
    },
    /// For whoever lost the authenticator app and the recovery codes: they sign in with
    /// the password alone until they set up another.
    ResetSecondFactor { email: EmailAddress },
}

/// Runs one of them. Emails are sent by the server that is running.
pub(super) async fn run(config: &Config, command: UserCommand) -> anyhow::Result<()> {
    let db = &database(config).await?;
    match command {
        UserCommand::List { org } => list(db, org).await,
        UserCommand::Create {
            org,
            email,
            name,
            role,
        } => create(db, config, org, email, name, role).await,
        UserCommand::Invite {
            org,
            email,
            name,
            role,
        } => invite(db, config, org, email, name, role).await,
        UserCommand::SetRole { email, role } => set_role(db, config, &email, role).await,
        UserCommand::Deactivate {
            email,
            hand_over_to,
        } => deactivate(db, config, &email, hand_over_to).await,
        UserCommand::Activate { email } => activate(db, config, &email).await,
        UserCommand::ResetPassword {
            email,
            password_stdin: true,
        } => set_password(db, config, &email).await,
        UserCommand::ResetPassword { email, .. } => reset_password(db, config, &email).await,
        UserCommand::ResetSecondFactor { email } => reset_second_factor(db, config, &email).await,
    }
}

const fn operator<'a>(
    config: &'a Config,
    ambient: &'a Ambient,
    org: &'a Organization,
) -> Manager<'a> {
    Manager::Operator {
        ambient,
        org,
        public_url: &config.public_url,
    }
}

async fn organization(tx: &mut Tx, slug: &Slug) -> anyhow::Result<Organization> {
    match store::organizations::by_slug(tx, slug.as_str()).await? {
        Some(org) => Ok(org),
        None => bail!("there is no organization `{slug}`: `gatehouse org list` shows them all"),
    }
}

/// The person with this address, which belongs to one organization.
async fn find(tx: &mut Tx, email: &EmailAddress) -> anyhow::Result<(Organization, StaffUser)> {
    let found = store::staff::users::by_email_across_tenants(tx, email).await?;
    if let Some((org, user, _)) = found
        && let Some(org) = store::organizations::by_id(tx, org).await?
    {
        return Ok((org, user));
    }
    bail!("nobody signs in with {email}: `gatehouse user list` shows them all")
}

async fn list(db: &Db, slug: Option<Slug>) -> anyhow::Result<()> {
    let mut tx = db.read().await?;
    let orgs = match &slug {
        Some(slug) => vec![organization(&mut tx, slug).await?],
        None => store::organizations::list_across_tenants(&mut tx).await?,
    };
    for org in orgs {
        for user in store::staff::users::list(&mut tx, org.id).await? {
            let state = if user.is_active {
                "active"
            } else {
                "deactivated"
            };
            let StaffUser {
                email, name, role, ..
            } = user;
            println!("{}\t{email}\t{role}\t{state}\t{name}", org.slug);
        }
    }
    Ok(())
}

async fn create(
    db: &Db,
    config: &Config,
    slug: Slug,
    email: EmailAddress,
    name: Option<String>,
    role: Role,
) -> anyhow::Result<()> {
    let password = read_password("gatehouse user create … < password.txt")?;
    let ambient = Ambient::system();
    let hash = password::hash(&ambient.random, &email, password).await?;
    let mut tx = db.begin().await?;
    let org = organization(&mut tx, &slug).await?;
    let name = name.unwrap_or_else(|| email.as_str().to_owned());
    let operator = operator(config, &ambient, &org);
    staff::create_user(&mut tx, operator, email.clone(), &name, role, &hash).await?;
    tx.commit().await?;
    println!("{email} can sign in to {} as {}.", org.name, role.title());
    Ok(())
}

async fn invite(
    db: &Db,
    config: &Config,
    slug: Slug,
    email: EmailAddress,
    name: Option<String>,
    role: Role,
) -> anyhow::Result<()> {
    let ambient = Ambient::system();
    let mut tx = db.begin().await?;
    let org = organization(&mut tx, &slug).await?;
    let name = name.unwrap_or_else(|| email.as_str().to_owned());
    let operator = operator(config, &ambient, &org);
    staff::invite(&mut tx, operator, email.clone(), &name, role).await?;
    tx.commit().await?;
    println!("{email} gets an email with a link, which works once, for 7 days.");
    Ok(())
}

async fn set_role(
    db: &Db,
    config: &Config,
    email: &EmailAddress,
    role: Role,
) -> anyhow::Result<()> {
    let ambient = Ambient::system();
    let mut tx = db.begin().await?;
    let (org, user) = find(&mut tx, email).await?;
    staff::change(
        &mut tx,
        operator(config, &ambient, &org),
        user.id,
        &user.name,
        role,
    )
    .await?;
    tx.commit().await?;
    println!("{email} is {} of {} now.", role.title(), org.name);
    Ok(())
}

async fn deactivate(
    db: &Db,
    config: &Config,
    email: &EmailAddress,
    hand_over_to: Option<EmailAddress>,
) -> anyhow::Result<()> {
    let ambient = Ambient::system();
    let mut tx = db.begin().await?;
    let (org, user) = find(&mut tx, email).await?;
    let successor = match &hand_over_to {
        Some(email) => Some(find(&mut tx, email).await?.1.id),
        None => None,
    };
    let operator = operator(config, &ambient, &org);
    let done = staff::deactivate(&mut tx, operator, user.id, successor).await;
    let (_, owned) = match done {
        Err(error @ staff::PersonError::NoSuccessor(_)) => {
            return Err(error).context("name a colleague with --hand-over-to EMAIL");
        }
        done => done?,
    };
    tx.commit().await?;
    println!("{email} can't sign in anymore.");
    if let (false, Some(to)) = (owned.is_nothing(), hand_over_to) {
        println!("{owned} went to {to}.");
    }
    Ok(())
}

async fn activate(db: &Db, config: &Config, email: &EmailAddress) -> anyhow::Result<()> {
    let ambient = Ambient::system();
    let mut tx = db.begin().await?;
    let (org, user) = find(&mut tx, email).await?;
    staff::reactivate(&mut tx, operator(config, &ambient, &org), user.id).await?;
    tx.commit().await?;
    let role = user.role.title();
    println!("{email} can sign in to {} as {role}.", org.name);
    Ok(())
}

async fn reset_password(db: &Db, config: &Config, email: &EmailAddress) -> anyhow::Result<()> {
    let ambient = Ambient::system();
    let mut tx = db.begin().await?;
    let (org, user) = find(&mut tx, email).await?;
    let operator = operator(config, &ambient, &org);
    staff::send_reset(&mut tx, operator, user.id).await?;
    tx.commit().await?;
    println!("{email} gets an email with a link, which works once, for an hour.");
    Ok(())
}

async fn set_password(db: &Db, config: &Config, email: &EmailAddress) -> anyhow::Result<()> {
    let password =
        read_password("gatehouse user reset-password … --password-stdin < password.txt")?;
    let ambient = Ambient::system();
    let hash = password::hash(&ambient.random, email, password).await?;
    let mut tx = db.begin().await?;
    let (org, user) = find(&mut tx, email).await?;
    staff::set_password(&mut tx, operator(config, &ambient, &org), user.id, &hash).await?;
    tx.commit().await?;
    println!("{email} signs in with the new password, and is signed out everywhere.");
    Ok(())
}

async fn reset_second_factor(db: &Db, config: &Config, email: &EmailAddress) -> anyhow::Result<()> {
    let ambient = Ambient::system();
    let mut tx = db.begin().await?;
    let (org, user) = find(&mut tx, email).await?;
    staff::reset_second_factor(&mut tx, operator(config, &ambient, &org), user.id).await?;
    tx.commit().await?;
    println!("{email} signs in with the password alone, until another second factor is set up.");
    Ok(())
}

/// One line of standard input, so that the password is in no process list and
/// no shell history.
fn read_password(example: &str) -> anyhow::Result<SecretString> {
    let mut text = String::new();
    std::io::stdin()
        .take(8 * 1024)
        .read_to_string(&mut text)
        .context("the password can't be read from standard input")?;
    let password = SecretString::from(text.trim_end_matches(['\r', '\n']).to_owned());
    if password.expose_secret().is_empty() {
        bail!("give the password on standard input, for example: {example}");
    }
    Ok(password)
}

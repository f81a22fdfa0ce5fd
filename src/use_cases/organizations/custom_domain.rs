//! A trust center under a name of the organization's own, which it proves by a TXT record
//! before anything leads there.

use clock::Ambient;
use domain::audit::{Action, Changes};
use domain::ids::OrganizationId;
use domain::organizations::hostname::Hostname;
use store::organizations::custom_domains::CustomDomain;
use store::{Db, Tx};
use tracing::instrument;
use url::Url;

use crate::dns::{Dns, DnsError};
use crate::use_cases::StaffAction;
use crate::use_cases::limits::{
    CLAIMED_DOMAIN_CHECK, DOMAIN_RECORD_MISSING, VERIFIED_DOMAIN_CHECK,
};
use crate::use_cases::organizations::domain_notification;
use crate::use_cases::organizations::settings::SettingsError;
use crate::use_cases::problems::Problems;

/// How the audit log names the look of every hour.
const HOURLY: &str = "Hourly check";

/// What came of looking for the record.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Found {
    /// The name is the organization's.
    Proven,
    /// No TXT record of the name says it.
    Missing,
    /// It is there, but another organization of this server has proven the name before.
    Taken,
}

/// Sets or, with an empty text, removes the custom domain. Nothing leads there before the
/// name is proven.
///
/// # Errors
/// It is no domain name, or the server's own.
#[instrument(
    name = "organizations.custom_domain.set",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn set(tx: &mut Tx, act: StaffAction<'_>, typed: &str) -> Result<(), SettingsError> {
    let before = store::organizations::custom_domains::of(tx, act.org.id).await?;
    if typed.trim().is_empty() {
        store::organizations::custom_domains::remove(tx, act.org.id).await?;
        let host = before.map_or_else(String::new, |before| before.host.to_string());
        act.audit(tx, Action::RemovedCustomDomain, &host).await?;
        return Ok(());
    }
    let mut problems = Problems::default();
    let host = match Hostname::parse(typed) {
        Ok(host) => host,
        Err(problem) => {
            problems.add("host", problem);
            return Err(problems.into());
        }
    };
    if act.public_url.host_str() == Some(host.as_str()) {
        let problem = "This is the address of the server itself: use another name";
        problems.add("host", problem);
    }
    problems.into_result()?;
    if before.as_ref().is_some_and(|before| before.host == host) {
        return Ok(());
    }
    let proof = act
        .ambient
        .random
        .uuid(act.ambient.now())
        .simple()
        .to_string();
    store::organizations::custom_domains::set(tx, act.org.id, &host, &proof).await?;
    let mut changes = Changes::new("");
    let old = before.as_ref().map(|before| before.host.as_str());
    changes.note_optional("Domain", old, Some(host.as_str()), "none");
    act.audit(tx, Action::SetCustomDomain, &changes.to_string())
        .await?;
    Ok(())
}

/// Looks for the record and writes down what came of it; `actor`, as the audit log names
/// them, wanted to know. Admins are told where a proven name loses its record. Takes the
/// database itself, because no transaction may be open meanwhile.
///
/// # Errors
/// The name servers don't answer: everything stays as it is.
#[instrument(
    name = "organizations.custom_domain.check",
    skip_all,
    fields(%org, host = %domain.host)
)]
pub async fn check(
    db: &Db,
    dns: &Dns,
    ambient: &Ambient,
    (org, public_url): (OrganizationId, &Url),
    domain: &CustomDomain,
    actor: &str,
) -> Result<Found, CheckError> {
    let texts = dns.texts(&domain.record_name()).await?;
    let is_there = texts.iter().any(|text| text.trim() == domain.record_text());
    let now = ambient.now();
    let mut tx = db.begin().await?;
    if !is_there {
        let patience = now - DOMAIN_RECORD_MISSING;
        store::organizations::custom_domains::missing(&mut tx, org, domain, now, patience).await?;
        domain_notification::tell_if_lost(&mut tx, ambient, (org, public_url), domain).await?;
        tx.commit().await?;
        return Ok(Found::Missing);
    }
    if !store::organizations::custom_domains::verified(&mut tx, org, domain, now).await? {
        return Ok(Found::Taken);
    }
    if domain.verified_at.is_none() {
        let (action, host) = (Action::ProvedCustomDomain, domain.host.as_str());
        store::audit_log::insert(&mut tx, ambient, org, actor, action, host).await?;
    }
    tx.commit().await?;
    Ok(Found::Proven)
}

/// Why the name couldn't be looked at.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    #[error(transparent)]
    Dns(#[from] DnsError),
    #[error(transparent)]
    Store(#[from] store::StoreError),
}

/// Looks at every name for which it is time. One that can't be looked at now holds up
/// none of the others.
///
/// # Errors
/// The database's.
#[instrument(
    name = "organizations.custom_domain.check_due_across_tenants",
    skip_all
)]
pub async fn check_due_across_tenants(
    db: &Db,
    dns: &Dns,
    ambient: &Ambient,
    public_url: &Url,
) -> store::Result<()> {
    let now = ambient.now();
    let mut tx = db.read().await?;
    let due = store::organizations::custom_domains::due_across_tenants(
        &mut tx,
        now - VERIFIED_DOMAIN_CHECK,
        now - CLAIMED_DOMAIN_CHECK,
    );
    let due = due.await?;
    drop(tx);
    for (org, domain) in due {
        let host = &domain.host;
        match check(db, dns, ambient, (org, public_url), &domain, HOURLY).await {
            Ok(found) => tracing::info!(%host, ?found, "looked at a custom domain"),
            Err(CheckError::Store(error)) => return Err(error),
            Err(CheckError::Dns(error)) => tracing::warn!(%host, %error, "it is tried again"),
        }
    }
    Ok(())
}

//! Telling Admins that the record which proves their custom domain is gone: when it is
//! first missed, and when the name is given up.

use clock::Ambient;
use domain::email::notification::NotificationKind;
use domain::ids::OrganizationId;
use store::Tx;
use store::organizations::custom_domains::CustomDomain;
use tracing::instrument;
use url::Url;

use crate::use_cases::email::notification::{Notification, NotificationError};

/// To be asked once the missing record was written down; `before` is the domain as it
/// was before that.
#[instrument(
    name = "organizations.domain_notification.tell_if_lost",
    skip_all,
    fields(%org, host = %before.host)
)]
pub(in crate::use_cases) async fn tell_if_lost(
    tx: &mut Tx,
    ambient: &Ambient,
    (org, public_url): (OrganizationId, &Url),
    before: &CustomDomain,
) -> store::Result<()> {
    if before.verified_at.is_none() {
        return Ok(());
    }
    let Some(now) = store::organizations::custom_domains::of(tx, org).await? else {
        return Ok(());
    };
    let (is_given_up, is_first) = (now.verified_at.is_none(), before.failing_since.is_none());
    if now.host != before.host || !(is_given_up || is_first) {
        return Ok(());
    }
    match tell(tx, ambient, (org, public_url), &now, is_given_up).await {
        Err(NotificationError::Store(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, "Admins are not told about their domain");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

async fn tell(
    tx: &mut Tx,
    ambient: &Ambient,
    (org, public_url): (OrganizationId, &Url),
    domain: &CustomDomain,
    is_given_up: bool,
) -> Result<(), NotificationError> {
    let Some(org) = store::organizations::by_id(tx, org).await? else {
        return Ok(());
    };
    let (host, name) = (&domain.host, domain.record_name());
    let (subject, text) = if is_given_up {
        let text = format!(
            "The TXT record {name} has been missing for three days, so your trust center is no \
             longer at {host}. It stays at its other address, and emails link there. To bring it \
             back, set the record again, then choose “Check now”."
        );
        (format!("Your trust center is no longer at {host}"), text)
    } else {
        let text = format!(
            "The TXT record {name}, which proves that {host} is yours, can’t be found anymore. \
             Your trust center stays at {host} for three days. Set the record again before that."
        );
        (format!("The record for {host} is missing"), text)
    };
    let notice = Notification {
        org: &org,
        heading: &subject,
        subject: subject.clone(),
        text,
        quote: &format!("{name} TXT {}", domain.record_text()),
        button: "Open the settings",
        link: public_url.join("/dashboard/settings/appearance")?,
        why: "You receive this because you are an Admin.",
    };
    let kind = NotificationKind::CustomDomain;
    notice.send_to_staff(kind, tx, ambient, &org).await
}

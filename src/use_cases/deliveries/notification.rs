//! Telling Admins that the Salesforce connection needs them: once for each incident,
//! however many activities wait because of it.

use clock::Ambient;
use domain::email::notification::NotificationKind;
use domain::ids::OrganizationId;
use domain::organizations::Organization;
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::limits::SAME_DELIVERY_ERROR;

/// Salesforce takes the connection's tokens no longer.
#[instrument(name = "deliveries.notification.needs_login", skip_all, fields(%org))]
pub async fn needs_login(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    public_url: &Url,
) -> store::Result<()> {
    let Some(org) = store::organizations::by_id(tx, org).await? else {
        return Ok(());
    };
    let text = "Salesforce rejected the saved login. Activities on your \
                trust center are kept, and delivered once an Admin logs in to Salesforce again.";
    let subject = "Salesforce needs a new login";
    let path = "/dashboard/settings/salesforce";
    let sent = tell(tx, ambient, &org, public_url, subject, text, "", path).await;
    or_log(sent)
}

/// Salesforce refused activities with this error, and an Admin has to do something.
#[instrument(name = "deliveries.notification.parked", skip_all, fields(%org))]
pub async fn parked(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    public_url: &Url,
    code: &str,
    message: &str,
) -> store::Result<()> {
    let key = format!("parked:{org}:{code}");
    if !store::rate_limits::allow(tx, &key, 1, SAME_DELIVERY_ERROR, ambient.now()).await? {
        return Ok(());
    }
    let Some(org) = store::organizations::by_id(tx, org).await? else {
        return Ok(());
    };
    let text = "Salesforce refused an activity from your trust center, and will keep refusing \
                it until someone fixes the cause. The Deliveries page says how. We won’t email \
                you about the same error again for a day.";
    let quote = format!("{code}: {message}");
    let subject = "Salesforce deliveries need attention";
    let path = "/dashboard/salesforce/deliveries?state=parked";
    let sent = tell(tx, ambient, &org, public_url, subject, text, &quote, path).await;
    or_log(sent)
}

/// Something in the org is another than it was, and stops or limits deliveries.
#[instrument(name = "deliveries.notification.org_changed", skip_all, fields(%org))]
pub async fn org_changed(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    public_url: &Url,
    problems: &[&str],
) -> store::Result<()> {
    let Some(org) = store::organizations::by_id(tx, org).await? else {
        return Ok(());
    };
    let text = "A check of your Salesforce org found something that stops or limits what \
                Gatehouse delivers. Nothing is lost: what can’t be delivered waits.";
    let subject = "Your Salesforce org has changed";
    let path = "/dashboard/salesforce/permissions";
    let quote = problems.join("\n");
    let sent = tell(tx, ambient, &org, public_url, subject, text, &quote, path).await;
    or_log(sent)
}

#[allow(clippy::too_many_arguments, reason = "the words of one email")]
async fn tell(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    subject: &str,
    text: &str,
    quote: &str,
    path: &str,
) -> Result<(), NotificationError> {
    let notice = Notification {
        org,
        subject: subject.to_owned(),
        heading: subject,
        text: text.to_owned(),
        quote,
        button: "Open it in the dashboard",
        link: public_url.join(path)?,
        why: "You receive this because you are an Admin.",
    };
    let kind = NotificationKind::Salesforce;
    notice.send_to_staff(kind, tx, ambient, org).await
}

/// An email that can't be written is no reason to lose what it is about.
fn or_log(sent: Result<(), NotificationError>) -> store::Result<()> {
    match sent {
        Err(NotificationError::Store(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, "Admins are not told about Salesforce");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

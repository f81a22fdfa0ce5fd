//! A test email to the Admin who asks for one.

use domain::audit::Action;
use store::Tx;
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::email::notification::{Notification, NotificationError};

/// Queues the email. That it arrives shows that the mail server takes emails of this
/// organization and that the links in them lead here.
///
/// # Errors
/// The database, or a public address that can't carry a path.
#[instrument(
    name = "email.test_email.send",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn send(tx: &mut Tx, act: StaffAction<'_>) -> Result<(), NotificationError> {
    let email = Notification {
        org: act.org,
        subject: format!("Test email from the {} trust center", act.org.name),
        heading: "Your email works",
        text: "You sent this test email from the dashboard. Sign-in links, approvals and \
               notifications are sent the same way."
            .to_owned(),
        quote: "",
        button: "Go to the dashboard",
        link: act.public_url.join("/dashboard")?,
        why: "You receive this because you asked for a test email.",
    };
    email.send(tx, act.ambient, act.org, &act.by.email).await?;
    let to = act.by.email.to_string();
    act.audit(tx, Action::SentTestEmail, &to).await?;
    Ok(())
}

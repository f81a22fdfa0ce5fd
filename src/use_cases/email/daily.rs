//! The daily email: what happened since the last one, to each of the staff who
//! wants to hear of it once a day.

use askama::Template;
use clock::Ambient;
use domain::email::message::Message;
use domain::organizations::Organization;
use domain::staff::StaffUser;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use store::Tx;
use store::email::daily::{self, Waiting};
use tracing::instrument;
use url::Url;

use crate::use_cases::email::notification::NotificationError;
use crate::use_cases::limits::DAILY_EMAIL_HOUR;

#[derive(Template)]
#[template(path = "email/daily.html")]
struct DailyHtml<'a> {
    email: &'a Daily<'a>,
}

#[derive(Template)]
#[template(path = "email/daily.txt")]
struct DailyText<'a> {
    email: &'a Daily<'a>,
}

struct Daily<'a> {
    org: &'a Organization,
    subject: String,
    lines: &'a [Waiting],
    choices: Url,
}

/// The last eight o'clock.
fn last_time(now: Timestamp) -> Timestamp {
    let shifted = now.saturating_sub(SignedDuration::from_hours(DAILY_EMAIL_HOUR));
    let day = shifted.map(|at| at.to_zoned(TimeZone::UTC).date());
    let begins = day.ok().and_then(|day| day.to_zoned(TimeZone::UTC).ok());
    begins.map_or(now, |begins| {
        let eight = SignedDuration::from_hours(DAILY_EMAIL_HOUR);
        begins.timestamp().saturating_add(eight).unwrap_or(now)
    })
}

/// Queues the emails that are due: of what came before the last eight o'clock.
/// Nothing happened, no email. Answers how many.
#[instrument(name = "email.daily.send_due_across_tenants", skip_all)]
pub async fn send_due_across_tenants(
    tx: &mut Tx,
    ambient: &Ambient,
    public_url: &Url,
) -> Result<usize, NotificationError> {
    let before = last_time(ambient.now());
    let mut sent = 0;
    for (org, user) in daily::users_across_tenants(tx, before).await? {
        let lines = daily::take(tx, org, user, before).await?;
        let found = store::organizations::by_id(tx, org).await?;
        let user = store::staff::users::active_by_id(tx, org, user).await?;
        let (Some(org), Some(user), false) = (found, user, lines.is_empty()) else {
            continue;
        };
        let message = email(&org, &user, &lines, public_url)?;
        store::email::insert(tx, ambient, org.id, &message).await?;
        sent += 1;
    }
    Ok(sent)
}

fn email(
    org: &Organization,
    user: &StaffUser,
    lines: &[Waiting],
    public_url: &Url,
) -> Result<Message, NotificationError> {
    let what = match lines.len() {
        1 => "one event".to_owned(),
        n => format!("{n} events"),
    };
    let email = Daily {
        org,
        subject: format!("Yesterday on your trust center: {what}"),
        lines,
        choices: public_url.join("/dashboard/notifications")?,
    };
    Ok(Message {
        to: user.email.clone(),
        subject: email.subject.clone(),
        text: DailyText { email: &email }.render()?,
        html: DailyHtml { email: &email }.render()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_day_of_a_letter_ends_at_eight() {
        let last = |now: &str| last_time(now.parse().unwrap()).to_string();
        assert_eq!(last("2026-02-02T15:00:00Z"), "2026-02-02T08:00:00Z");
        assert_eq!(last("2026-02-02T07:59:59Z"), "2026-02-01T08:00:00Z");
        assert_eq!(last("2026-02-02T08:00:00Z"), "2026-02-02T08:00:00Z");
    }
}

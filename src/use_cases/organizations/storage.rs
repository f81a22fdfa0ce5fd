//! How much an organization and each of its accounts may store, and telling Admins
//! before it is full.

use clock::Ambient;
use domain::documents::limit_size;
use domain::email::notification::NotificationKind;
use domain::ids::{AccountId, OrganizationId};
use store::Tx;
use tracing::instrument;
use url::Url;

use crate::config::StorageQuota;
use crate::use_cases::email::notification::{Notification, NotificationError};
use crate::use_cases::limits::{SAME_STORAGE_WARNING, STORAGE_WARNING};

/// What is stored, and what may be. Bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Stored {
    organization: u64,
    /// What an account sent, where it is an account that sends.
    account: Option<u64>,
    quota: StorageQuota,
}

impl Stored {
    #[instrument(name = "organizations.storage.for_organization", skip_all, fields(%org))]
    pub async fn for_organization(
        tx: &mut Tx,
        org: OrganizationId,
        account: Option<AccountId>,
        quota: StorageQuota,
    ) -> store::Result<Self> {
        let sent = match account {
            Some(account) => Some(store::documents::size_of_account(tx, org, account).await?),
            None => None,
        };
        Ok(Self {
            organization: store::documents::size_of_all(tx, org).await?,
            account: sent,
            quota,
        })
    }

    /// How much more may be stored.
    pub fn left(self) -> u64 {
        let organization = self.quota.organization.saturating_sub(self.organization);
        let account = self
            .account
            .map(|sent| self.quota.account.saturating_sub(sent));
        account.map_or(organization, |account| account.min(organization))
    }

    /// For whoever would store more than that.
    pub fn refusal(self) -> String {
        let organization = limit_size(self.quota.organization);
        match self.account {
            Some(sent) if self.quota.account.saturating_sub(sent) == self.left() => format!(
                "Your account can send files of {} in all, and this one would exceed it. Send a \
                 smaller file, or contact us",
                limit_size(self.quota.account)
            ),
            Some(_) => "The storage for files is full. Contact us, then send it again".to_owned(),
            None => format!(
                "Your organization can store {organization} of files, and this one would exceed \
                 it. Delete files you no longer need, or ask your server administrator for more"
            ),
        }
    }

    /// What is nearly full, with one more file of that size.
    fn nearly_full(self, more: u64) -> Option<&'static str> {
        let is_near = |used: u64, most: u64| {
            (used + more).saturating_mul(100) >= most.saturating_mul(STORAGE_WARNING)
        };
        if is_near(self.organization, self.quota.organization) {
            return Some("Your organization’s file storage is over 90% full.");
        }
        let account = self
            .account
            .filter(|sent| is_near(*sent, self.quota.account));
        account.map(|_| "An account has used over 90% of the storage for its questionnaires.")
    }
}

/// Tells Admins, once a day, where a quota or the disk is nearly full.
///
/// # Errors
/// The database's; an email that can't be written is logged.
#[instrument(name = "organizations.storage.warn", skip_all, fields(%org))]
pub async fn warn(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    public_url: &Url,
    stored: Stored,
    more: u64,
    disk_used: u64,
) -> store::Result<()> {
    let disk = (disk_used >= STORAGE_WARNING).then_some("The server’s disk is over 90% full.");
    let Some(text) = stored.nearly_full(more).or(disk) else {
        return Ok(());
    };
    let key = format!("storage:{org}:{text}");
    if !store::rate_limits::allow(tx, &key, 1, SAME_STORAGE_WARNING, ambient.now()).await? {
        return Ok(());
    }
    match tell(tx, ambient, org, public_url, text).await {
        Err(NotificationError::Store(error)) => Err(error),
        Err(error) => {
            tracing::error!(%error, "Admins are not told about the storage");
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

async fn tell(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    public_url: &Url,
    text: &str,
) -> Result<(), NotificationError> {
    let Some(org) = store::organizations::by_id(tx, org).await? else {
        return Ok(());
    };
    let notice = Notification {
        org: &org,
        subject: "File storage is almost full".to_owned(),
        heading: "File storage is almost full",
        text: format!(
            "{text} When it’s full, files can’t be uploaded. Delete files you no longer need, or \
             ask your server administrator for more storage."
        ),
        quote: "",
        button: "Review content",
        link: public_url.join("/dashboard/content")?,
        why: "You receive this because you are an Admin.",
    };
    notice
        .send_to_staff(NotificationKind::Storage, tx, ambient, &org)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stored(organization: u64, account: Option<u64>) -> Stored {
        let quota = StorageQuota {
            organization: 1000,
            account: 100,
        };
        Stored {
            organization,
            account,
            quota,
        }
    }

    #[test]
    fn the_smaller_of_what_is_left_counts() {
        assert_eq!(stored(950, None).left(), 50);
        assert_eq!(stored(950, Some(20)).left(), 50);
        assert_eq!(stored(500, Some(20)).left(), 80);
        assert_eq!(stored(2000, Some(20)).left(), 0);
    }

    #[test]
    fn who_can_act_is_told_at_nine_tenths() {
        assert_eq!(stored(800, None).nearly_full(99), None);
        assert!(
            stored(800, None)
                .nearly_full(100)
                .unwrap()
                .contains("organization")
        );
        assert!(
            stored(0, Some(80))
                .nearly_full(10)
                .unwrap()
                .contains("account")
        );
    }
}

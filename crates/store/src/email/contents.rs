//! Column `email.contents`: what a message says, sealed, because it holds links that let
//! people in.

use clock::Random;
use crypto::{CryptoError, Keyring, Seal};
use domain::ids::{EmailId, OrganizationId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use crate::limits::SEALED_AT_ONCE;
use crate::params;
use crate::{Result, Tx};

/// What a message says.
#[derive(Serialize, Deserialize)]
pub(crate) struct Contents {
    pub text: String,
    pub html: String,
    /// See [`::domain::email::message::ListEmail`]; empty for other messages.
    pub unsubscribe: String,
}

fn place(org: OrganizationId, id: EmailId) -> Seal {
    // The table's name when values were first sealed for it.
    Seal::new("mail.contents", org, id)
}

impl Contents {
    pub(crate) fn seal(
        &self,
        keyring: &Keyring,
        random: &Random,
        (org, id): (OrganizationId, EmailId),
    ) -> Vec<u8> {
        let json = serde_json::to_string(self)
            .unwrap_or_else(|_| unreachable!("a struct of texts becomes JSON"));
        keyring.seal(random, &place(org, id), &SecretString::from(json))
    }

    /// # Errors
    /// It was sealed with another key, or for another message.
    pub(crate) fn open(
        keyring: &Keyring,
        (org, id): (OrganizationId, EmailId),
        sealed: &[u8],
    ) -> std::result::Result<Self, CryptoError> {
        let json = keyring.open(&place(org, id), sealed)?;
        serde_json::from_str(json.expose_secret()).map_err(|_| CryptoError::Unreadable)
    }
}

/// Seals what an earlier version has left readable.
pub(crate) async fn seal_what_waits(tx: &mut Tx) -> Result<()> {
    let random = Random::system();
    loop {
        let rows = tx
            .all(
                "SELECT id, org_id, body_text, body_html, unsubscribe FROM mail
                 WHERE body_text <> '' AND contents IS NULL ORDER BY id LIMIT $1",
                params![SEALED_AT_ONCE],
            )
            .await?;
        if rows.is_empty() {
            return Ok(());
        }
        let keyring = tx.keyring()?;
        for row in rows {
            let (org, id) = (row.get("org_id")?, row.get("id")?);
            let contents = Contents {
                text: row.get("body_text")?,
                html: row.get("body_html")?,
                unsubscribe: row.get("unsubscribe")?,
            };
            let sealed = contents.seal(&keyring, &random, (org, id));
            tx.execute(
                "UPDATE mail SET contents = $3 WHERE org_id = $1 AND id = $2",
                params![org, id, sealed],
            )
            .await?;
        }
    }
}

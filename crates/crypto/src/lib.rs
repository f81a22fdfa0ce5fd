//! Secrets at rest: authenticated encryption, and hashes of bearer secrets.

#![warn(missing_docs)]

use std::fmt::Display;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use clock::Random;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

const NONCE: usize = 24;

/// The keys that seal columns: the first seals, all of them open, so that a key
/// can be replaced without losing what the old one sealed.
#[derive(Clone)]
pub struct Keyring(Arc<[(u8, XChaCha20Poly1305)]>);

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring")
    }
}

/// What a sealed value belongs to; it can be opened nowhere else.
#[derive(Clone, Debug)]
pub struct Seal {
    organization: String,
    column: &'static str,
    row: String,
}

/// Why a secret can't be sealed or opened. No text names the secret or a key.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub enum CryptoError {
    /// A key that was given isn't 32 bytes in Base64.
    #[error(
        "the secret key is not usable: give 32 random bytes in Base64 (for example `openssl rand -base64 32`), \
         and after a comma any older keys"
    )]
    BadKey,
    /// None of the keys opens the value, or it belongs to another row, or was changed.
    #[error("a stored secret can't be read with the keys given: was GATEHOUSE_SECRET_KEY changed?")]
    Unreadable,
}

impl Keyring {
    /// Reads `KEY[,OLDER_KEY…]`, each 32 bytes in Base64. A key's id is the first
    /// byte of its SHA-256, kept with what it seals.
    ///
    /// # Errors
    /// [`CryptoError::BadKey`] where one of them isn't that.
    pub fn parse(keys: &SecretString) -> Result<Self, CryptoError> {
        let ring = keys
            .expose_secret()
            .split(',')
            .map(|key| {
                let bytes = Zeroizing::new(
                    STANDARD
                        .decode(key.trim())
                        .map_err(|_| CryptoError::BadKey)?,
                );
                let cipher =
                    XChaCha20Poly1305::new_from_slice(&bytes).map_err(|_| CryptoError::BadKey)?;
                Ok((Sha256::digest(&*bytes)[0], cipher))
            })
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Self(ring.into()))
    }

    /// The sealed value: key id (1 byte), nonce (24 bytes) and ciphertext, in that order.
    pub fn seal(&self, random: &Random, seal: &Seal, secret: &SecretString) -> Vec<u8> {
        let (id, cipher) = &self.0[0];
        let nonce = random.bytes::<NONCE>();
        let sealed = cipher
            .encrypt(
                &XNonce::from(nonce),
                Payload {
                    msg: secret.expose_secret().as_bytes(),
                    aad: &seal.associated_data(),
                },
            )
            .unwrap_or_else(|_| unreachable!("only messages beyond 256 GiB can't be sealed"));
        [&[*id][..], &nonce, &sealed].concat()
    }

    /// The secret that was sealed for this row.
    ///
    /// # Errors
    /// None of the keys opens it, or it was sealed for something else.
    pub fn open(&self, seal: &Seal, sealed: &[u8]) -> Result<SecretString, CryptoError> {
        let forms = [seal.associated_data()].into_iter().chain(seal.older());
        for aad in forms {
            for (_, cipher) in self.0.iter() {
                if let Some(secret) = decrypt(cipher, &aad, sealed) {
                    return Ok(secret);
                }
            }
        }
        Err(CryptoError::Unreadable)
    }

    /// The same secret, sealed by the first key and for its row; `None` where it is so
    /// already.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn seal_again(
        &self,
        random: &Random,
        seal: &Seal,
        sealed: &[u8],
    ) -> Result<Option<Vec<u8>>, CryptoError> {
        let (_, first) = &self.0[0];
        if decrypt(first, &seal.associated_data(), sealed).is_some() {
            return Ok(None);
        }
        let secret = self.open(seal, sealed)?;
        Ok(Some(self.seal(random, seal, &secret)))
    }
}

fn decrypt(cipher: &XChaCha20Poly1305, aad: &[u8], sealed: &[u8]) -> Option<SecretString> {
    // The first byte says which key it was: of use to people, and not needed here.
    let (_, rest) = sealed.split_first()?;
    let (nonce, msg) = rest.split_first_chunk::<NONCE>()?;
    let plain = cipher
        .decrypt(&XNonce::from(*nonce), Payload { msg, aad })
        .ok()?;
    String::from_utf8(plain).ok().map(SecretString::from)
}

impl Seal {
    /// `column` is table and column, for example `connection.refresh_token`; `row` is what
    /// its row is found by.
    pub fn new(column: &'static str, organization: impl Display, row: impl Display) -> Self {
        Self {
            organization: organization.to_string(),
            column,
            row: row.to_string(),
        }
    }

    fn associated_data(&self) -> Vec<u8> {
        let Self {
            organization,
            column,
            row,
        } = self;
        format!("{organization}\n{column}\n{row}").into_bytes()
    }

    /// As values were sealed until November 2026: for a tenant and a column, and second
    /// factors for a person. [`Keyring::seal_again`] makes an end of it.
    fn older(&self) -> [Vec<u8>; 2] {
        let Self {
            organization,
            column,
            row,
        } = self;
        [
            format!("{organization}\n{column}").into_bytes(),
            format!("{organization}\n{column}/{row}").into_bytes(),
        ]
    }
}

/// A new bearer secret of 256 bits, fit for an address or a cookie.
pub fn new_token(random: &Random) -> SecretString {
    SecretString::from(URL_SAFE_NO_PAD.encode(random.bytes::<32>()))
}

/// What the database keeps of a bearer secret: its SHA-256 in Base64.
pub fn token_hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seal(organization: &str, column: &'static str, row: &str) -> Seal {
        Seal::new(column, organization, row)
    }

    /// Where the tests seal.
    fn here() -> Seal {
        seal("org-1", "connection.refresh_token", "row-1")
    }

    fn key(byte: u8) -> String {
        STANDARD.encode([byte; 32])
    }

    fn ring(keys: &str) -> Keyring {
        Keyring::parse(&SecretString::from(keys)).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_for_the_same_row_only() {
        let keys = ring(&key(1));
        let sealed = keys.seal(&Random::seeded(1), &here(), &"5Aep861".into());
        assert_eq!(
            keys.open(&here(), &sealed).unwrap().expose_secret(),
            "5Aep861"
        );
        for elsewhere in [
            seal("org-2", "connection.refresh_token", "row-1"),
            seal("org-1", "connection.access_token", "row-1"),
            seal("org-1", "connection.refresh_token", "row-2"),
        ] {
            assert!(keys.open(&elsewhere, &sealed).is_err(), "{elsewhere:?}");
        }
    }

    #[test]
    fn an_older_key_still_opens_and_a_changed_byte_does_not() {
        let old = ring(&key(1));
        let mut sealed = old.seal(&Random::seeded(1), &here(), &"secret".into());
        let rotated = ring(&format!("{},{}", key(2), key(1)));
        assert_eq!(
            rotated.open(&here(), &sealed).unwrap().expose_secret(),
            "secret"
        );
        assert!(ring(&key(2)).open(&here(), &sealed).is_err());
        *sealed.last_mut().unwrap() ^= 1;
        assert!(rotated.open(&here(), &sealed).is_err());
        assert!(rotated.open(&here(), &sealed[..10]).is_err());
    }

    /// As [`Keyring::seal`] did it before values belonged to a row.
    fn sealed_as_before(keys: &Keyring, aad: &[u8]) -> Vec<u8> {
        let (id, cipher) = &keys.0[0];
        let nonce = [7; NONCE];
        let payload = Payload {
            msg: b"secret",
            aad,
        };
        let sealed = cipher.encrypt(&XNonce::from(nonce), payload).unwrap();
        [&[*id][..], &nonce, &sealed].concat()
    }

    #[test]
    fn what_is_sealed_again_needs_the_new_key_alone_and_belongs_to_its_row() {
        let old = ring(&key(1));
        let both = ring(&format!("{},{}", key(2), key(1)));
        let before = [
            old.seal(&Random::seeded(1), &here(), &"secret".into()),
            sealed_as_before(&old, b"org-1\nconnection.refresh_token"),
            sealed_as_before(&old, b"org-1\nconnection.refresh_token/row-1"),
            sealed_as_before(&both, b"org-1\nconnection.refresh_token"),
        ];
        for sealed in before {
            assert_eq!(
                both.open(&here(), &sealed).unwrap().expose_secret(),
                "secret"
            );
            let again = both.seal_again(&Random::seeded(2), &here(), &sealed);
            let again = again.unwrap().unwrap();
            let new = ring(&key(2));
            assert_eq!(new.open(&here(), &again).unwrap().expose_secret(), "secret");
            let other = seal("org-1", "connection.refresh_token", "row-2");
            assert!(new.open(&other, &again).is_err());
            let nothing = both.seal_again(&Random::seeded(3), &here(), &again);
            assert_eq!(nothing.unwrap(), None);
        }
    }

    #[test]
    fn a_short_key_is_refused_with_what_to_do() {
        let error = Keyring::parse(&SecretString::from("c2hvcnQ=")).unwrap_err();
        assert!(error.to_string().contains("openssl rand -base64 32"));
    }
}

//! Secrets at rest: authenticated encryption, and hashes of bearer secrets.

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::clock::Random;

const NONCE: usize = 24;

/// The keys that seal columns: the first seals, all of them open, so that a key
/// can be replaced without losing what the old one sealed.
#[derive(Clone)]
pub struct Keyring(Vec<(u8, XChaCha20Poly1305)>);

impl std::fmt::Debug for Keyring {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Keyring")
    }
}

/// What a sealed value belongs to; it can be opened nowhere else.
#[derive(Clone, Copy, Debug)]
pub struct Seal<'a> {
    /// The tenant.
    pub organization: &'a str,
    /// Table and column, for example `connection.refresh_token`.
    pub column: &'a str,
}

#[derive(Debug, thiserror::Error)]
pub enum CryptoError {
    #[error(
        "the secret key is not usable: give 32 random bytes in Base64 (for example `openssl rand -base64 32`), \
         and after a comma any older keys"
    )]
    BadKey,
    #[error("a stored secret can't be read with the keys given: was GATEHOUSE_SECRET_KEY changed?")]
    Unreadable,
}

impl Keyring {
    /// Reads `KEY[,OLDER_KEY…]`, each 32 bytes in Base64. A key's id is the first
    /// byte of its SHA-256, kept with what it seals.
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
        Ok(Self(ring))
    }

    /// Key id, nonce and ciphertext, in that order.
    pub fn seal(&self, random: &Random, seal: Seal<'_>, secret: &SecretString) -> Vec<u8> {
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

    pub fn open(&self, seal: Seal<'_>, sealed: &[u8]) -> Result<SecretString, CryptoError> {
        let (id, rest) = sealed.split_first().ok_or(CryptoError::Unreadable)?;
        let (nonce, msg) = rest
            .split_at_checked(NONCE)
            .ok_or(CryptoError::Unreadable)?;
        let nonce: [u8; NONCE] = nonce.try_into().map_err(|_| CryptoError::Unreadable)?;
        let aad = seal.associated_data();
        self.0
            .iter()
            .filter(|(key, _)| key == id)
            .find_map(|(_, cipher)| {
                let payload = Payload { msg, aad: &aad };
                cipher.decrypt(&XNonce::from(nonce), payload).ok()
            })
            .and_then(|plain| String::from_utf8(plain).ok())
            .map(SecretString::from)
            .ok_or(CryptoError::Unreadable)
    }
}

impl Seal<'_> {
    fn associated_data(&self) -> Vec<u8> {
        format!("{}\n{}", self.organization, self.column).into_bytes()
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

    const SEAL: Seal<'_> = Seal {
        organization: "org-1",
        column: "connection.refresh_token",
    };

    fn key(byte: u8) -> String {
        STANDARD.encode([byte; 32])
    }

    fn ring(keys: &str) -> Keyring {
        Keyring::parse(&SecretString::from(keys)).unwrap()
    }

    #[test]
    fn what_was_sealed_opens_for_the_same_tenant_and_column_only() {
        let keys = ring(&key(1));
        let sealed = keys.seal(&Random::seeded(1), SEAL, &"5Aep861".into());
        assert_eq!(keys.open(SEAL, &sealed).unwrap().expose_secret(), "5Aep861");
        let other_tenant = Seal {
            organization: "org-2",
            ..SEAL
        };
        let other_column = Seal {
            column: "connection.access_token",
            ..SEAL
        };
        assert!(keys.open(other_tenant, &sealed).is_err());
        assert!(keys.open(other_column, &sealed).is_err());
    }

    #[test]
    fn an_older_key_still_opens_and_a_changed_byte_does_not() {
        let old = ring(&key(1));
        let mut sealed = old.seal(&Random::seeded(1), SEAL, &"secret".into());
        let rotated = ring(&format!("{},{}", key(2), key(1)));
        assert_eq!(
            rotated.open(SEAL, &sealed).unwrap().expose_secret(),
            "secret"
        );
        assert!(ring(&key(2)).open(SEAL, &sealed).is_err());
        *sealed.last_mut().unwrap() ^= 1;
        assert!(rotated.open(SEAL, &sealed).is_err());
        assert!(rotated.open(SEAL, &sealed[..10]).is_err());
    }

    #[test]
    fn a_short_key_is_refused_with_what_to_do() {
        let error = Keyring::parse(&SecretString::from("c2hvcnQ=")).unwrap_err();
        assert!(error.to_string().contains("openssl rand -base64 32"));
    }
}

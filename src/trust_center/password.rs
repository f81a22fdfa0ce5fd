//! Passwords: what is accepted, and argon2id hashes that are made and checked
//! off the threads that answer requests.

use std::sync::LazyLock;

use argon2::password_hash::phc::PasswordHash;
use argon2::{Argon2, PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;

use crate::clock::Random;
use crate::domain::email::EmailAddress;

/// Each hash takes 19 MiB of memory: so many at a time, and the others wait.
static AT_A_TIME: Semaphore = Semaphore::const_new(2);

const SHORTEST: usize = 12;
/// Beyond this a password is not a password, and hashing it costs.
const LONGEST: usize = 1024;

/// A password that may not be used, and why.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("the password is too short: use at least 12 characters, such as four random words")]
    TooShort,
    #[error("the password is too long: use at most 1024 bytes")]
    TooLong,
    #[error("the password must not be the email address")]
    IsTheAddress,
    #[error("the password could not be hashed: {0}")]
    Hashing(String),
}

/// Checks a new password and hashes it: a PHC string for the database.
///
/// # Errors
/// The rule that the password breaks.
pub async fn hash(
    random: &Random,
    email: &EmailAddress,
    password: SecretString,
) -> Result<String, PasswordError> {
    accept(email, password.expose_secret())?;
    let salt = random.bytes::<16>();
    run(move || hash_now(password.expose_secret(), &salt)).await
}

/// Whether the password is the one that was hashed. Without a hash (an unknown
/// address) it takes as long, and the answer is no.
pub async fn verify(hash: Option<String>, password: SecretString) -> bool {
    static NOBODYS: LazyLock<String> =
        LazyLock::new(|| hash_now("nobody has this password", &[7; 16]).unwrap_or_default());
    run(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODYS.clone());
        let right = PasswordHash::new(&hash).is_ok_and(|hash| {
            Argon2::default()
                .verify_password(password.expose_secret().as_bytes(), &hash)
                .is_ok()
        });
        Ok(right && known)
    })
    .await
    .unwrap_or(false)
}

fn accept(email: &EmailAddress, password: &str) -> Result<(), PasswordError> {
    if password.chars().count() < SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if password.len() > LONGEST {
        return Err(PasswordError::TooLong);
    }
    if password.trim().eq_ignore_ascii_case(email.as_str()) {
        return Err(PasswordError::IsTheAddress);
    }
    Ok(())
}

fn hash_now(password: &str, salt: &[u8]) -> Result<String, PasswordError> {
    Argon2::default()
        .hash_password_with_salt(password.as_bytes(), salt)
        .map(|hash| hash.to_string())
        .map_err(|error| PasswordError::Hashing(error.to_string()))
}

async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, PasswordError> {
    let _turn = AT_A_TIME.acquire().await;
    tokio::task::spawn_blocking(work)
        .await
        .unwrap_or_else(|error| Err(PasswordError::Hashing(error.to_string())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ada() -> EmailAddress {
        EmailAddress::parse("ada.lovelace@example.com").unwrap()
    }

    async fn hashed(password: &str) -> Result<String, PasswordError> {
        hash(&Random::seeded(1), &ada(), password.into()).await
    }

    #[tokio::test]
    async fn only_the_password_itself_is_right() {
        let hash = hashed("correct horse battery").await.unwrap();
        assert!(hash.starts_with("$argon2id$"));
        assert!(verify(Some(hash.clone()), "correct horse battery".into()).await);
        assert!(!verify(Some(hash), "correct horse batterz".into()).await);
        assert!(!verify(None, "nobody has this password".into()).await);
    }

    #[tokio::test]
    async fn a_weak_password_is_refused_with_the_rule() {
        assert_eq!(hashed("elevenchars").await, Err(PasswordError::TooShort));
        let address = "Ada.Lovelace@Example.com";
        assert_eq!(hashed(address).await, Err(PasswordError::IsTheAddress));
        let long = "x".repeat(1025);
        assert_eq!(hashed(&long).await, Err(PasswordError::TooLong));
    }
}

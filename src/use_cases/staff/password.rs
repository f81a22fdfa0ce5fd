//! Passwords: what is accepted, and argon2id hashes that are made and checked
//! off the threads that answer requests.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use clock::Random;
use domain::email::EmailAddress;
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tracing::instrument;

use crate::use_cases::limits::{PASSWORD_LONGEST, PASSWORD_SHORTEST};

/// Each hash takes 19 MiB of memory: so many at a time, and the others wait.
static AT_A_TIME: LazyLock<Arc<Semaphore>> = LazyLock::new(|| Arc::new(Semaphore::new(2)));
/// The memory of hashes that are done, for the next ones: the allocator would keep
/// some of it for each thread that it was ever used on.
static MEMORY: Mutex<Vec<Vec<Block>>> = Mutex::new(Vec::new());

/// What a password is compared with that belongs to nobody.
static NOBODYS: LazyLock<String> =
    LazyLock::new(|| hash_now("nobody has this password", &[7; 16]).unwrap_or_default());

/// A password that may not be used, and why.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum PasswordError {
    #[error("The password is too short. Use at least 12 characters, such as four random words.")]
    TooShort,
    #[error("The password is too long. Use at most 1024 bytes.")]
    TooLong,
    #[error("Your email address can’t be your password.")]
    IsTheAddress,
    #[error("The password could not be hashed: {0}")]
    Hashing(String),
}

/// Checks a new password and hashes it: a PHC string for the database.
///
/// # Errors
/// The rule that the password breaks.
#[instrument(name = "staff.password.hash", skip_all)]
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
#[instrument(name = "staff.password.verify", skip_all)]
pub async fn verify(hash: Option<String>, password: SecretString) -> bool {
    run(move || {
        let known = hash.is_some();
        let hash = hash.unwrap_or_else(|| NOBODYS.clone());
        Ok(is_right(&hash, password.expose_secret())? && known)
    })
    .await
    .unwrap_or(false)
}

fn accept(email: &EmailAddress, password: &str) -> Result<(), PasswordError> {
    if password.chars().count() < PASSWORD_SHORTEST {
        return Err(PasswordError::TooShort);
    }
    if password.len() > PASSWORD_LONGEST {
        return Err(PasswordError::TooLong);
    }
    if password.trim().eq_ignore_ascii_case(email.as_str()) {
        return Err(PasswordError::IsTheAddress);
    }
    Ok(())
}

fn hash_now(password: &str, salt: &[u8]) -> Result<String, PasswordError> {
    let (algorithm, version, params) = (Algorithm::default(), Version::default(), Params::DEFAULT);
    let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
    let argon = Argon2::new(algorithm, version, params.clone());
    fill(&argon, password, salt, &mut output)?;
    let hash = PasswordHash {
        algorithm: algorithm.ident(),
        version: Some(version.into()),
        params: ParamsString::try_from(&params).map_err(failed)?,
        salt: Some(Salt::new(salt).map_err(failed)?),
        hash: Some(Output::new(&output).map_err(failed)?),
    };
    Ok(hash.to_string())
}

fn is_right(hash: &str, password: &str) -> Result<bool, PasswordError> {
    let hash = PasswordHash::new(hash).map_err(failed)?;
    let (Some(salt), Some(expected)) = (&hash.salt, &hash.hash) else {
        return Ok(false);
    };
    let algorithm = Algorithm::try_from(hash.algorithm.as_str()).map_err(failed)?;
    let version = hash.version.map(Version::try_from).transpose();
    let version = version.map_err(failed)?.unwrap_or_default();
    let argon = Argon2::new(algorithm, version, Params::try_from(&hash).map_err(failed)?);
    let mut output = vec![0; expected.as_bytes().len()];
    fill(&argon, password, salt.as_ref(), &mut output)?;
    // Compared in constant time.
    Ok(Output::new(&output).map_err(failed)? == *expected)
}

/// Hashes into `output`, in memory that is kept.
fn fill(
    argon: &Argon2<'_>,
    password: &str,
    salt: &[u8],
    output: &mut [u8],
) -> Result<(), PasswordError> {
    let kept = || MEMORY.lock().unwrap_or_else(PoisonError::into_inner);
    let mut memory = kept().pop().unwrap_or_default();
    let blocks = argon.params().block_count();
    if memory.len() < blocks {
        memory.resize(blocks, Block::new());
    }
    let password = password.as_bytes();
    let filled =
        argon.hash_password_into_with_memory(password, salt, output, &mut memory[..blocks]);
    kept().push(memory);
    filled.map_err(failed)
}

fn failed(error: impl std::fmt::Display) -> PasswordError {
    PasswordError::Hashing(error.to_string())
}

async fn run<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, PasswordError> + Send + 'static,
) -> Result<T, PasswordError> {
    let turn = AT_A_TIME.clone().acquire_owned().await.map_err(failed)?;
    // Whoever asked may be gone before the work is done: the turn lasts as long as it.
    let done = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        work()
    });
    done.await.unwrap_or_else(|error| Err(failed(error)))
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
    async fn hashes_that_nobody_waits_for_any_more_take_no_more_memory() {
        let impatient = |n: usize| async move {
            let tried = verify(None, format!("wrong password {n}").into());
            // Longer than the turn takes to be had, shorter than a hash.
            tokio::time::timeout(std::time::Duration::from_millis(1), tried).await
        };
        futures::future::join_all((0..50).map(impatient)).await;
        // Both turns are back once the work is done.
        let turns = AT_A_TIME.acquire_many(2).await.unwrap();
        assert!(MEMORY.lock().unwrap().len() <= 2);
        drop(turns);
    }

    #[tokio::test]
    async fn an_unknown_address_costs_what_a_known_one_does() {
        let known = hashed("correct horse battery").await.unwrap();
        let (known, nobodys) = (
            PasswordHash::new(&known).unwrap(),
            PasswordHash::new(&NOBODYS).unwrap(),
        );
        assert_eq!(nobodys.algorithm, known.algorithm);
        assert_eq!(nobodys.version, known.version);
        assert_eq!(nobodys.params, known.params);
        let length = |hash: &PasswordHash| hash.hash.as_ref().map(|hash| hash.as_bytes().len());
        assert_eq!(length(&nobodys), length(&known));
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

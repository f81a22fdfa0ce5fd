//! The assertion by which an app says for which user it acts: a JWT signed with RS256.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{RSA_PKCS1_SHA256, RsaKeyPair};
use rustls::pki_types::PrivateKeyDer;
use rustls::pki_types::pem::PemObject as _;
use secrecy::{ExposeSecret as _, SecretString};

use super::limits::ASSERTION_SECONDS;

pub(super) struct Claims<'a> {
    /// The integration key.
    pub issuer: &'a str,
    /// The user who is acted for.
    pub subject: &'a str,
    /// The host that is asked, without scheme.
    pub audience: &'a str,
    pub scope: &'a str,
}

/// Whether a text is an RSA private key that can sign.
///
/// # Errors
/// Says what to paste instead.
pub fn check_key(pem: &SecretString) -> Result<(), String> {
    key_pair(pem).map(drop)
}

fn key_pair(pem: &SecretString) -> Result<RsaKeyPair, String> {
    let pem = pem.expose_secret().trim();
    let der = PrivateKeyDer::from_pem_slice(pem.as_bytes()).map_err(|_| {
        "This is no private key: paste all of it, from “-----BEGIN RSA PRIVATE KEY-----” to \
         “-----END RSA PRIVATE KEY-----”"
            .to_owned()
    })?;
    let pair = match &der {
        PrivateKeyDer::Pkcs1(key) => RsaKeyPair::from_der(key.secret_pkcs1_der()),
        PrivateKeyDer::Pkcs8(key) => RsaKeyPair::from_pkcs8(key.secret_pkcs8_der()),
        _ => return Err("This key is not an RSA key: DocuSign takes no other kind".to_owned()),
    };
    pair.map_err(|why| format!("This key can’t be used ({why}): generate another one in DocuSign"))
}

/// The signed assertion.
pub(super) fn assertion(
    claims: &Claims<'_>,
    key: &SecretString,
    now: Timestamp,
) -> Result<SecretString, String> {
    let pair = key_pair(key)?;
    let issued = now.as_second();
    let header = serde_json::json!({ "alg": "RS256", "typ": "JWT" });
    let body = serde_json::json!({
        "iss": claims.issuer,
        "sub": claims.subject,
        "aud": claims.audience,
        "iat": issued,
        "exp": issued + ASSERTION_SECONDS,
        "scope": claims.scope,
    });
    let encode = |value: &serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", encode(&header), encode(&body));
    let mut signature = vec![0; pair.public().modulus_len()];
    pair.sign(
        &RSA_PKCS1_SHA256,
        &SystemRandom::new(),
        signed.as_bytes(),
        &mut signature,
    )
    .map_err(|_| "The key could not sign".to_owned())?;
    Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_rsa_key_is_refused_with_what_to_paste() {
        for text in ["", "secret", "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n"] {
            let error = check_key(&text.into()).unwrap_err();
            assert!(error.contains("paste all of it"), "{text}: {error}");
        }
        let odd = "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----";
        assert!(
            check_key(&odd.into())
                .unwrap_err()
                .contains("generate another")
        );
    }
}

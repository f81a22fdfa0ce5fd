//! The email to whoever signed the NDA.

use askama::Template;
use url::Url;

use domain::dates::exact_moment;
use domain::email::message::Message;
use domain::nda::NdaSignature;
use domain::organizations::Organization;

/// What was signed, by whom, when and from where.
pub(super) struct SignedLetter<'a> {
    pub org: &'a Organization,
    pub account: &'a str,
    pub signature: &'a NdaSignature,
    /// Where the certificate is.
    pub page: &'a Url,
}

#[derive(Template)]
#[template(path = "email/nda_signed.html")]
struct SignedHtml<'a> {
    email: &'a SignedLetter<'a>,
}

#[derive(Template)]
#[template(path = "email/nda_signed.txt")]
struct SignedText<'a> {
    email: &'a SignedLetter<'a>,
}

impl SignedLetter<'_> {
    pub(super) fn subject(&self) -> String {
        format!("You signed the NDA of {}", self.org.name)
    }

    /// Label and value, one line each.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let signature = self.signature;
        vec![
            (
                "Agreement",
                format!("NDA of {}, version {}", self.org.name, signature.version),
            ),
            ("SHA-256 of its text", signature.sha256.clone()),
            ("Signed by", signature.full_name.to_string()),
            ("Email", signature.email.to_string()),
            ("For", self.account.to_owned()),
            ("Time", exact_moment(signature.signed_at)),
            ("IP address", signature.ip_address.clone()),
            ("Browser", signature.user_agent.clone()),
        ]
    }

    /// Both forms, from the templates in `templates/mail`.
    pub(super) fn to(&self) -> Result<Message, askama::Error> {
        Ok(Message {
            to: self.signature.email.clone(),
            subject: self.subject(),
            text: SignedText { email: self }.render()?,
            html: SignedHtml { email: self }.render()?,
        })
    }
}

//! Email addresses, and which of their domains say nothing about a company.

pub mod free_mail;
pub mod message;
pub mod notification;
pub mod visitor_preference;

use std::str::FromStr;

use crate::email::free_mail::is_free_mail;
use crate::organizations::hostname::ascii_host;

/// Domains of the same mailboxes (support.google.com/mail/answer/7436150).
const GMAIL: [&str; 2] = ["gmail.com", "googlemail.com"];

/// A syntactically valid address in lower case, at most 80 characters (the
/// length of Salesforce's `Email` fields).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct EmailAddress(String);

impl EmailAddress {
    /// Reads what a person typed. The error says what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let wrong =
            || format!("“{text}” is not an email address: it should look like name@company.com");
        let (local, domain) = text.rsplit_once('@').ok_or_else(wrong)?;
        // Domains with other letters are sent to in their ASCII form (RFC 5891).
        let domain = ascii_host(domain).ok_or_else(wrong)?;
        let ascii = format!("{}@{domain}", local.to_ascii_lowercase());
        lettre::Address::from_str(&ascii).map_err(|_| wrong())?;
        // A quoted name may hold what other systems take for something else; nobody has
        // one.
        if local.contains('"') {
            return Err(wrong());
        }
        if !domain.contains('.') || domain.ends_with('.') || !ascii.is_ascii() {
            return Err(wrong());
        }
        if ascii.len() > 80 {
            return Err("An email address can have at most 80 characters here".to_owned());
        }
        Ok(Self(ascii))
    }

    /// An address that was checked before it was stored.
    pub fn from_stored(address: String) -> Self {
        Self(address)
    }

    /// The address, in lower case and ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What follows the last `@`.
    pub fn domain(&self) -> &str {
        self.0.rsplit_once('@').map_or("", |(_, domain)| domain)
    }

    /// The address without what its provider leaves out when it delivers: a tag after a
    /// plus everywhere, dots at Gmail. Whoever has one such address has them all.
    pub fn mailbox(&self) -> String {
        let (local, domain) = self.0.rsplit_once('@').unwrap_or((&self.0, ""));
        let name = match local.split_once('+') {
            Some((name, _)) if !name.is_empty() => name,
            _ => local,
        };
        if GMAIL.contains(&domain) {
            format!("{}@{}", name.replace('.', ""), GMAIL[0])
        } else {
            format!("{name}@{domain}")
        }
    }

    /// Whether anyone can have an address at this domain, so that it names no company.
    pub fn is_free_mail(&self) -> bool {
        is_free_mail(self.domain())
    }

    /// The company's domain, or the whole address where the domain is anyone's:
    /// what belongs together for ordering and for locks in Salesforce.
    pub fn company_key(&self) -> &str {
        if self.is_free_mail() {
            &self.0
        } else {
            self.domain()
        }
    }
}

/// Reads a company's email domain as people type or paste it: in lower case, without
/// what stands before it.
///
/// # Errors
/// It is no domain, or one of a free-mail provider.
pub fn company_domain(typed: &str) -> Result<String, String> {
    let typed = typed.trim();
    let host = typed.split_once("://").map_or(typed, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or_default();
    let host = host.rsplit('@').next().unwrap_or_default();
    let host = host.strip_prefix("www.").unwrap_or(host);
    let address = EmailAddress::parse(&format!("x@{host}"))
        .map_err(|_| format!("“{typed}” is not a domain: it should look like company.com"))?;
    if address.is_free_mail() {
        return Err(format!(
            "{} gives mail to anyone: it is nobody’s company domain",
            address.domain()
        ));
    }
    Ok(address.domain().to_owned())
}

impl FromStr for EmailAddress {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

impl std::fmt::Display for EmailAddress {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_and_spaces_around_do_not_matter() {
        let email = EmailAddress::parse("  Ada.Lovelace@Example.COM ").unwrap();
        assert_eq!(email.as_str(), "ada.lovelace@example.com");
        assert_eq!(email.domain(), "example.com");
    }

    #[test]
    fn a_domain_may_have_letters_of_every_script() {
        let email = EmailAddress::parse("Info@Müller.DE").unwrap();
        assert_eq!(email.as_str(), "info@xn--mller-kva.de");
        assert_eq!(EmailAddress::parse("info@xn--mller-kva.de").unwrap(), email);
        assert_eq!(company_domain("www.müller.de").unwrap(), "xn--mller-kva.de");
        // Mail servers that take other letters before the @ are rare.
        assert!(EmailAddress::parse("jürgen@müller.de").is_err());
    }

    #[test]
    fn what_is_not_an_address_is_refused() {
        for bad in [
            "\"a@{b\"@example.com",
            "",
            "ada",
            "ada@",
            "@example.com",
            "ada@localhost",
            "a b@example.com",
            "ada@10.0.0.1",
            "ada@[10.0.0.1]",
            "ada@exa%6dple.com",
            "ada@example.com:25",
            "ada@example..com",
        ] {
            assert!(EmailAddress::parse(bad).is_err(), "{bad}");
        }
        assert!(EmailAddress::parse(&format!("{}@example.com", "a".repeat(70))).is_err());
    }

    #[test]
    fn an_alias_is_the_same_mailbox() {
        let of = |text| EmailAddress::parse(text).unwrap().mailbox();
        assert_eq!(of("bob+2@example.com"), "bob@example.com");
        assert_eq!(of("Bob+a+b@example.com"), "bob@example.com");
        assert_eq!(of("b.o.b+x@googlemail.com"), "bob@gmail.com");
        assert_eq!(of("b.ob@example.com"), "b.ob@example.com");
        assert_eq!(of("+bob@example.com"), "+bob@example.com");
    }

    #[test]
    fn free_mail_belongs_to_the_person_not_to_a_company() {
        let of = |text| EmailAddress::parse(text).unwrap().company_key().to_owned();
        assert_eq!(of("ada@gmail.com"), "ada@gmail.com");
        assert_eq!(of("ada@example.com"), "example.com");
    }

    #[test]
    fn a_domain_is_read_however_it_is_pasted() {
        for typed in [
            "Example.com",
            "@example.com",
            "https://www.example.com/about",
            "a@EXAMPLE.com",
        ] {
            assert_eq!(
                company_domain(typed).as_deref(),
                Ok("example.com"),
                "{typed}"
            );
        }
        for bad in ["", "example", "ex ample.com", "@"] {
            assert!(
                company_domain(bad).unwrap_err().contains("not a domain"),
                "{bad}"
            );
        }
        assert!(company_domain("GMail.com").unwrap_err().contains("anyone"));
    }
}

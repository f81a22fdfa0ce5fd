//! The name of a host, for a trust center at an address of its own.

use url::Host;

/// A name of the DNS in ASCII and lower case, as browsers and mail servers write names
/// with other letters (IDNA): `müller.de` is `xn--mller-kva.de`. `None` for what is no
/// name, such as an IP address.
pub fn ascii_host(text: &str) -> Option<String> {
    // `Host::parse` would take percent signs for escapes.
    if text.contains('%') {
        return None;
    }
    match Host::parse(text) {
        Ok(Host::Domain(name)) => Some(name),
        Ok(Host::Ipv4(_) | Host::Ipv6(_)) | Err(_) => None,
    }
}

/// At least two labels of letters, digits and hyphens, in lower case.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Hostname(String);

impl Hostname {
    /// Reads what a person typed. The error says what to do.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "“{}” is not a domain name: write it without https:// and path, for example \
                 trust.example.com",
                text.trim()
            )
        };
        let name = ascii_host(text.trim().trim_end_matches('.')).ok_or_else(wrong)?;
        let is_label = |label: &str| {
            (1..=63).contains(&label.len())
                && label
                    .bytes()
                    .all(|b| b.is_ascii_alphanumeric() || b == b'-')
                && !label.starts_with('-')
                && !label.ends_with('-')
        };
        let last = name.rsplit('.').next().unwrap_or_default();
        let shaped = name.len() <= 253
            && name.contains('.')
            && name.split('.').all(is_label)
            && !last.bytes().all(|b| b.is_ascii_digit())
            && !["localhost", "local", "internal"].contains(&last);
        if shaped {
            return Ok(Self(name));
        }
        Err(wrong())
    }

    /// The name, in lower case and ASCII.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Hostname {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

impl std::fmt::Display for Hostname {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_the_dns_can_hold_are_taken() {
        assert_eq!(
            Hostname::parse(" Trust.Example.COM. ").unwrap().as_str(),
            "trust.example.com"
        );
        assert_eq!(
            Hostname::parse("trust.müller.de").unwrap().as_str(),
            "trust.xn--mller-kva.de"
        );
        for bad in [
            "",
            "trust",
            "https://trust.example.com",
            "trust.example.com/path",
            "trust.example.com:8443",
            "10.0.0.1",
            "-a.example.com",
            "a..example.com",
            "a b.example.com",
            "localhost.localhost",
            &format!("{}.com", "a".repeat(64)),
        ] {
            assert!(Hostname::parse(bad).is_err(), "{bad}");
        }
    }
}

//! Which hosts are DocuSign.

use url::{Host, Url};

use domain::nda::docusign::DocusignEnvironment;

/// Where DocuSign is. Anything that isn't DocuSign's own is refused, loopback
/// excepted where the operator allows it.
#[derive(Clone, Debug)]
pub struct HostPolicy {
    /// Where tokens for developer accounts are asked for (`account-d.docusign.com`).
    pub demo: Url,
    /// The same for accounts whose signatures bind (`account.docusign.com`).
    pub production: Url,
    /// Whether plain http to this machine is DocuSign too. Proxies named in the
    /// environment are not used then.
    pub allow_loopback: bool,
}

const OWN: [&str; 2] = [".docusign.net", ".docusign.com"];

impl HostPolicy {
    /// Where tokens for that environment are asked for.
    pub const fn login_url(&self, environment: DocusignEnvironment) -> &Url {
        match environment {
            DocusignEnvironment::Demo => &self.demo,
            DocusignEnvironment::Production => &self.production,
        }
    }

    /// An address that DocuSign named: tokens and people may be sent there.
    ///
    /// # Errors
    /// It isn't DocuSign's.
    pub fn check(&self, url: &str) -> Result<Url, String> {
        let wrong = || format!("“{url}” is not an address of DocuSign");
        let parsed = Url::parse(url).map_err(|_| wrong())?;
        let plain = parsed.username().is_empty() && parsed.password().is_none();
        let own = parsed.scheme() == "https"
            && parsed.port().is_none()
            && parsed
                .host_str()
                .is_some_and(|host| OWN.iter().any(|own| host.ends_with(own)));
        if plain && (own || self.is_loopback(&parsed)) {
            Ok(parsed)
        } else {
            Err(wrong())
        }
    }

    fn is_loopback(&self, url: &Url) -> bool {
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        self.allow_loopback && here && url.scheme() == "http"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(allow_loopback: bool) -> HostPolicy {
        HostPolicy {
            demo: Url::parse("https://account-d.docusign.com").unwrap(),
            production: Url::parse("https://account.docusign.com").unwrap(),
            allow_loopback,
        }
    }

    #[test]
    fn only_docusigns_own_hosts_are_trusted() {
        for url in [
            "https://demo.docusign.net",
            "https://na3.docusign.net/Signing/x?y=1",
            "https://apps.docusign.com/sign",
        ] {
            assert!(policy(false).check(url).is_ok(), "{url}");
        }
        for url in [
            "http://demo.docusign.net",
            "https://docusign.net.evil.com",
            "https://evildocusign.net",
            "https://demo.docusign.net:8443",
            "https://user@demo.docusign.net",
            "http://127.0.0.1:9000",
            "demo.docusign.net",
            "",
        ] {
            assert!(policy(false).check(url).is_err(), "{url}");
        }
    }

    #[test]
    fn loopback_is_docusign_only_where_the_operator_allows_it() {
        assert!(policy(true).check("http://127.0.0.1:9000/x").is_ok());
        assert!(policy(true).check("http://10.0.0.1:9000/x").is_err());
        assert!(policy(true).check("http://localhost.evil.com").is_err());
    }
}

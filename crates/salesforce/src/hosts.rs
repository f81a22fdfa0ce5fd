//! Which hosts may be asked to log someone in, and which may hold an org.

use url::{Host, Url};

use salesforce_records::Environment;

/// Where Salesforce is. Anything that isn't Salesforce's own is refused,
/// loopback excepted where the operator allows it.
#[derive(Clone, Debug)]
pub struct HostPolicy {
    /// Where users of production orgs log in without a My Domain.
    pub production: Url,
    /// Where users of sandboxes log in without a My Domain.
    pub sandbox: Url,
    /// Whether plain http to this machine is a Salesforce org too. Proxies
    /// named in the environment are not used then.
    pub allow_loopback: bool,
}

impl Default for HostPolicy {
    fn default() -> Self {
        let constant = |url| Url::parse(url).expect("a constant address");
        Self {
            production: constant("https://login.salesforce.com"),
            sandbox: constant("https://test.salesforce.com"),
            allow_loopback: false,
        }
    }
}

/// What a browser shows in place of the My Domain on other pages of the same org.
const SISTERS: [&str; 2] = [".lightning.force.com", ".my.salesforce-setup.com"];
const MY_DOMAIN: &str = ".my.salesforce.com";

impl HostPolicy {
    /// The address where users of such an org log in without a My Domain.
    pub fn login_url(&self, environment: Environment) -> &Url {
        match environment {
            Environment::Production => &self.production,
            Environment::Sandbox => &self.sandbox,
        }
    }

    /// The login address for what somebody typed as My Domain: `acme`,
    /// `acme--uat`, a host, or an address copied from the browser. The error
    /// says what to type.
    pub fn my_domain(&self, typed: &str) -> Result<Url, String> {
        let typed = typed.trim();
        let wrong = || {
            format!(
                "“{typed}” is not a My Domain: type it as in acme.my.salesforce.com, \
                 or for a sandbox acme--uat.sandbox.my.salesforce.com"
            )
        };
        if is_label(typed) {
            let world = if typed.contains("--") { ".sandbox" } else { "" };
            return Url::parse(&format!("https://{typed}{world}{MY_DOMAIN}")).map_err(|_| wrong());
        }
        let address = if typed.contains("://") {
            typed.to_owned()
        } else {
            format!("https://{typed}")
        };
        let url = Url::parse(&address).map_err(|_| wrong())?;
        if self.is_loopback(&url) {
            return Ok(origin(&url));
        }
        let host = url.host_str().unwrap_or_default();
        let name = SISTERS
            .iter()
            .find_map(|sister| host.strip_suffix(sister))
            .or_else(|| host.strip_suffix(MY_DOMAIN))
            .filter(|name| name.split('.').all(is_label))
            .ok_or_else(wrong)?;
        if !is_plain_https(&url) {
            return Err(wrong());
        }
        Url::parse(&format!("https://{name}{MY_DOMAIN}")).map_err(|_| wrong())
    }

    /// The address of the org that a token answer names, if tokens may be sent to it:
    /// https on a host below `salesforce.com`, or loopback where that is allowed. The
    /// error says that it may not be.
    pub fn check_instance(&self, url: &str) -> Result<Url, String> {
        let wrong =
            || format!("“{url}” is not an address of Salesforce, so no token is sent to it");
        let parsed = Url::parse(url).map_err(|_| wrong())?;
        let ours = parsed
            .host_str()
            .and_then(|host| host.strip_suffix(".salesforce.com"))
            .is_some_and(|name| name.split('.').all(is_label));
        if self.is_loopback(&parsed) || (ours && is_plain_https(&parsed)) {
            return Ok(origin(&parsed));
        }
        Err(wrong())
    }

    fn is_loopback(&self, url: &Url) -> bool {
        let here = match url.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            None => false,
        };
        self.allow_loopback && here && url.scheme() == "http" && has_no_user(url)
    }
}

fn is_plain_https(url: &Url) -> bool {
    url.scheme() == "https" && url.port().is_none() && has_no_user(url)
}

fn has_no_user(url: &Url) -> bool {
    url.username().is_empty() && url.password().is_none()
}

/// One part of a host name.
fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 63
        && !text.starts_with('-')
        && !text.ends_with('-')
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

/// Scheme, host and port only.
fn origin(url: &Url) -> Url {
    let mut url = url.clone();
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    url
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with_loopback() -> HostPolicy {
        HostPolicy {
            allow_loopback: true,
            ..HostPolicy::default()
        }
    }

    #[test]
    fn a_my_domain_may_be_typed_in_many_ways() {
        for (typed, url) in [
            ("acme", "https://acme.my.salesforce.com/"),
            (" Acme ", "https://acme.my.salesforce.com/"),
            ("acme--uat", "https://acme--uat.sandbox.my.salesforce.com/"),
            ("acme.my.salesforce.com", "https://acme.my.salesforce.com/"),
            (
                "https://acme--uat.sandbox.my.salesforce.com/lightning/page/home?x=1#y",
                "https://acme--uat.sandbox.my.salesforce.com/",
            ),
            (
                "https://acme.lightning.force.com/lightning/setup/SetupOneHome/home",
                "https://acme.my.salesforce.com/",
            ),
            (
                "acme-dev-ed.develop.my.salesforce.com",
                "https://acme-dev-ed.develop.my.salesforce.com/",
            ),
        ] {
            let read = HostPolicy::default().my_domain(typed);
            assert_eq!(read.as_ref().map(Url::as_str), Ok(url), "{typed}");
        }
    }

    #[test]
    fn what_is_not_a_my_domain_is_refused_with_an_example() {
        for typed in [
            "",
            "login.salesforce.com",
            "https://evil.com/acme.my.salesforce.com",
            "acme.my.salesforce.com.evil.com",
            "https://user:pass@acme.my.salesforce.com",
            "http://acme.my.salesforce.com",
            "https://acme.my.salesforce.com:8443",
            "https://.my.salesforce.com",
            "javascript://acme.my.salesforce.com",
            "acme corp",
            "http://127.0.0.1:9000",
            "http://localhost:9000",
        ] {
            let error = HostPolicy::default().my_domain(typed).unwrap_err();
            assert!(error.contains("acme.my.salesforce.com"), "{typed}: {error}");
        }
    }

    #[test]
    fn loopback_is_an_org_only_where_the_operator_allows_it() {
        for url in [
            "http://127.0.0.1:9000",
            "http://localhost:9000",
            "http://[::1]:9000",
        ] {
            assert!(with_loopback().my_domain(url).is_ok(), "{url}");
            assert!(with_loopback().check_instance(url).is_ok(), "{url}");
            assert!(HostPolicy::default().check_instance(url).is_err(), "{url}");
        }
        for url in [
            "http://10.0.0.1:9000",
            "http://user@localhost",
            "http://localhost.evil.com",
        ] {
            assert!(with_loopback().check_instance(url).is_err(), "{url}");
        }
    }

    #[test]
    fn tokens_go_to_salesforce_only() {
        let policy = HostPolicy::default();
        for url in [
            "https://acme.my.salesforce.com",
            "https://acme--uat.sandbox.my.salesforce.com/",
            "https://na139.salesforce.com",
        ] {
            assert!(policy.check_instance(url).is_ok(), "{url}");
        }
        for url in [
            "http://acme.my.salesforce.com",
            "https://acme.my.salesforce.com:8443",
            "https://salesforce.com.evil.com",
            "https://evilsalesforce.com",
            "https://x@acme.my.salesforce.com",
            "ftp://acme.my.salesforce.com",
            "acme",
            "",
        ] {
            assert!(policy.check_instance(url).is_err(), "{url}");
        }
    }

    #[test]
    fn each_environment_has_its_login_host() {
        let policy = HostPolicy::default();
        let of = |environment| policy.login_url(environment).as_str();
        assert_eq!(of(Environment::Production), "https://login.salesforce.com/");
        assert_eq!(of(Environment::Sandbox), "https://test.salesforce.com/");
    }
}

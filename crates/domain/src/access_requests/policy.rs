//! Whom the public form lets ask for access, and who is let in by themselves.

use crate::email::EmailAddress;
use crate::keyed::keyed;
use crate::limits::BLOCKED_DOMAINS;
use crate::organizations::hostname::ascii_host;

/// When a request is approved without a person deciding.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum AutomaticApproval {
    /// Staff decide every request.
    #[default]
    Never,
    /// Where the email's domain is that of an account.
    KnownDomain,
    /// Also where it is nobody's: an account is made.
    Always,
}

impl AutomaticApproval {
    /// Every choice, from the strictest to the most open.
    pub const ALL: [Self; 3] = [Self::Never, Self::KnownDomain, Self::Always];

    /// The stable name in the database and in forms.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::KnownDomain => "known_domain",
            Self::Always => "always",
        }
    }
}

keyed!(AutomaticApproval, "a choice of automatic approval");

/// What an organization has decided about requests for access: whose are taken, and which
/// are approved without a person.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct AccessPolicy {
    /// When a request is approved without a person deciding.
    pub automatic: AutomaticApproval,
    /// Whether addresses of free-mail providers are refused.
    pub refuses_free_mail: bool,
    /// A request counts once its address was confirmed by an emailed link.
    pub confirms_address: bool,
    /// The email domains whose requests are refused.
    pub refused_domains: RefusedDomains,
}

impl AccessPolicy {
    /// Why someone of this address can't ask, in a sentence for them. It depends on
    /// the address alone, so it tells nothing about who has access.
    pub fn refusal(&self, email: &EmailAddress) -> Option<String> {
        let domain = email.domain();
        if self.refuses_free_mail && email.is_free_mail() {
            return Some(format!(
                "Please use your company’s address: requests from {domain} are not taken."
            ));
        }
        self.refused_domains.contains(domain).then(|| {
            format!("Requests from {domain} are not taken. Please use another company’s address.")
        })
    }
}

/// Domains in lower case and ASCII, sorted, each once. One includes its subdomains.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct RefusedDomains(Vec<String>);

impl RefusedDomains {
    /// Reads what was typed, a domain a line. The error names each wrong line.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut domains = Vec::new();
        let mut wrong = Vec::new();
        for (number, line) in (1..).zip(text.lines()) {
            match read_domain(line) {
                Ok(Some(domain)) => domains.push(domain),
                Ok(None) => {}
                Err(problem) => wrong.push(format!("Line {number}: {problem}")),
            }
        }
        if !wrong.is_empty() {
            let more = wrong.len().saturating_sub(5);
            wrong.truncate(5);
            if more > 0 {
                wrong.push(format!("and {more} more lines"));
            }
            return Err(wrong.join(". "));
        }
        domains.sort_unstable();
        domains.dedup();
        if domains.len() > BLOCKED_DOMAINS {
            return Err(format!(
                "The list has {} domains; at most {BLOCKED_DOMAINS} can be refused",
                domains.len()
            ));
        }
        Ok(Self(domains))
    }

    /// Reads what [`Self`] wrote itself, a domain a line.
    pub fn of_lines(lines: &str) -> Self {
        Self(lines.lines().map(str::to_owned).collect())
    }

    /// How many domains there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether no domain is refused.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether the domain, or one that it is below, is in the list.
    pub fn contains(&self, domain: &str) -> bool {
        let mut rest = Some(domain);
        while let Some(name) = rest {
            if self.0.iter().any(|refused| refused == name) {
                return true;
            }
            rest = name.split_once('.').map(|(_, parent)| parent);
        }
        false
    }
}

impl std::fmt::Display for RefusedDomains {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0.join("\n"))
    }
}

/// One line: nothing, or a domain in the form in which email addresses have it.
fn read_domain(line: &str) -> Result<Option<String>, String> {
    let line = line.trim();
    let bare = line.trim_start_matches("*.").trim_start_matches('@');
    if bare.is_empty() && line.is_empty() {
        return Ok(None);
    }
    let wrong = || format!("“{line}” is not a domain; write it like company.com");
    if bare.contains(['@', '/', ':', ' ']) {
        return Err(wrong());
    }
    let domain = ascii_host(bare.trim_end_matches('.')).ok_or_else(wrong)?;
    if !domain.contains('.') {
        return Err(format!(
            "“{line}” would refuse every address that ends with it; write a whole domain"
        ));
    }
    Ok(Some(domain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> EmailAddress {
        EmailAddress::parse(text).unwrap()
    }

    #[test]
    fn domains_are_normalised_sorted_and_kept_once() {
        let typed = "  Rival.COM \n\n@rival.com\n*.spy.example\nmünchen.de\nxn--mnchen-3ya.de.";
        let list = RefusedDomains::parse(typed).unwrap();
        assert_eq!(
            list.to_string(),
            "rival.com\nspy.example\nxn--mnchen-3ya.de"
        );
        assert_eq!(RefusedDomains::of_lines(&list.to_string()), list);
        assert!(RefusedDomains::parse(" \n").unwrap().is_empty());
    }

    #[test]
    fn each_wrong_line_is_named() {
        let problem =
            RefusedDomains::parse("ok.com\nnot a domain\n10.0.0.1\ncom\na@b.com").unwrap_err();
        for says in [
            "Line 2: “not a domain” is not a domain",
            "Line 3: “10.0.0.1”",
            "Line 4: “com” would refuse every address",
            "Line 5: “a@b.com”",
        ] {
            assert!(problem.contains(says), "{problem}");
        }
        assert!(!problem.contains("Line 1"));
    }

    #[test]
    fn subdomains_are_included_and_lookalikes_are_not() {
        let list = RefusedDomains::parse("rival.com").unwrap();
        assert!(list.contains("rival.com") && list.contains("mail.eu.rival.com"));
        assert!(!list.contains("notrival.com") && !list.contains("rival.com.example"));
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        let policy = AccessPolicy {
            refuses_free_mail: true,
            refused_domains: RefusedDomains::parse("rival.com").unwrap(),
            ..AccessPolicy::default()
        };
        let said = policy.refusal(&email("ada@gmail.com")).unwrap();
        assert!(
            said.starts_with("Please use your company’s address"),
            "{said}"
        );
        assert!(policy.refusal(&email("ada@x.rival.com")).is_some());
        assert_eq!(policy.refusal(&email("ada@acme.com")), None);
        assert_eq!(
            AccessPolicy::default().refusal(&email("ada@gmail.com")),
            None
        );
    }
}

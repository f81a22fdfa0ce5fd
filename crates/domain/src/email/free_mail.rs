//! Email domains that are anyone's, so that they name no company.

use std::cmp::Ordering;

/// Providers with a domain for each country: `yahoo.co.uk`, `hotmail.fr`.
const FAMILIES: [&str; 8] = [
    "aol",
    "gmx",
    "googlemail",
    "hotmail",
    "live",
    "outlook",
    "yahoo",
    "yandex",
];

/// Countries under which companies register a level deeper: `co.uk`, `com.au`.
const SECOND_LEVELS: [&str; 2] = ["co", "com"];

/// What the lists lack. In alphabetical order.
const MORE: [&str; 8] = [
    "hey.com",
    "mailbox.org",
    "startmail.com",
    "swissonline.ch",
    "talktalk.net",
    "tuta.com",
    "tutanota.com",
    "vodafone.it",
];

/// Sorted, one a line; `scripts/update-lists` writes them.
const FREE: &str = include_str!("../../lists/free-mail.txt");
const DISPOSABLE: &str = include_str!("../../lists/disposable-mail.txt");

/// Whether addresses at this domain, in lower case, are anyone's.
pub fn is_free_mail(domain: &str) -> bool {
    [FREE, DISPOSABLE].iter().any(|list| has_line(list, domain))
        || MORE.contains(&domain)
        || is_of_family(domain)
        || is_public_suffix(domain)
}

/// Whether anyone can register names below it (publicsuffix.org): `co.uk`, `github.io`.
fn is_public_suffix(domain: &str) -> bool {
    psl::suffix_str(domain) == Some(domain)
}

/// Whether this is one of the sorted lines.
fn has_line(lines: &str, line: &str) -> bool {
    let (mut low, mut high) = (0, lines.len());
    while low < high {
        let middle = low.midpoint(high);
        let start = lines[..middle].rfind('\n').map_or(0, |at| at + 1);
        let end = lines[middle..].find('\n').map_or(high, |at| middle + at);
        match lines[start..end].cmp(line) {
            Ordering::Equal => return true,
            Ordering::Less => low = end + 1,
            Ordering::Greater => high = start,
        }
    }
    false
}

fn is_of_family(domain: &str) -> bool {
    let Some((name, rest)) = domain.split_once('.') else {
        return false;
    };
    let is_ending = |text: &str| match text.split_once('.') {
        None => matches!(text.len(), 2 | 3),
        Some((second, country)) => SECOND_LEVELS.contains(&second) && country.len() == 2,
    };
    FAMILIES.contains(&name) && is_ending(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_anybody_can_register_a_name_is_nobodys_domain() {
        for suffix in ["co.uk", "com.au", "github.io", "gov.br"] {
            assert!(is_free_mail(suffix), "{suffix}");
        }
        for company in ["acme.co.uk", "acme.github.io", "northgate.example"] {
            assert!(!is_free_mail(company), "{company}");
        }
    }

    #[test]
    fn every_line_of_the_lists_is_found() {
        for list in [FREE, DISPOSABLE] {
            assert!(list.lines().is_sorted() && list.is_ascii());
            assert!(list.lines().step_by(97).all(|line| has_line(list, line)));
            let (first, last) = (list.lines().next(), list.lines().next_back());
            assert!(has_line(list, first.unwrap()) && has_line(list, last.unwrap()));
            assert!(!has_line(list, "") && !has_line(list, "zzz") && !has_line(list, "!"));
        }
    }

    #[test]
    fn providers_are_known_in_every_country() {
        for domain in [
            "gmail.com",
            "yahoo.co.uk",
            "hotmail.fr",
            "gmx.net",
            "live.com.au",
            "att.net",
            "docomo.ne.jp",
            "abv.bg",
            "proton.me",
            "mailinator.com",
        ] {
            assert!(is_free_mail(domain), "{domain}");
        }
    }

    #[test]
    fn companies_are_not_taken_for_providers() {
        for domain in [
            "acme.com",
            "outlook.example",
            "live.acme.com",
            "yahoo-inc.com",
            "mail.acme.com",
            "alibaba.com",
            "facebook.com",
            "microsoft.com",
        ] {
            assert!(!is_free_mail(domain), "{domain}");
        }
    }
}

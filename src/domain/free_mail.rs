//! Email domains that are anybody's, so that they name no company.

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

/// Providers, and some that throw mailboxes away. In alphabetical order.
const PROVIDERS: [&str; 101] = [
    "10minutemail.com",
    "126.com",
    "139.com",
    "163.com",
    "aliyun.com",
    "aol.com",
    "arcor.de",
    "bigpond.com",
    "bluewin.ch",
    "bol.com.br",
    "btinternet.com",
    "charter.net",
    "comcast.net",
    "cox.net",
    "duck.com",
    "earthlink.net",
    "email.com",
    "email.cz",
    "fastmail.com",
    "fastmail.fm",
    "foxmail.com",
    "free.fr",
    "freemail.hu",
    "freenet.de",
    "gmail.com",
    "guerrillamail.com",
    "hanmail.net",
    "hey.com",
    "hushmail.com",
    "icloud.com",
    "inbox.com",
    "inbox.lv",
    "inbox.ru",
    "interia.pl",
    "laposte.net",
    "libero.it",
    "list.ru",
    "mac.com",
    "mail.bg",
    "mail.com",
    "mail.de",
    "mail.ru",
    "mailbox.org",
    "mailfence.com",
    "mailinator.com",
    "me.com",
    "msn.com",
    "naver.com",
    "o2.pl",
    "onet.pl",
    "online.no",
    "op.pl",
    "optonline.net",
    "optusnet.com.au",
    "orange.fr",
    "pm.me",
    "posteo.de",
    "proton.me",
    "protonmail.ch",
    "protonmail.com",
    "qq.com",
    "rambler.ru",
    "rediffmail.com",
    "rocketmail.com",
    "runbox.com",
    "sapo.pt",
    "sbcglobal.net",
    "seznam.cz",
    "sfr.fr",
    "sharklasers.com",
    "shaw.ca",
    "sina.com",
    "sky.com",
    "skynet.be",
    "sohu.com",
    "startmail.com",
    "swissonline.ch",
    "t-online.de",
    "talktalk.net",
    "telenet.be",
    "temp-mail.org",
    "terra.com.br",
    "tiscali.it",
    "trashmail.com",
    "tuta.com",
    "tuta.io",
    "tutanota.com",
    "tutanota.de",
    "ukr.net",
    "uol.com.br",
    "verizon.net",
    "virgilio.it",
    "virginmedia.com",
    "vodafone.it",
    "wanadoo.fr",
    "web.de",
    "wp.pl",
    "yeah.net",
    "ymail.com",
    "yopmail.com",
    "zohomail.com",
];

/// Whether addresses at this domain, in lower case, are anybody's.
pub(super) fn is_free_mail(domain: &str) -> bool {
    PROVIDERS.binary_search(&domain).is_ok() || is_of_family(domain)
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
    fn the_list_can_be_searched() {
        assert!(PROVIDERS.is_sorted());
    }

    #[test]
    fn providers_are_known_in_every_country() {
        for domain in [
            "gmail.com",
            "yahoo.co.uk",
            "hotmail.fr",
            "gmx.net",
            "live.com.au",
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
        ] {
            assert!(!is_free_mail(domain), "{domain}");
        }
    }
}

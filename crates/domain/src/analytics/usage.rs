//! What is looked at on a trust center, and by whom.

/// One thing that is counted.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum UsageKind {
    /// The first page after 30 minutes without one.
    Visit,
    /// A page of the trust center, or of an item.
    Page,
    /// A document shown inside a page.
    Preview,
    /// A file that was downloaded.
    Download,
}

impl UsageKind {
    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Visit => "visit",
            Self::Page => "page",
            Self::Preview => "preview",
            Self::Download => "download",
        }
    }
}

impl std::fmt::Display for UsageKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for UsageKind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Visit, Self::Page, Self::Preview, Self::Download];
        let found = all.into_iter().find(|kind| kind.key() == text);
        found.ok_or_else(|| format!("`{text}` is nothing that is counted"))
    }
}

/// Who looked.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Audience {
    /// Signed in, with access for an account.
    Member,
    /// Signed in, but nothing locked is open to them.
    Guest,
    /// Not signed in.
    Anonymous,
}

impl Audience {
    /// The stable name in the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Guest => "guest",
            Self::Anonymous => "anonymous",
        }
    }
}

impl std::fmt::Display for Audience {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.key())
    }
}

impl std::str::FromStr for Audience {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let all = [Self::Member, Self::Guest, Self::Anonymous];
        let found = all.into_iter().find(|audience| audience.key() == text);
        found.ok_or_else(|| format!("`{text}` is nobody who looks"))
    }
}

/// Robots by name, in lower case; `^` before one means at the beginning.
/// `scripts/update-lists` writes them.
const NAMED: &str = include_str!("../../lists/robots.txt");

/// What other robots call themselves: crawlers, previews of links in chats, scanners of
/// mail gateways, monitors, and libraries of programs. Browsers that a program drives
/// count as robots too, although a person may have started one.
const ROBOTS: [&str; 37] = [
    "bot",
    "crawl",
    "spider",
    "slurp",
    "scan",
    "scrape",
    "fetch",
    "archiver",
    "monitor",
    "uptime",
    "pingdom",
    "statuscake",
    "lighthouse",
    "pagespeed",
    "headless",
    "phantomjs",
    "facebookexternalhit",
    "whatsapp",
    "slack-imgproxy",
    "skypeuripreview",
    "linkpreview",
    "embedly",
    "safelinks",
    "mimecast",
    "proofpoint",
    "barracuda",
    "urldefense",
    "curl/",
    "wget",
    "python",
    "go-http-client",
    "java/",
    "okhttp",
    "libwww",
    "axios",
    "guzzle",
    "feedreader",
];

/// Phones whose names hold such a word.
const PEOPLE: [&str; 2] = ["cubot", "scanner app"];

/// Whether no person looks through what calls itself so. Every browser says who it is.
pub fn is_robot(user_agent: &str) -> bool {
    let mut name = user_agent.trim().to_ascii_lowercase();
    for person in PEOPLE {
        name = name.replace(person, "");
    }
    name.is_empty()
        || ROBOTS.iter().any(|robot| name.contains(robot))
        || NAMED.lines().any(|robot| is_called(&name, robot))
}

fn is_called(name: &str, robot: &str) -> bool {
    match robot.strip_prefix('^') {
        Some(beginning) => name.starts_with(beginning),
        None => name.contains(robot),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn robots_are_told_from_browsers() {
        let robots = [
            "",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; bingbot/2.0)",
            "Mozilla/5.0 (compatible; YandexBot/3.0)",
            "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
            "facebookexternalhit/1.1",
            "WhatsApp/2.23.20.0",
            "Mozilla/5.0 (compatible; Barracuda Sentinel (EE))",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/131.0.0.0",
            "curl/8.5.0",
            "python-requests/2.32.3",
            "Go-http-client/2.0",
            "UptimeRobot/2.0",
            "GPTBot/1.2",
            "Mozilla/5.0 (compatible; Google-InspectionTool/1.0;)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 ClaudeBot/1.0",
            "Apache-HttpClient/4.5.14 (Java/17.0.9)",
            "Mozilla/5.0 (compatible; Yahoo! Slurp)",
            "Iframely/1.3.1 (+https://iframely.com/docs/about)",
        ];
        for robot in robots {
            assert!(is_robot(robot), "{robot}");
        }
        let people = [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) \
             Chrome/131.0.0.0 Safari/537.36 Edg/131.0.0.0",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like \
             Gecko) Version/18.1 Safari/605.1.15",
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, \
             like Gecko) Version/18.1 Mobile/15E148 Safari/604.1",
            "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
            "Mozilla/5.0 (Linux; Android 13; CUBOT KINGKONG 9) AppleWebKit/537.36 Chrome/119 \
             Mobile Safari/537.36",
        ];
        for person in people {
            assert!(!is_robot(person), "{person}");
        }
    }

    #[test]
    fn what_the_database_keeps_is_read_back() {
        for kind in [
            UsageKind::Visit,
            UsageKind::Page,
            UsageKind::Preview,
            UsageKind::Download,
        ] {
            assert_eq!(kind.key().parse(), Ok(kind));
        }
        for audience in [Audience::Member, Audience::Guest, Audience::Anonymous] {
            assert_eq!(audience.key().parse(), Ok(audience));
        }
    }
}

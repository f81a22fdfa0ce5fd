//! Finds the pages there are, without a browser: asks for every address and follows
//! every link, as different people.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use reqwest::StatusCode;
use testkit::client::Page;
use testkit::html;
use url::Url;

use crate::support::{Browser, Route, routes};

/// How many answers of one kind, such as items of one filter, are followed.
const MOST: usize = 12;

/// What a page is made of: elements with their classes, each once. Pages of the same
/// make have the same mistakes.
pub type Make = BTreeSet<String>;

/// Attributes that tell elements apart.
const TELLING: [&str; 7] = [
    "class",
    "type",
    "role",
    "disabled",
    "open",
    "aria-current",
    "aria-invalid",
];

pub fn make_of(page: &str) -> Make {
    let tags = html::tags(page);
    let make = tags.iter().map(|tag| {
        let told = TELLING.map(|name| tag.attribute(name).unwrap_or("-"));
        format!("{} {}", tag.name, told.join(" "))
    });
    make.collect()
}

/// A page to inspect.
#[derive(Clone, Debug)]
pub struct Visit {
    /// Whose browser, by its place among the people.
    pub person: usize,
    pub path: String,
    pub status: u16,
}

pub struct Explorer {
    routes: Vec<Route>,
    /// Routes that someone got an answer from.
    answered: BTreeSet<String>,
    seen: BTreeSet<(String, Make)>,
    pub visits: Vec<Visit>,
}

impl Explorer {
    /// Knows only routes of these paths.
    pub fn for_routes(which: impl Fn(&str) -> bool) -> Self {
        let mut routes = routes();
        routes.retain(|route| route.takes("get") && which(&route.path));
        Self {
            routes,
            answered: BTreeSet::new(),
            seen: BTreeSet::new(),
            visits: Vec::new(),
        }
    }

    /// The addresses without parameters, from which the others are linked.
    pub fn beginnings(&self, slug: &str) -> Vec<String> {
        let routes = self.routes.iter();
        let known = routes.filter(|route| route.parameters().iter().all(|name| *name == "slug"));
        known.map(|route| route.filled(&[slug])).collect()
    }

    /// Asks for all of these, and for what is linked from there.
    pub async fn explore(&mut self, person: usize, browser: &Browser, paths: Vec<String>) {
        let mut queue: VecDeque<String> = paths.into();
        let mut asked = BTreeSet::new();
        let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
        while let Some(path) = queue.pop_front() {
            let url = browser.client().url(&path).expect("an address");
            let Some(route) = self.route_of(url.path()) else {
                continue;
            };
            let kind = kind_of(&route, &url);
            let followed = kinds.get(&kind).copied().unwrap_or(0);
            if followed >= MOST || !asked.insert(path.clone()) {
                continue;
            }
            let page = browser.get(&path).await;
            if self.take(person, &route, path, &page) {
                *kinds.entry(kind).or_default() += 1;
                queue.extend(links(&page));
            }
        }
    }

    /// Whether it is an answer.
    fn take(&mut self, person: usize, route: &Route, path: String, page: &Page) -> bool {
        assert!(!page.status.is_server_error(), "{}", page.summary());
        let is_page = page
            .header("content-type")
            .is_some_and(|kind| kind.starts_with("text/html"));
        let is_refusal = matches!(
            page.status,
            StatusCode::UNAUTHORIZED
                | StatusCode::FORBIDDEN
                | StatusCode::NOT_FOUND
                | StatusCode::METHOD_NOT_ALLOWED
        );
        if is_page {
            // Errors look the same everywhere.
            let place = if is_refusal {
                page.status.to_string()
            } else {
                route.path.clone()
            };
            if self.seen.insert((place, make_of(&page.html()))) {
                let status = page.status.as_u16();
                self.visits.push(Visit {
                    person,
                    path,
                    status,
                });
            }
        }
        let is_answer = !is_refusal && !leads_to_sign_in(page);
        if is_answer {
            self.answered.insert(route.path.clone());
        }
        is_answer
    }

    fn route_of(&self, path: &str) -> Option<Route> {
        let fits = self.routes.iter().filter(|route| route.matches(path));
        fits.min_by_key(|route| route.parameters().len()).cloned()
    }

    /// Fails if there are routes that nobody got an answer from.
    pub fn knows_all(&self) {
        let paths = self.routes.iter().map(|route| &route.path);
        let missing: Vec<_> = paths
            .filter(|path| !self.answered.contains(*path))
            .collect();
        assert!(
            missing.is_empty(),
            "nobody who follows the links of pages got an answer from {missing:#?}"
        );
    }
}

/// The same page with another id or word is of the same kind, with another filter
/// it isn't.
fn kind_of(route: &Route, url: &Url) -> String {
    let names: BTreeSet<_> = url
        .query_pairs()
        .map(|(name, _)| name.into_owned())
        .collect();
    format!("{} {names:?}", route.path)
}

fn leads_to_sign_in(page: &Page) -> bool {
    let to = page.location().filter(|_| page.status.is_redirection());
    to.is_some_and(|to| to.path() == "/login" || to.path().ends_with("/sign-in"))
}

/// Where a page or a redirect leads, on this server.
fn links(page: &Page) -> Vec<String> {
    let text = page.html();
    let mut found: Vec<Url> = page.location().into_iter().collect();
    if page
        .header("content-type")
        .is_some_and(|kind| kind.starts_with("text/html"))
    {
        for tag in html::tags(&text) {
            let is_get = tag.name == "form" && tag.attribute("method").is_none_or(|m| m == "get");
            let names = if is_get {
                &["action"][..]
            } else {
                &["href", "src", "srcset", "data-lookup"]
            };
            let values = names.iter().filter_map(|name| tag.attribute(name));
            found.extend(values.filter_map(|value| page.url.join(value).ok()));
        }
    }
    let own = found
        .into_iter()
        .filter(|url| url.origin() == page.url.origin());
    own.map(|url| match url.query() {
        Some(query) => format!("{}?{query}", url.path()),
        None => url.path().to_owned(),
    })
    .collect()
}

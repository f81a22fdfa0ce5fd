//! Asking every route for everything.

use std::collections::BTreeSet;

use reqwest::Method;
use testkit::client::Page;

use crate::support::{Browser, Dump, Route, form_fields, routes};

/// Words that parameters take beside ids.
const NAMES: [&str; 4] = ["1", "requested_access", "create_lead", "x"];

const RANGES: [&str; 3] = ["bytes=0-", "bytes=1-30", "bytes=-10"];
/// Words that stand for a file.
const FILES: [&str; 2] = ["signed", "certificate"];

/// All addresses, with these ids in every place.
pub struct Addresses {
    paths: BTreeSet<(String, Route)>,
}

impl Addresses {
    /// `slug` is whose trust center; the ids are what is asked for.
    pub fn for_trust_center(slug: &str, rows: &Dump) -> Self {
        let mut paths = BTreeSet::new();
        for route in routes() {
            // A session that signed out can't send more requests.
            if route.path.ends_with("/sign-out") || route.path == "/logout" {
                continue;
            }
            let mut filled = vec![Vec::<String>::new()];
            let unknown = route
                .parameters()
                .iter()
                .filter(|name| **name != "slug")
                .count();
            for name in route.parameters() {
                let values = match name {
                    "slug" => vec![slug.to_owned()],
                    _ => values(&route, name, unknown == 1, rows),
                };
                let longer = filled.iter().flat_map(|before| {
                    values
                        .iter()
                        .map(|value| [&before[..], std::slice::from_ref(value)].concat())
                });
                filled = longer.collect();
            }
            for values in filled {
                let values: Vec<_> = values.iter().map(String::as_str).collect();
                paths.insert((route.filled(&values), route.clone()));
            }
        }
        Self { paths }
    }

    /// Those of trust centers.
    pub fn public(&self) -> Self {
        self.only(|route| route.path.starts_with("/trust/"))
    }

    /// The others: what staff work in.
    pub fn internal(&self) -> Self {
        self.only(|route| !route.path.starts_with("/trust/"))
    }

    fn only(&self, which: impl Fn(&Route) -> bool) -> Self {
        let paths = self.paths.iter().filter(|(_, route)| which(route));
        Self {
            paths: paths.cloned().collect(),
        }
    }

    /// GET of all; of what is public HEAD and a part, and of files several parts.
    pub async fn read(&self, browser: &Browser, mut see: impl FnMut(&str, &Page)) {
        for (path, route) in &self.paths {
            if !route.takes("get") {
                continue;
            }
            let answer = ask(browser, Method::GET, path, None).await;
            see(&format!("GET {path}"), &answer);
            if !route.path.starts_with("/trust/") || route.parameters().len() < 2 {
                continue;
            }
            let answer = ask(browser, Method::HEAD, path, None).await;
            see(&format!("HEAD {path}"), &answer);
            let is_file = answer.header("accept-ranges").is_some();
            for range in RANGES.iter().take(if is_file { RANGES.len() } else { 1 }) {
                let answer = ask(browser, Method::GET, path, Some(range)).await;
                see(&format!("GET {path} {range}"), &answer);
            }
        }
    }

    /// POST to all, with a form that has every field of every page.
    pub async fn write(
        &self,
        browser: &Browser,
        which: impl Fn(&Route) -> bool,
        mut see: impl FnMut(&str, &Page),
    ) {
        let names = form_fields();
        let fields: Vec<(&str, &str)> = names
            .iter()
            .map(|name| (name.as_str(), value(name)))
            .collect();
        let taking = |route: &Route| route.takes("post") && which(route);
        for (path, _) in self.paths.iter().filter(|(_, route)| taking(route)) {
            let answer = browser.post(path, &fields).await;
            see(&format!("form to {path}"), &answer);
            if answer.status == 415 {
                let file = ("file", "x.csv", b"q,a\r\n".as_slice());
                let answer = browser.upload(path, &fields, file).await;
                see(&format!("file to {path}"), &answer);
            }
        }
    }
}

async fn ask(browser: &Browser, method: Method, path: &str, range: Option<&str>) -> Page {
    let client = browser.client();
    let mut request = client.http().request(method, client.url(path).unwrap());
    if let Some(range) = range {
        request = request.header("Range", range);
    }
    client.send(request).await.unwrap()
}

/// What a parameter is asked for: the ids of the tables that it may be about, and
/// where it is alone, an id of every other table too.
fn values(route: &Route, name: &str, is_alone: bool, rows: &Dump) -> Vec<String> {
    if name == "file" {
        return FILES.map(ToOwned::to_owned).to_vec();
    }
    let (before, _) = route
        .path
        .split_once(&format!("/{{{name}}}"))
        .expect("the parameter");
    let segment = before.rsplit('/').next().unwrap_or_default();
    let stem = |word: &str| word.chars().take(5).collect::<String>();
    let about = [stem(segment), stem(name)];
    let is_about = |table: &str| about.iter().any(|stem| table.contains(stem.as_str()));
    let own = rows.ids_of(is_about, 8);
    let others = rows.ids_of(|table| !is_about(table), 1);
    let names = NAMES.iter().map(ToString::to_string);
    if is_alone {
        own.into_iter().chain(others).chain(names).collect()
    } else if own.is_empty() {
        others
    } else {
        own
    }
}

/// Something believable for a field.
fn value(name: &str) -> &'static str {
    match name {
        "email" => "someone@elsewhere.example",
        "direction" => "up",
        "state" => "done",
        "act" => "preview",
        "visibility" => "public",
        "kind" => "none",
        // Nobody signs by accident.
        "full_name" => "",
        "due_on" => "2026-12-01",
        "text" | "title" | "body" | "note" | "message" => "Something else",
        _ => "1",
    }
}

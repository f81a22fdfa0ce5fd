//! Every route of the program, read from the sources of `src/web`: what is asked
//! of all routes can't fall behind them.

mod reader;
mod sources;

use std::collections::BTreeSet;

use reader::Reader;
use sources::Sources;

/// The names of the fields of all forms that the program reads.
pub fn form_fields() -> BTreeSet<String> {
    Sources::read().form_fields()
}

/// A path as the router knows it, `/trust/{slug}/items/{id}`, and what it takes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    pub path: String,
    /// In lower case, in the order of the source: `get`, `post`.
    pub methods: Vec<String>,
}

impl Route {
    /// The names in braces.
    pub fn parameters(&self) -> Vec<&str> {
        let parts = self.path.split('{').skip(1);
        parts
            .map(|part| part.split('}').next().unwrap_or_default())
            .collect()
    }

    /// The path with the values in place of its parameters, in their order.
    pub fn filled(&self, values: &[&str]) -> String {
        let mut path = self.path.clone();
        for (name, value) in self.parameters().iter().zip(values) {
            path = path.replacen(&format!("{{{name}}}"), value, 1);
        }
        path
    }

    /// Whether this path may be meant; of several routes the one with the fewest
    /// parameters is.
    pub fn matches(&self, path: &str) -> bool {
        // The last parameter may stand for several parts: `{*name}`.
        if let Some((before, _)) = self.path.split_once("/{*") {
            let parts = before.split('/').count();
            let asked: Vec<_> = path.split('/').collect();
            return asked.len() > parts
                && before
                    .split('/')
                    .zip(asked)
                    .all(|(own, asked)| own == asked || own.starts_with('{'));
        }
        let (own, asked) = (self.path.split('/'), path.split('/'));
        own.clone().count() == asked.clone().count()
            && own
                .zip(asked)
                .all(|(own, asked)| own == asked || (own.starts_with('{') && !asked.is_empty()))
    }

    pub fn takes(&self, method: &str) -> bool {
        self.methods.iter().any(|known| known == method)
    }
}

/// What `web::router` serves, by path. Panics at what it doesn't understand, and
/// where the sources say `.route(` more often than was read.
pub fn routes() -> Vec<Route> {
    let sources = Sources::read();
    let mut reader = Reader::new(&sources);
    let mut routes = reader.router_of("web", "router");
    let mut unread = Vec::new();
    for (module, said) in sources.said() {
        let read = reader.read_in(&module);
        if read != said {
            unread.push(format!("{module}: {said} in the source, {read} read"));
        }
    }
    assert!(
        unread.is_empty(),
        "these modules' routes aren't all reached from web::router: {unread:?}"
    );
    routes.sort();
    routes
}

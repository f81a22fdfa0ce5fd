//! Every route of the program is asked, by everyone, for everything.

mod ask;
mod before;
mod links;
mod tenants;

use std::collections::BTreeSet;

use crate::support::{Route, routes};

#[test]
fn every_route_is_read_from_the_sources() {
    let routes = routes();
    let has = |path: &str, methods: &[&str]| {
        let methods = methods.iter().map(ToString::to_string).collect();
        let route = Route {
            path: path.to_owned(),
            methods,
        };
        assert!(routes.contains(&route), "{route:?} in {routes:#?}");
    };
    has("/trust/{slug}", &["get"]);
    has("/trust/{slug}/request-access", &["get", "post"]);
    has("/dashboard/settings/salesforce/switches/{kind}", &["post"]);
    has("/integrations/salesforce/callback", &["get"]);
    has("/healthz", &["get"]);
    let paths: BTreeSet<_> = routes.iter().map(|route| &route.path).collect();
    assert_eq!(paths.len(), routes.len(), "a path with two routes");
}

#[test]
fn parameters_are_filled_in_their_order() {
    let route = Route {
        path: "/a/{id}/b/{member}/c".to_owned(),
        methods: Vec::new(),
    };
    assert_eq!(route.parameters(), ["id", "member"]);
    assert_eq!(route.filled(&["1", "2"]), "/a/1/b/2/c");
}

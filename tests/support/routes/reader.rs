//! Follows a function that builds a router, and those that it calls.

use std::collections::BTreeMap;

use syn::{Block, Expr, ExprCall, ExprMethodCall, FnArg, Local, Pat, Path, Stmt};

use super::Route;
use super::sources::{Sources, literal};

/// What doesn't change which addresses there are.
const BESIDE: [&str; 7] = [
    "layer",
    "route_layer",
    "with_state",
    "fallback",
    "method_not_allowed_fallback",
    "into_make_service",
    "unwrap_or_default",
];
const METHODS: [&str; 6] = ["get", "post", "put", "patch", "delete", "head"];

pub struct Reader<'a> {
    sources: &'a Sources,
    /// How many routes were read in each module.
    read: BTreeMap<String, usize>,
}

/// The function that is read: its module, and what its variables are.
struct Scope {
    module: String,
    routers: BTreeMap<String, Vec<Route>>,
    texts: BTreeMap<String, String>,
}

impl<'a> Reader<'a> {
    pub fn new(sources: &'a Sources) -> Self {
        Self {
            sources,
            read: BTreeMap::new(),
        }
    }

    pub fn read_in(&self, module: &str) -> usize {
        self.read.get(module).copied().unwrap_or(0)
    }

    pub fn router_of(&mut self, module: &str, function: &str) -> Vec<Route> {
        let sources = self.sources;
        let found = sources.function(module, function);
        let found = found.unwrap_or_else(|| panic!("no function {module}::{function}"));
        let mut scope = Scope {
            module: module.to_owned(),
            routers: BTreeMap::new(),
            texts: BTreeMap::new(),
        };
        for argument in &found.sig.inputs {
            assert!(
                matches!(argument, FnArg::Typed(_)),
                "{module}::{function} is a method"
            );
        }
        self.block(&mut scope, &found.block)
    }

    fn block(&mut self, scope: &mut Scope, block: &Block) -> Vec<Route> {
        for statement in &block.stmts {
            match statement {
                Stmt::Local(local) => self.local(scope, local),
                Stmt::Expr(tail, None) => return self.router(scope, tail),
                _ => {}
            }
        }
        panic!("{}: a router's function without its router", scope.module);
    }

    fn local(&mut self, scope: &mut Scope, local: &Local) {
        let pattern = match &local.pat {
            Pat::Type(typed) => &typed.pat,
            other => other,
        };
        let (Pat::Ident(name), Some(init)) = (pattern, &local.init) else {
            return;
        };
        let name = name.ident.to_string();
        if let Some(text) = literal(&init.expr) {
            scope.texts.insert(name, text);
        } else if builds_a_router(scope, &init.expr) {
            let routes = self.router(scope, &init.expr);
            scope.routers.insert(name, routes);
        }
    }

    fn router(&mut self, scope: &Scope, expr: &Expr) -> Vec<Route> {
        match expr {
            Expr::MethodCall(call) => self.method(scope, call),
            Expr::Call(call) => self.call(scope, call),
            Expr::Path(path) => {
                let name = words(&path.path).join("::");
                let known = scope.routers.get(&name).cloned();
                known.unwrap_or_else(|| panic!("{}: what is {name}?", scope.module))
            }
            _ => panic!("{}: a router made in a way that isn't read", scope.module),
        }
    }

    fn call(&mut self, scope: &Scope, call: &ExprCall) -> Vec<Route> {
        let path = called(call);
        if path == ["Router", "new"] {
            return Vec::new();
        }
        let (function, inside) = path.split_last().expect("a name");
        let module = self.module(&scope.module, inside);
        self.router_of(&module, function)
    }

    /// `comments` as this module would mean it.
    fn module(&self, from: &str, path: &[String]) -> String {
        let mut at: Vec<&str> = from.split("::").collect();
        for part in path {
            match part.as_str() {
                "crate" => at.clear(),
                "self" => {}
                "super" => drop(at.pop()),
                part => at.push(part),
            }
        }
        let module = at.join("::");
        assert!(
            self.sources.has(&module),
            "{from}: no module {module}; name it by its path from here"
        );
        module
    }

    fn method(&mut self, scope: &Scope, call: &ExprMethodCall) -> Vec<Route> {
        let mut routes = self.router(scope, &call.receiver);
        let name = call.method.to_string();
        let argument = |at: usize| &call.args[at];
        match name.as_str() {
            "route" => {
                let path = self.text(scope, argument(0));
                let methods = methods(&scope.module, argument(1));
                *self.read.entry(scope.module.clone()).or_default() += 1;
                routes.push(Route { path, methods });
            }
            "merge" => routes.extend(self.router(scope, argument(0))),
            "nest" => {
                let prefix = self.text(scope, argument(0));
                let below = self.router(scope, argument(1));
                routes.extend(below.into_iter().map(|route| Route {
                    path: match route.path.as_str() {
                        "/" => prefix.clone(),
                        path => format!("{prefix}{path}"),
                    },
                    methods: route.methods,
                }));
            }
            beside if BESIDE.contains(&beside) => {}
            other => panic!("{}: a router's .{other}() isn't read", scope.module),
        }
        routes
    }

    /// Of this module, or of the one that it is taken from.
    fn constant(&self, from: &str, inside: &[String], name: &str) -> Option<String> {
        let module = self.module(from, inside);
        let own = self.sources.constant(&module, name);
        own.or_else(|| {
            let import = self.sources.import(&module, name)?;
            let (name, inside) = import.split_last()?;
            self.constant(&module, inside, name)
        })
    }

    /// A path: written out, a variable, or a constant.
    fn text(&self, scope: &Scope, expr: &Expr) -> String {
        let found = match expr {
            Expr::Reference(inside) => return self.text(scope, &inside.expr),
            Expr::Path(path) => {
                let path = words(&path.path);
                let (name, inside) = path.split_last().expect("a name");
                let own = scope.texts.get(name).filter(|_| inside.is_empty()).cloned();
                own.or_else(|| self.constant(&scope.module, inside, name))
            }
            other => literal(other),
        };
        found.unwrap_or_else(|| {
            panic!(
                "{}: a path that is neither text nor a constant of text",
                scope.module
            )
        })
    }
}

/// Whether a chain of methods begins at a router.
fn builds_a_router(scope: &Scope, expr: &Expr) -> bool {
    match expr {
        Expr::MethodCall(call) => builds_a_router(scope, &call.receiver),
        Expr::Path(path) => scope.routers.contains_key(&words(&path.path).join("::")),
        Expr::Call(call) => {
            let path = called(call);
            path.first().is_some_and(|first| first == "Router")
                || path.last().is_some_and(|last| last == "router")
        }
        _ => false,
    }
}

/// `get(show).post(save)`.
fn methods(module: &str, expr: &Expr) -> Vec<String> {
    let (name, mut before) = match expr {
        Expr::Call(call) => {
            let path = called(call);
            (path.last().cloned().unwrap_or_default(), Vec::new())
        }
        Expr::MethodCall(call) => (call.method.to_string(), methods(module, &call.receiver)),
        _ => panic!("{module}: a route that isn't get(…) or post(…)"),
    };
    if METHODS.contains(&name.as_str()) {
        before.push(name);
    } else {
        assert!(
            BESIDE.contains(&name.as_str()),
            "{module}: a route's {name}(…) isn't read"
        );
    }
    before
}

fn called(call: &ExprCall) -> Vec<String> {
    match call.func.as_ref() {
        Expr::Path(path) => words(&path.path),
        _ => Vec::new(),
    }
}

fn words(path: &Path) -> Vec<String> {
    let parts = path.segments.iter();
    parts.map(|part| part.ident.to_string()).collect()
}

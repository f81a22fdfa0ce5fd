//! The program's sources as syntax.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use syn::{Attribute, Expr, ExprLit, File, Item, ItemFn, Lit, Meta, UseTree};

/// What adds a route.
const WAYS: [&str; 3] = [".route(", ".route_service(", ".nest_service("];

pub struct Sources {
    /// By module, `web::public::nda`.
    modules: BTreeMap<String, Module>,
}

struct Module {
    file: File,
    /// How often it says one of [`WAYS`].
    said: usize,
}

impl Sources {
    pub fn read() -> Self {
        let mut modules = BTreeMap::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        walk(&root, "", &mut modules);
        Self { modules }
    }

    /// The modules that add routes, and how many.
    pub fn said(&self) -> Vec<(String, usize)> {
        let some = self.modules.iter().filter(|(_, module)| module.said > 0);
        some.map(|(name, module)| (name.clone(), module.said))
            .collect()
    }

    pub fn function(&self, module: &str, name: &str) -> Option<&ItemFn> {
        let items = &self.modules.get(module)?.file.items;
        items.iter().find_map(|item| match item {
            Item::Fn(found) if found.sig.ident == name => Some(found),
            _ => None,
        })
    }

    /// The text of a constant of this module.
    pub fn constant(&self, module: &str, name: &str) -> Option<String> {
        let items = &self.modules.get(module)?.file.items;
        items.iter().find_map(|item| match item {
            Item::Const(found) if found.ident == name => literal(&found.expr),
            _ => None,
        })
    }

    /// The path by which this module uses a name from elsewhere.
    pub fn import(&self, module: &str, name: &str) -> Option<Vec<String>> {
        let items = &self.modules.get(module)?.file.items;
        items.iter().find_map(|item| match item {
            Item::Use(used) => imported(&used.tree, name),
            _ => None,
        })
    }

    /// The names of the fields of everything that `web` reads from forms.
    pub fn form_fields(&self) -> BTreeSet<String> {
        let web = self
            .modules
            .iter()
            .filter(|(name, _)| name.starts_with("web"));
        let items = web.flat_map(|(_, module)| &module.file.items);
        let structs = items.filter_map(|item| match item {
            Item::Struct(found) if is_read(&found.attrs) => Some(found),
            _ => None,
        });
        let fields = structs.flat_map(|found| &found.fields);
        fields
            .filter_map(|field| field.ident.as_ref().map(ToString::to_string))
            .collect()
    }

    pub fn has(&self, module: &str) -> bool {
        self.modules.contains_key(module)
    }
}

/// `#[derive(Deserialize)]`
fn is_read(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => {
            list.path.is_ident("derive") && list.tokens.to_string().contains("Deserialize")
        }
        _ => false,
    })
}

fn imported(tree: &UseTree, name: &str) -> Option<Vec<String>> {
    match tree {
        UseTree::Name(leaf) if leaf.ident == name => Some(vec![name.to_owned()]),
        UseTree::Rename(leaf) if leaf.rename == name => Some(vec![leaf.ident.to_string()]),
        UseTree::Group(group) => group.items.iter().find_map(|tree| imported(tree, name)),
        UseTree::Path(path) => {
            let mut rest = imported(&path.tree, name)?;
            rest.insert(0, path.ident.to_string());
            Some(rest)
        }
        _ => None,
    }
}

pub fn literal(expr: &Expr) -> Option<String> {
    match expr {
        Expr::Lit(ExprLit {
            lit: Lit::Str(text),
            ..
        }) => Some(text.value()),
        _ => None,
    }
}

fn walk(folder: &Path, module: &str, modules: &mut BTreeMap<String, Module>) {
    for entry in std::fs::read_dir(folder).expect("the sources") {
        let path = entry.expect("an entry").path();
        let stem = path.file_stem().and_then(|stem| stem.to_str());
        let stem = stem.expect("a name in ASCII");
        let inside = if module.is_empty() {
            stem.to_owned()
        } else {
            format!("{module}::{stem}")
        };
        if path.is_dir() {
            walk(&path, &inside, modules);
        } else if path.extension().is_some_and(|kind| kind == "rs") {
            let name = if stem == "mod" { module } else { &inside };
            modules.insert(name.to_owned(), parse(&path));
        }
    }
}

fn parse(path: &Path) -> Module {
    let text = std::fs::read_to_string(path).expect("a source");
    let file = syn::parse_file(&text);
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    let said = code
        .map(|line| {
            WAYS.iter()
                .map(|way| line.matches(way).count())
                .sum::<usize>()
        })
        .sum();
    Module {
        file: file.unwrap_or_else(|error| panic!("{}: {error}", path.display())),
        said,
    }
}

//! Every statement of the store is one that both databases understand, also those that no
//! test reaches, and none of a page reads the rows of all organizations.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqlSafeStr as _};
use store::Dialect;
use syn::visit::Visit;

use crate::on_both_databases;
use crate::support::plans::{embedded, tables_read_whole};
use crate::support::{Database, TestApp};

/// What a statement begins with.
const VERBS: [&str; 5] = [
    "SELECT ",
    "INSERT INTO ",
    "UPDATE ",
    "DELETE FROM ",
    "WITH ",
];
/// What only one of the databases has, and stands behind a `match` on the dialect.
const OF_POSTGRES: [&str; 8] = [
    "pg_",
    "SKIP LOCKED",
    "FOR UPDATE",
    "FOR SHARE",
    "jsonb_",
    "EXTRACT(",
    "unnest(",
    "::",
];
const OF_SQLITE: [&str; 3] = ["json_each", "sqlite_", "strftime"];
/// What reads a database of an earlier version while it is brought up to date.
const OF_BEFORE: [&str; 2] = ["body_text", "UPDATE mail "];
/// Statements that are put together of more than constants: tests that run them hold those.
const MOST_PUT_TOGETHER: usize = 45;

/// Rate limits are kept for a day. Of a new lane SQLite would look for deliveries that were
/// there before it, which it does only where a transaction has left a reference open.
const CHECKED_BY_HAND: [&str; 2] = ["forget_before", "next_in_lane"];
/// The statements of one file.
#[derive(Default)]
struct Statements {
    constants: BTreeMap<String, String>,
    /// The function that is checked.
    function: String,
    texts: Vec<(String, String)>,
}

/// A statement, and where it is.
struct Statement {
    file: String,
    function: String,
    text: String,
}

impl<'a> Visit<'a> for Statements {
    /// What only the store's own tests run isn't checked.
    fn visit_item_mod(&mut self, item: &'a syn::ItemMod) {
        if item.ident != "tests" {
            syn::visit::visit_item_mod(self, item);
        }
    }

    fn visit_item_fn(&mut self, item: &'a syn::ItemFn) {
        self.function = item.sig.ident.to_string();
        syn::visit::visit_item_fn(self, item);
        self.function.clear();
    }

    fn visit_item_const(&mut self, item: &'a syn::ItemConst) {
        if let syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Str(text),
            ..
        }) = &*item.expr
        {
            self.constants.insert(item.ident.to_string(), text.value());
        }
        syn::visit::visit_item_const(self, item);
    }

    fn visit_lit_str(&mut self, text: &'a syn::LitStr) {
        self.texts.push((self.function.clone(), text.value()));
    }

    fn visit_macro(&mut self, found: &'a syn::Macro) {
        if found.path.is_ident("format")
            && let Some(proc_macro2::TokenTree::Literal(text)) =
                found.tokens.clone().into_iter().next()
            && let Ok(text) = syn::parse_str::<syn::LitStr>(&text.to_string())
        {
            self.texts.push((self.function.clone(), text.value()));
        }
    }
}

impl Statements {
    /// Those that are whole once constants are put in, and how many are not.
    fn whole(self, file: &str) -> (Vec<Statement>, usize) {
        let (mut whole, mut others) = (Vec::new(), 0);
        for (function, mut text) in self.texts {
            for (name, value) in &self.constants {
                text = text.replace(&format!("{{{name}}}"), value);
            }
            let start = text.trim_start();
            if !VERBS.iter().any(|verb| start.starts_with(verb)) {
                continue;
            }
            if text.contains('{') {
                others += 1;
            } else {
                let file = file.to_owned();
                whole.push(Statement {
                    file,
                    function,
                    text,
                });
            }
        }
        (whole, others)
    }
}

/// Every statement of `crates/store`, and how many aren't whole.
fn all() -> (Vec<Statement>, usize) {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/store/src");
    let (mut all, mut others) = (Vec::new(), 0);
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        for file in std::fs::read_dir(folder).expect("the store").flatten() {
            let path = file.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let code = std::fs::read_to_string(&path).expect("a source");
            let mut found = Statements::default();
            found.visit_file(&syn::parse_file(&code).expect("Rust"));
            let (whole, more) = found.whole(&path.display().to_string());
            others += more;
            all.extend(whole);
        }
    }
    (all, others)
}

/// What the database says of a statement that it doesn't understand.
async fn refused(app: &TestApp, statements: &[Statement]) -> Vec<String> {
    let mut refused = Vec::new();
    let mut note = |file: &str, text: &str, error: &dyn std::error::Error| {
        refused.push(format!("{file}: {error}: {text}"));
    };
    match app.db.dialect() {
        Dialect::Sqlite => {
            let conn = embedded(app.database_url());
            for Statement { file, text, .. } in statements {
                if let Err(error) = conn.prepare(text) {
                    note(file, text, &error);
                }
            }
        }
        Dialect::Postgres => {
            let mut conn = sqlx::PgConnection::connect(app.database_url())
                .await
                .unwrap();
            for Statement { file, text, .. } in statements {
                let sql = AssertSqlSafe(text.to_owned()).into_sql_str();
                if let Err(error) = (&mut conn).prepare(sql).await {
                    note(file, text, &error);
                }
            }
        }
    }
    refused
}

on_both_databases! {
    async fn the_database_understands_every_statement(app: TestApp) {
        let (mut statements, put_together) = all();
        assert!(statements.len() > 200, "only {} were found", statements.len());
        assert!(put_together <= MOST_PUT_TOGETHER, "{put_together} are put together");
        let others = match app.db.dialect() {
            Dialect::Sqlite => &OF_POSTGRES[..],
            Dialect::Postgres => &OF_SQLITE[..],
        };
        statements.retain(|one| !OF_BEFORE.iter().any(|part| one.text.contains(part)));
        statements.retain(|one| !others.iter().any(|other| one.text.contains(other)));
        let refused = refused(&app, &statements).await;
        assert!(refused.is_empty(), "{}", refused.join("\n\n"));
    }
}

/// SQLite says how it finds the rows. What is for all organizations has it in its name, and
/// runs in the background.
#[tokio::test]
async fn no_page_reads_the_rows_of_all_organizations() {
    let app = TestApp::start(Database::Sqlite).await;
    let conn = embedded(app.database_url());
    let (statements, _) = all();
    let pages = statements.iter().filter(|one| {
        !one.function.is_empty()
            && !one.function.ends_with("_across_tenants")
            && !CHECKED_BY_HAND.contains(&one.function.as_str())
    });
    let mut checked = 0;
    let mut scans = Vec::new();
    for one in pages {
        checked += 1;
        let tables = tables_read_whole(&conn, &one.text);
        if !tables.is_empty() {
            let Statement {
                file,
                function,
                text,
            } = one;
            scans.push(format!(
                "{file}: {function} reads all of {tables:?}: {text}"
            ));
        }
    }
    assert!(checked > 150, "only {checked} were checked");
    assert!(scans.is_empty(), "{}", scans.join("\n\n"));
}

//! Every statement of the store is one that both databases understand, also those that no
//! test reaches.

use std::collections::BTreeMap;

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, SqlSafeStr as _};
use store::Dialect;
use syn::visit::Visit;

use crate::on_both_databases;
use crate::support::TestApp;

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
const MOST_PUT_TOGETHER: usize = 44;

/// The statements of one file.
#[derive(Default)]
struct Statements {
    constants: BTreeMap<String, String>,
    texts: Vec<String>,
}

impl<'a> Visit<'a> for Statements {
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
        self.texts.push(text.value());
    }

    fn visit_macro(&mut self, found: &'a syn::Macro) {
        if found.path.is_ident("format")
            && let Some(proc_macro2::TokenTree::Literal(text)) =
                found.tokens.clone().into_iter().next()
            && let Ok(text) = syn::parse_str::<syn::LitStr>(&text.to_string())
        {
            self.texts.push(text.value());
        }
    }
}

impl Statements {
    /// Those that are whole once constants are put in, and how many are not.
    fn whole(self) -> (Vec<String>, usize) {
        let (mut whole, mut others) = (Vec::new(), 0);
        for mut text in self.texts {
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
                whole.push(text);
            }
        }
        (whole, others)
    }
}

/// Every statement of `crates/store` by its file, and how many aren't whole.
fn all() -> (Vec<(String, String)>, usize) {
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
            let (whole, more) = found.whole();
            others += more;
            let name = path.display().to_string();
            all.extend(whole.into_iter().map(|text| (name.clone(), text)));
        }
    }
    (all, others)
}

/// What the database says of a statement that it doesn't understand.
async fn refused(app: &TestApp, statements: &[(String, String)]) -> Vec<String> {
    let mut refused = Vec::new();
    let mut note = |file: &str, text: &str, error: &dyn std::error::Error| {
        refused.push(format!("{file}: {error}: {text}"));
    };
    match app.db.dialect() {
        Dialect::Sqlite => {
            let path = app
                .database_url()
                .strip_prefix("sqlite://")
                .expect("a path");
            let conn = rusqlite::Connection::open(path).expect("the database");
            for (file, text) in statements {
                if let Err(error) = conn.prepare(text) {
                    note(file, text, &error);
                }
            }
        }
        Dialect::Postgres => {
            let mut conn = sqlx::PgConnection::connect(app.database_url())
                .await
                .unwrap();
            for (file, text) in statements {
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
        statements.retain(|(_, text)| !OF_BEFORE.iter().any(|part| text.contains(part)));
        statements.retain(|(_, text)| !others.iter().any(|other| text.contains(other)));
        let refused = refused(&app, &statements).await;
        assert!(refused.is_empty(), "{}", refused.join("\n\n"));
    }
}

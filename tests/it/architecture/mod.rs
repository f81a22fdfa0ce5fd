//! The architecture (`docs/architecture.md`), held over the sources.

mod circles;
mod direction;
mod source;
mod spans;

use std::collections::BTreeSet;
use std::path::Path;

use source::{Source, all, root};

/// The folders of the product and of the crates that it is made of.
const PRODUCT: [&str; 8] = [
    "src",
    "crates/clock/src",
    "crates/crypto/src",
    "crates/docusign/src",
    "crates/domain/src",
    "crates/pdf/src",
    "crates/salesforce/src",
    "crates/store/src",
];

#[test]
fn no_file_is_longer_than_400_lines() {
    let long: Vec<_> = all(&["src", "crates", "tests", "benches", "templates"])
        .into_iter()
        .filter(|file| file.lines > 400 && !file.path.starts_with("crates/domain/lists/"))
        .map(|file| format!("{}: {} lines", file.path, file.lines))
        .collect();
    assert!(long.is_empty(), "split these:\n{}", long.join("\n"));
}

#[test]
fn sql_is_only_in_the_store() {
    let sql = [
        "sqlx::",
        "rusqlite::",
        "params![",
        "INSERT INTO",
        "DELETE FROM",
        "UPDATE organization",
    ];
    let outside = |file: &&Source| !file.path.starts_with("crates/store/");
    let found = mentions(&all(&PRODUCT), outside, &sql);
    assert!(
        found.is_empty(),
        "move these into crates/store:\n{}",
        found.join("\n")
    );
}

#[test]
fn time_and_randomness_come_from_one_file() {
    let ambient = [
        "SystemTime::now",
        "Timestamp::now",
        "Zoned::now",
        "now_v7",
        "rand::rng",
        "rand::random",
    ];
    let elsewhere = |file: &&Source| file.path != "crates/clock/src/lib.rs";
    let found = mentions(&all(&PRODUCT), elsewhere, &ambient);
    assert!(
        found.is_empty(),
        "take a Clock or Random instead:\n{}",
        found.join("\n")
    );
}

#[test]
fn links_to_a_status_page_are_made_in_one_file() {
    let joins = [
        "join(&format!(\"/trust",
        "join(\"/trust",
        "join(&page.path",
        "set_host(",
    ];
    let elsewhere = |file: &&Source| file.path != "src/use_cases/organizations/address.rs";
    let found = mentions(&all(&PRODUCT), elsewhere, &joins);
    assert!(
        found.is_empty(),
        "take a StatusAddress instead:\n{}",
        found.join("\n")
    );
}

#[test]
fn forms_with_files_are_read_and_bounded_in_one_file() {
    let elsewhere = |file: &&Source| !file.path.starts_with("src/web/http/file_form");
    let unbounded = ["Multipart", "multipart::", "DefaultBodyLimit::disable"];
    let found = mentions(&all(&PRODUCT), elsewhere, &unbounded);
    assert!(
        found.is_empty(),
        "take a FileForm instead:\n{}",
        found.join("\n")
    );
}

#[test]
fn both_databases_have_the_same_migrations_and_the_program_knows_them() {
    let names = |dir: &str| -> BTreeSet<String> {
        let files = std::fs::read_dir(root().join("crates/store/migrations").join(dir)).unwrap();
        files
            .map(|file| file.unwrap().file_name().into_string().unwrap())
            .collect()
    };
    assert_eq!(names("sqlite"), names("postgres"));
    let known: BTreeSet<_> = ::store::MIGRATIONS
        .iter()
        .map(|step| {
            let number = format!("{:04}_", step.number);
            assert!(step.name.starts_with(&number), "{}", step.name);
            format!("{}.sql", step.name)
        })
        .collect();
    assert_eq!(known, names("sqlite"));
}

#[test]
fn gatehouse_and_the_local_servers_share_no_code() {
    for local in ["salesforce-sim", "docusign-sim"] {
        assert!(!needs(&root().join("Cargo.toml"), local));
        let manifest = root().join(format!("crates/{local}/Cargo.toml"));
        for product in PRODUCT_CRATES {
            assert!(!needs(&manifest, product), "{local} uses {product}");
        }
        let name = format!("{}::", local.replace('-', "_"));
        let product = mentions(&all(&PRODUCT), |_| true, &[&name]);
        let folder = format!("crates/{local}");
        let theirs = mentions(&all(&[&folder]), |_| true, &["gatehouse::"]);
        assert!(
            product.is_empty() && theirs.is_empty(),
            "{product:?} {theirs:?}"
        );
    }
}

const PRODUCT_CRATES: [&str; 8] = [
    "gatehouse",
    "clock",
    "crypto",
    "docusign",
    "domain",
    "pdf",
    "salesforce",
    "store",
];

/// Whether the package has this dependency beyond its tests.
fn needs(manifest: &Path, dependency: &str) -> bool {
    let manifest: toml::Table = std::fs::read_to_string(manifest).unwrap().parse().unwrap();
    ["dependencies", "build-dependencies"]
        .iter()
        .filter_map(|kind| manifest.get(*kind)?.as_table())
        .any(|list| list.contains_key(dependency))
}

/// Where the code of chosen files says one of these, comments left out.
fn mentions(files: &[Source], which: impl Fn(&&Source) -> bool, words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for file in files.iter().filter(which) {
        for word in words.iter().filter(|word| file.code.contains(**word)) {
            found.push(format!("{}: {word}", file.path));
        }
    }
    found
}

//! Which layer of the product may use which: outer layers use inner ones, never back.
//! That crates don't use the product, nor each other in circles, the compiler holds; here
//! stands which layer may use which crate.

use super::source::{Source, all};

/// A layer, and the layers it may use; itself is always allowed. `app` is the wired
/// program, which pages and workers are handed.
const LAYERS: [(&str, &str); 19] = [
    ("telemetry", "config"),
    ("jobs", "clock"),
    ("config", "crypto pdf"),
    // The outside parties that are not crates.
    ("files", "clock config domain pdf"),
    ("dns", ""),
    ("precompressed", ""),
    ("rendered_pages", "domain precompressed"),
    ("email", "app clock config crypto domain store"),
    // What the product does.
    (
        "use_cases",
        "clock config crypto dns domain files email pdf store",
    ),
    // How it reaches out, and how it is reached. Pages know nothing of the clients of
    // Salesforce and DocuSign.
    (
        "salesforce_connection",
        "app clock config crypto domain salesforce store use_cases",
    ),
    (
        "delivery",
        "app clock config crypto domain salesforce store salesforce_connection use_cases",
    ),
    (
        "signing",
        "app clock config crypto domain docusign files store use_cases",
    ),
    (
        "web",
        "app clock config crypto domain files email pdfjs precompressed rendered_pages signing \
         store salesforce_connection use_cases",
    ),
    // The wiring.
    (
        "app",
        "clock config crypto dns domain docusign files jobs rendered_pages salesforce store",
    ),
    (
        "serve",
        "app clock config delivery domain email pdfjs signing store salesforce_connection use_cases \
         web",
    ),
    (
        "doctor",
        "app clock config domain files email salesforce store use_cases",
    ),
    (
        "cli",
        "app clock config crypto doctor domain files serve store telemetry use_cases",
    ),
    ("lib", ""),
    ("main", ""),
];

/// The crates that layers use.
const CRATES: [&str; 8] = [
    "clock",
    "crypto",
    "docusign",
    "domain",
    "pdf",
    "pdfjs",
    "salesforce",
    "store",
];

#[test]
fn layers_use_only_the_layers_below_them() {
    let mut wrong = Vec::new();
    for file in all(&["src"]) {
        let layer = file.layer().expect("a file of src");
        let Some((_, allowed)) = LAYERS.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("{}: a layer that LAYERS doesn't know", file.path));
            continue;
        };
        for used in uses(&file) {
            if used != layer && !allowed.split(' ').any(|name| name == used) {
                wrong.push(format!("{}: {layer} may not use {used}", file.path));
            }
        }
    }
    wrong.dedup();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The layers that a file names, by `crate::…` or by climbing with `super::`, and the
/// crates.
fn uses(file: &Source) -> Vec<String> {
    let mut used: Vec<String> = Vec::new();
    for (at, _) in file.code.match_indices("crate::") {
        if !file.code[..at].ends_with('$') {
            used.extend(names(&file.code[at + "crate::".len()..]));
        }
    }
    let climb = "super::".repeat(file.depth());
    for (at, _) in file.code.match_indices(climb.as_str()) {
        used.extend(names(&file.code[at + climb.len()..]));
    }
    used.retain(|name| LAYERS.iter().any(|(layer, _)| layer == name));
    let crates = CRATES.iter().filter(|name| uses_crate(file, name));
    used.extend(crates.map(ToString::to_string));
    used
}

/// Whether a path of the file begins with that crate, and not with a module beside it that
/// has the same name.
fn uses_crate(file: &Source, name: &str) -> bool {
    let path = format!("{name}::");
    let begins = |before: &str| {
        let mut chars = before.chars().rev();
        match (chars.next(), chars.next()) {
            (Some(':'), Some(':')) => !chars.next().is_some_and(is_of_word),
            (last, _) => !last.is_some_and(is_of_word) && !shadowed(file, name),
        }
    };
    let mut found = file.code.match_indices(&path);
    found.any(|(at, _)| begins(&file.code[..at]))
}

fn is_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_' || c == '>'
}

/// Whether the name stands for a module here.
fn shadowed(file: &Source, name: &str) -> bool {
    let ways = [
        format!("mod {name};"),
        format!("::{name};"),
        format!("::{name}::{{self"),
    ];
    ways.iter().any(|way| file.code.contains(way))
}

/// The first names of a path or of a group of paths in braces.
pub(super) fn names(rest: &str) -> Vec<String> {
    let Some(group) = rest.strip_prefix('{') else {
        return vec![word(rest)];
    };
    let mut names = Vec::new();
    let mut depth = 0;
    let mut start = true;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => start = true,
            c if start && !c.is_whitespace() => {
                names.push(word(&group[at..]));
                start = false;
            }
            _ => {}
        }
    }
    names
}

fn word(text: &str) -> String {
    text.chars()
        .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
        .collect()
}

#[test]
fn the_layers_of_a_group_are_all_seen() {
    let source = |path: &str, code: &str| Source {
        path: path.to_owned(),
        code: code.to_owned(),
        lines: 1,
    };
    let grouped = source(
        "src/web/page.rs",
        "use crate::{email::{Db, Tx},\n use_cases::ids};",
    );
    assert_eq!(uses(&grouped), ["email", "use_cases"]);
    let climbing = source("src/web/page.rs", "super::super::email::Tx");
    assert_eq!(uses(&climbing), ["email"]);
    let own = source("src/web/page.rs", "super::email::EmailAddress");
    assert!(uses(&own).is_empty());
}

#[test]
fn crates_are_seen_wherever_a_path_begins_with_them() {
    let uses = |code: &str| {
        let path = "src/web/page.rs".to_owned();
        let (code, lines) = (code.to_owned(), 1);
        uses(&Source { path, code, lines })
    };
    assert_eq!(uses("use salesforce::Client;"), ["salesforce"]);
    assert_eq!(uses("let x = ::salesforce::client();"), ["salesforce"]);
    assert_eq!(uses("mod salesforce;\nsalesforce::router()"), [""; 0]);
    assert_eq!(uses("use domain::salesforce::Environment;"), ["domain"]);
}

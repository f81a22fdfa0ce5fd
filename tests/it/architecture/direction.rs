//! Which layer may use which: outer layers use inner ones, never back.

use super::source::{Source, all};

/// A layer, and the layers it may use; itself is always allowed. `app` is the wired
/// program, which pages and workers are handed.
const LAYERS: [(&str, &str); 25] = [
    // The core: pure types and rules.
    ("domain", ""),
    ("clock", ""),
    ("telemetry", ""),
    ("jobs", "clock"),
    ("crypto", "clock"),
    ("pdf", ""),
    ("config", "crypto pdf"),
    // The database and the outside parties. Store and Salesforce never meet.
    ("store", "clock crypto domain request_origin"),
    ("salesforce", "clock domain"),
    ("docusign", "clock domain pdf"),
    ("files", "clock config domain pdf"),
    ("dns", ""),
    ("request_origin", ""),
    ("email", "app clock config crypto domain store"),
    // What the product does.
    (
        "use_cases",
        "clock config crypto dns domain files email pdf request_origin store",
    ),
    // How it reaches out, and how it is reached.
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
        "app clock config crypto domain files email request_origin signing store salesforce_connection use_cases",
    ),
    // The wiring.
    (
        "app",
        "clock config crypto dns domain docusign files jobs email salesforce store",
    ),
    (
        "serve",
        "app config delivery email signing store salesforce_connection use_cases web",
    ),
    (
        "doctor",
        "app clock config files email salesforce store use_cases",
    ),
    (
        "cli",
        "app clock config crypto doctor domain files serve store use_cases",
    ),
    ("lib", ""),
    ("main", ""),
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

/// The layers that a file names, by `crate::…` or by climbing with `super::`.
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
    used
}

/// The first names of a path or of a group of paths in braces.
fn names(rest: &str) -> Vec<String> {
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
        "use crate::{store::{Db, Tx},\n domain::ids};",
    );
    assert_eq!(uses(&grouped), ["store", "domain"]);
    let climbing = source("src/domain/ids.rs", "super::super::store::Tx");
    assert_eq!(uses(&climbing), ["store"]);
    let own = source("src/domain/ids.rs", "super::email::EmailAddress");
    assert!(uses(&own).is_empty());
}

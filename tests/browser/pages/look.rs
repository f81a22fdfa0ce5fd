//! Looking at a page as a machine can: with axe, and whether it fits.

use std::fmt;

use serde::Deserialize;
use serde_json::json;

use crate::chromium::Chromium;

const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/target/test-tools/node_modules/axe-core/axe.min.js"
);

/// Unfolds the page and answers what axe finds, and by how much the page is wider than its window.
const LOOK: &str = "
    const [options, done] = arguments;
    for (const closed of document.querySelectorAll('details')) closed.open = true;
    const names = (node) => `${node.target.flat().join(' ')}\\n      ${node.html.slice(0, 160)}\\n      ${node.any.concat(node.all, node.none).map((check) => check.message).join('; ')}`;
    axe.run(document, options).then(
        (found) => done({
            wider: document.documentElement.scrollWidth - innerWidth,
            width: innerWidth,
            dark: matchMedia('(prefers-color-scheme: dark)').matches,
            mistakes: found.violations.map((rule) => ({
                rule: rule.id, help: rule.help, nodes: rule.nodes.slice(0, 4).map(names),
            })),
        }),
        (error) => done({ error: String(error) }),
    );";

/// How a page is shown, and what is asked of it then.
struct View {
    width: u32,
    dark: bool,
    /// Every rule, or those about colours only: the others find the same in both.
    all: bool,
}

const VIEWS: [View; 4] = [
    View {
        width: 1440,
        dark: false,
        all: true,
    },
    View {
        width: 1440,
        dark: true,
        all: false,
    },
    View {
        width: 390,
        dark: true,
        all: true,
    },
    View {
        width: 390,
        dark: false,
        all: false,
    },
];

impl fmt::Display for View {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.dark { "dark" } else { "light" };
        write!(out, "{} wide, {scheme}", self.width)
    }
}

#[derive(Deserialize)]
struct Seen {
    wider: i64,
    width: u32,
    dark: bool,
    mistakes: Vec<Mistake>,
}

#[derive(Deserialize)]
struct Mistake {
    rule: String,
    help: String,
    nodes: Vec<String>,
}

/// A browser that looks at page after page and keeps what it finds.
pub struct Inspector {
    pub chromium: Chromium,
    /// Width and scheme as they are set now.
    shown: (u32, Option<bool>),
    pages: usize,
    findings: Vec<String>,
}

impl Inspector {
    pub async fn start() -> Self {
        let axe = std::fs::read_to_string(AXE)
            .unwrap_or_else(|error| panic!("{AXE}: {error}; `make test` installs it"));
        let chromium = Chromium::start().await;
        // In every page from now on, whatever its policy for scripts is.
        let script = json!({ "source": axe });
        chromium
            .devtools("Page.addScriptToEvaluateOnNewDocument", script)
            .await;
        Self {
            chromium,
            shown: (0, None),
            pages: 0,
            findings: Vec::new(),
        }
    }

    /// What the server answered with, for the page that is open.
    pub async fn status(&self) -> u16 {
        let script = "return performance.getEntriesByType('navigation')[0].responseStatus;";
        let status = self.chromium.run(script).await;
        serde_json::from_value(status).expect("a status")
    }

    /// Looks at the page that is open; `what` names it.
    pub async fn look(&mut self, what: &str) {
        self.pages += 1;
        for view in &VIEWS {
            let seen = self.see(view, what).await;
            assert_eq!((seen.width, seen.dark), (view.width, view.dark), "{what}");
            if seen.wider > 0 {
                let wider = seen.wider;
                self.findings
                    .push(format!("{what}, {view}: scrolls sideways by {wider} px"));
            }
            for mistake in seen.mistakes {
                let Mistake { rule, help, nodes } = mistake;
                let nodes = nodes.join("\n    ");
                self.findings
                    .push(format!("{what}, {view}: {rule}: {help}\n    {nodes}"));
            }
        }
    }

    async fn see(&mut self, view: &View, what: &str) -> Seen {
        let (width, dark) = self.shown;
        if dark != Some(view.dark) {
            let scheme = if view.dark { "dark" } else { "light" };
            let media = json!({ "features": [
                { "name": "prefers-color-scheme", "value": scheme },
                // Colours that are on their way to others can't be judged.
                { "name": "prefers-reduced-motion", "value": "reduce" },
            ]});
            self.chromium
                .devtools("Emulation.setEmulatedMedia", media)
                .await;
        }
        if width != view.width {
            let size = json!({
                "width": view.width, "height": 900, "deviceScaleFactor": 1, "mobile": false,
            });
            self.chromium
                .devtools("Emulation.setDeviceMetricsOverride", size)
                .await;
        }
        self.shown = (view.width, Some(view.dark));
        let options = if view.all {
            json!({ "resultTypes": ["violations"], "runOnly": { "type": "tag", "values": [
                "wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice",
            ]}})
        } else {
            json!({ "resultTypes": ["violations"], "runOnly": ["color-contrast", "link-in-text-block"] })
        };
        let seen = self
            .chromium
            .client()
            .execute_async(LOOK, vec![options])
            .await;
        let seen = seen.unwrap_or_else(|error| panic!("{what}, {view}: {error}"));
        serde_json::from_value(seen.clone())
            .unwrap_or_else(|error| panic!("{what}, {view}: {error} in {seen}"))
    }

    /// What was found so far.
    pub fn findings(&self) -> &[String] {
        &self.findings
    }

    /// Adds what another found.
    pub fn hears(&mut self, other: Self) {
        self.pages += other.pages;
        self.findings.extend(other.findings);
    }

    /// Fails with all that was found.
    pub fn finish(self) {
        let Self {
            pages, findings, ..
        } = self;
        assert!(
            findings.is_empty(),
            "{} mistakes on {pages} pages:\n{}",
            findings.len(),
            findings.join("\n")
        );
    }
}

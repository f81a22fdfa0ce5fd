//! Automatic checks of a page: accessibility with axe, and whether it fits the window.

use std::fmt;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::chromium::Chromium;

const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/target/test-tools/node_modules/axe-core/axe.min.js"
);

/// WCAG 2.2 at the levels A and AA, and what axe's makers advise.
const TAGS: [&str; 6] = [
    "wcag2a",
    "wcag2aa",
    "wcag21a",
    "wcag21aa",
    "wcag22aa",
    "best-practice",
];

/// Notes what goes wrong while a page comes and stays.
const WATCH: &str = "
    window.troubles = [];
    addEventListener('error', ({ message, target }) =>
        troubles.push(message ?? `${target.src ?? target.href} can’t be loaded`), true);
    addEventListener('unhandledrejection', ({ reason }) => troubles.push(String(reason)));
    addEventListener('securitypolicyviolation', (event) =>
        troubles.push(`${event.violatedDirective} forbids ${event.blockedURI}: ${event.sample}`));";

/// Unfolds the page and answers what axe finds, if it is asked, what else went wrong,
/// and what is wider than the window.
const INSPECT: &str = "
    const [options, done] = arguments;
    for (const closed of document.querySelectorAll('details')) closed.open = true;
    const say = (node) => [
        node.target.flat().join(' '),
        node.html.slice(0, 160),
        [...node.any, ...node.all, ...node.none].map((check) => check.message).join('; '),
    ].join('\\n      ');
    const wider = document.documentElement.scrollWidth - innerWidth;
    const parts = [...document.querySelectorAll('body *')]
        .filter((part) => wider > 0 && part.getBoundingClientRect().right > innerWidth)
        .map((part) => part.outerHTML.slice(0, 160));
    const axes = options ? axe.run(document, options) : Promise.resolve({ violations: [] });
    axes.then(
        (found) => done({
            width: innerWidth,
            dark: matchMedia('(prefers-color-scheme: dark)').matches,
            mistakes: [
                ...found.violations.map((rule) => ({
                    what: `${rule.id}: ${rule.help}`, where: rule.nodes.slice(0, 4).map(say),
                })),
                ...troubles.splice(0).map((what) => ({ what, where: [] })),
                ...(wider > 0 ? [{ what: `scrolls sideways by ${wider} px`, where: parts.slice(0, 4) }] : []),
            ],
        }),
        (error) => done({ error: String(error) }),
    );";

/// Without scripts: what can't be used then.
const USE: &str = "
    for (const closed of document.querySelectorAll('details')) closed.open = true;
    const shown = (selector) =>
        [...document.querySelectorAll(selector)].filter((part) => part.checkVisibility());
    const sends = (part) => part.type === 'submit' && part.checkVisibility();
    const forms = shown('form').filter((form) => ![...form.elements].some(sends));
    const useless = [...shown('button[type=button], a:not([href])'), ...forms];
    const wider = document.documentElement.scrollWidth - innerWidth;
    return useless.map((part) => `does nothing: ${part.outerHTML.slice(0, 160)}`)
        .concat(wider > 0 ? [`scrolls sideways by ${wider} px`] : []);";

/// What the page is made of, to see whether scripts make it another.
const MAKE: &str = "
    const parts = [...document.body.querySelectorAll('*')]
        .map((part) => `${part.localName} ${part.className} ${part.hidden}`);
    return [...new Set(parts)].sort().join();";

/// What is asked of a page.
enum Rules {
    All,
    /// Those about colours: the others find the same in both schemes.
    Colours,
    /// Only whether it fits: magnified four times, a screen has this width.
    None,
}

/// How a page is shown, and what is asked of it then.
struct View {
    width: u32,
    dark: bool,
    rules: Rules,
}

impl View {
    const fn new(width: u32, dark: bool, rules: Rules) -> Self {
        Self { width, dark, rules }
    }
}

const VIEWS: [View; 5] = [
    View::new(1440, false, Rules::All),
    View::new(1440, true, Rules::Colours),
    View::new(390, true, Rules::All),
    View::new(390, false, Rules::Colours),
    View::new(320, false, Rules::None),
];

impl fmt::Display for View {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.dark { "dark" } else { "light" };
        write!(out, "{} wide, {scheme}", self.width)
    }
}

#[derive(Deserialize)]
struct Seen {
    width: u32,
    dark: bool,
    mistakes: Vec<Mistake>,
}

#[derive(Deserialize)]
struct Mistake {
    what: String,
    #[serde(rename = "where")]
    places: Vec<String>,
}

/// A browser that inspects page after page and keeps what it finds.
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
        // Documents are shown in the page, as they are for most people.
        let shown = ("plugins.always_open_pdf_externally", false.into());
        let chromium = Chromium::start_with(&[shown]).await;
        // In every page from now on, whatever its policy for scripts is.
        let script = json!({ "source": format!("{axe};{WATCH}") });
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

    /// Inspects the page that is open; `what` names it.
    pub async fn inspect(&mut self, what: &str) {
        self.pages += 1;
        for view in &VIEWS {
            self.judge(view, what).await;
        }
    }

    async fn judge(&mut self, view: &View, what: &str) {
        let seen = self.see(view, what).await;
        assert_eq!((seen.width, seen.dark), (view.width, view.dark), "{what}");
        for mistake in seen.mistakes {
            let Mistake {
                what: wrong,
                places,
            } = mistake;
            let places = places.join("\n    ");
            self.findings
                .push(format!("{what}, {view}: {wrong}\n    {places}"));
        }
    }

    /// Loads the page again without its scripts; the last width stays.
    pub async fn inspect_without_scripts(&mut self, url: &str, what: &str) {
        let what = format!("{what}, without scripts");
        let scripted = self.chromium.run(MAKE).await;
        self.run_scripts(false).await;
        self.chromium.goto(url).await;
        let plain = self.chromium.run(MAKE).await;
        let wrong = self.chromium.run(USE).await;
        let wrong: Vec<String> = serde_json::from_value(wrong).expect("a list");
        let wrong = wrong.iter().map(|one| format!("{what}: {one}"));
        self.findings.extend(wrong);
        // Too late for those of the page, in time for axe's.
        self.run_scripts(true).await;
        if plain != scripted {
            let view = View::new(390, false, Rules::All);
            self.judge(&view, &what).await;
        }
    }

    pub async fn run_scripts(&self, on: bool) {
        let disabled = json!({ "value": !on });
        self.chromium
            .devtools("Emulation.setScriptExecutionDisabled", disabled)
            .await;
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
        let run_only = match view.rules {
            Rules::All => json!({ "type": "tag", "values": TAGS }),
            Rules::Colours => json!(["color-contrast", "link-in-text-block"]),
            Rules::None => Value::Null,
        };
        let options = match run_only {
            Value::Null => Value::Null,
            rules => json!({ "resultTypes": ["violations"], "runOnly": rules }),
        };
        let seen = self
            .chromium
            .client()
            .execute_async(INSPECT, vec![options])
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

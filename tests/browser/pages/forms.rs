//! Forms that are sent empty, and say so.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::explorer::{Make, make_of};
use super::inspector::Inspector;
use crate::chromium::Chromium;

/// The addresses of the forms that one can fill in.
const LIST: &str = "
    return [...document.forms].map((form) =>
        form.method === 'post' && form.querySelector(
            'input:not([type=hidden],[type=checkbox],[type=radio]), textarea, select'
        ) ? form.action : null);";

/// Empties a form and sends it by its first button, whatever the browser thinks of it.
/// Answers whether it is still there.
const SEND: &str = "
    const form = [...document.forms].find((form) => form.action === arguments[0]);
    if (!form) return false;
    form.noValidate = true;
    for (const field of form.querySelectorAll('input, textarea')) {
        if (['checkbox', 'radio'].includes(field.type)) field.checked = false;
        else if (!['hidden', 'submit', 'file'].includes(field.type)) field.value = '';
    }
    window.isBefore = true;
    form.requestSubmit(form.querySelector('button:not([type=button])') ?? undefined);
    return true;";

/// The next page, once it is there, and whether a redirect led to it.
const ARRIVED: &str = "
    const [way] = performance.getEntriesByType('navigation');
    if (window.isBefore || document.readyState !== 'complete' || !way?.responseEnd) return null;
    return { redirected: way.redirectCount > 0, html: document.documentElement.outerHTML };";

/// A form to send.
pub struct Wanted {
    action: String,
    kind: String,
}

/// Which forms were found, and what came back.
#[derive(Default)]
pub struct Forms {
    found: Mutex<BTreeSet<String>>,
    seen: Mutex<BTreeSet<Make>>,
}

impl Forms {
    /// Those of the page that is open which weren't on another.
    pub async fn find(&self, chromium: &Chromium) -> Vec<Wanted> {
        let actions: Vec<Option<String>> =
            serde_json::from_value(chromium.run(LIST).await).expect("a list");
        let all = actions.into_iter().flatten().map(|action| Wanted {
            kind: without_ids(&action),
            action,
        });
        all.filter(|form| is_new(&self.found, form.kind.clone()))
            .collect()
    }

    /// Sends it empty from this page, past the page's own scripts, and looks at what
    /// comes back. An earlier form may have taken it away.
    pub async fn send(&self, inspector: &mut Inspector, form: &Wanted, url: &str, what: &str) {
        inspector.run_scripts(false).await;
        inspector.chromium.goto(url).await;
        let arguments = vec![json!(form.action)];
        let sent = inspector.chromium.client().execute(SEND, arguments).await;
        let sent = sent.unwrap_or_else(|error| panic!("{what}: {error}"));
        let page = if sent == json!(true) {
            arrival(&inspector.chromium).await
        } else {
            Value::Null
        };
        inspector.run_scripts(true).await;
        let html = page["html"].as_str().unwrap_or_default();
        if page["redirected"] == json!(false) && is_new(&self.seen, make_of(html)) {
            let what = format!("{what}, after an empty {}", form.kind);
            inspector.inspect(&what).await;
        }
    }
}

fn is_new<T: Ord>(known: &Mutex<BTreeSet<T>>, one: T) -> bool {
    known.lock().expect("no panic before").insert(one)
}

async fn arrival(chromium: &Chromium) -> Value {
    let end = Instant::now() + Duration::from_secs(20);
    loop {
        let page = chromium.client().execute(ARRIVED, Vec::new()).await;
        // A page that is just changing gives errors.
        if let Ok(page) = page
            && !page.is_null()
        {
            return page;
        }
        assert!(Instant::now() < end, "the form led nowhere");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The path, with one email for each id.
fn without_ids(action: &str) -> String {
    let url = url::Url::parse(action).expect("an address");
    let parts = url.path().split('/');
    let parts = parts.map(|part| if part.len() == 36 { "#" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

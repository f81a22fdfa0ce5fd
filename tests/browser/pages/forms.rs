//! Forms that are sent empty, and say so.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::explorer::{Make, make_of};
use super::look::Inspector;
use crate::chromium::Chromium;

/// The addresses of the forms that one can fill in.
const LIST: &str = "
    return [...document.forms].map((form) =>
        form.method === 'post' && form.querySelector(
            'input:not([type=hidden],[type=checkbox],[type=radio]), textarea, select'
        ) ? form.action : null);";

/// Empties a form and sends it by its first button, whatever the browser thinks of it.
/// Answers whether a new page comes; the form may be gone by an earlier one.
const SEND: &str = "
    const form = [...document.forms].find((form) => form.action === arguments[0]);
    if (!form) return false;
    form.noValidate = true;
    for (const field of form.querySelectorAll('input, textarea')) {
        if (['checkbox', 'radio'].includes(field.type)) field.checked = false;
        else if (!['hidden', 'submit', 'file'].includes(field.type)) field.value = '';
    }
    let stays = false;
    addEventListener('submit', (event) => { stays = event.defaultPrevented; });
    window.isBefore = true;
    form.requestSubmit(form.querySelector('button:not([type=button])') ?? undefined);
    return !stays;";

/// The status, once the next page is there; null for one that a redirect led to.
const ARRIVED: &str = "
    const [way] = performance.getEntriesByType('navigation');
    if (window.isBefore || document.readyState !== 'complete' || !way?.responseEnd) return null;
    return { redirected: way.redirectCount > 0, html: document.documentElement.outerHTML };";

/// Which forms were sent, and what came back.
#[derive(Default)]
pub struct Forms {
    sent: Mutex<BTreeSet<String>>,
    seen: Mutex<BTreeSet<Make>>,
}

impl Forms {
    /// Sends each form of the page that wasn't sent from another.
    pub async fn send_empty(&self, inspector: &mut Inspector, what: &str, url: &str) {
        inspector.chromium.goto(url).await;
        let actions = run(&inspector.chromium, LIST, json!([])).await;
        let actions: Vec<Option<String>> = serde_json::from_value(actions).expect("a list");
        for action in actions.into_iter().flatten() {
            let kind = without_ids(&action);
            if !is_new(&self.sent, kind.clone()) {
                continue;
            }
            inspector.chromium.goto(url).await;
            let leaves = run(&inspector.chromium, SEND, json!([action])).await;
            if leaves != json!(true) {
                continue;
            }
            let page = arrival(&inspector.chromium).await;
            let html = page["html"].as_str().unwrap_or_default();
            if page["redirected"] == json!(false) && is_new(&self.seen, make_of(html)) {
                inspector
                    .look(&format!("{what}, after an empty {kind}"))
                    .await;
            }
        }
    }
}

fn is_new<T: Ord>(known: &Mutex<BTreeSet<T>>, one: T) -> bool {
    known.lock().expect("no panic before").insert(one)
}

async fn run(chromium: &Chromium, script: &str, arguments: Value) -> Value {
    let arguments = arguments.as_array().cloned().unwrap_or_default();
    let done = chromium.client().execute(script, arguments).await;
    done.unwrap_or_else(|error| panic!("{error}"))
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

/// The path, with one letter for each id.
fn without_ids(action: &str) -> String {
    let url = url::Url::parse(action).expect("an address");
    let parts = url.path().split('/');
    let parts = parts.map(|part| if part.len() == 36 { "#" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

//! Which statements the database was asked, how many, and failures of it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use futures::future::BoxFuture;
use store::db::probe::{Probe, Step};
use store::{Result, StoreError};

/// Counts them; clones share the count.
#[derive(Clone, Default)]
pub struct Statements {
    count: Arc<AtomicUsize>,
    failure: Arc<Mutex<Option<Failure>>>,
    /// The texts, from when someone wants to know.
    texts: Arc<Mutex<Option<BTreeSet<String>>>>,
}

/// Which statement fails: the one with this text in it that so many others come before.
struct Failure {
    text: &'static str,
    before: usize,
}

impl Statements {
    pub fn count(&self) -> usize {
        self.count.load(Ordering::SeqCst)
    }

    /// Keeps the texts of what is asked from now on.
    pub fn record(&self) {
        *self.texts.lock().expect("the texts") = Some(BTreeSet::new());
    }

    /// What was asked since [`Self::record`], each text once.
    pub fn recorded(&self) -> BTreeSet<String> {
        self.texts
            .lock()
            .expect("the texts")
            .take()
            .unwrap_or_default()
    }

    /// Lets the database fail once, at a statement with this text in it, after it has
    /// answered so many of them.
    pub fn fail_once(&self, text: &'static str, before: usize) {
        *self.failure.lock().expect("a failure") = Some(Failure { text, before });
    }

    fn fails(&self, sql: &str) -> bool {
        let mut failure = self.failure.lock().expect("a failure");
        match failure.as_mut().filter(|one| sql.contains(one.text)) {
            None => false,
            Some(one) if one.before > 0 => {
                one.before -= 1;
                false
            }
            Some(_) => failure.take().is_some(),
        }
    }
}

impl Probe for Statements {
    fn before<'a>(&'a self, step: Step<'a>) -> BoxFuture<'a, Result<()>> {
        let mut answer = Ok(());
        if let Step::Statement(sql) = step {
            self.count.fetch_add(1, Ordering::SeqCst);
            if let Some(texts) = self.texts.lock().expect("the texts").as_mut() {
                texts.insert(sql.to_owned());
            }
            if self.fails(sql) {
                answer = Err(StoreError::Unavailable("as the test wants it".to_owned()));
            }
        }
        Box::pin(std::future::ready(answer))
    }

    fn at_work(&self) {}

    fn at_rest(&self) {}
}

//! How many statements the database was asked.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use futures::future::BoxFuture;
use store::Result;
use store::db::probe::{Probe, Step};

/// Counts them; clones share the count.
#[derive(Clone, Default)]
pub struct Statements(Arc<AtomicUsize>);

impl Statements {
    pub fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

impl Probe for Statements {
    fn before<'a>(&'a self, step: Step<'a>) -> BoxFuture<'a, Result<()>> {
        if matches!(step, Step::Statement(_)) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn at_work(&self) {}

    fn at_rest(&self) {}
}

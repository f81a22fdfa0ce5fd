//! Watching and disturbing what the program does with its database. A simulation
//! gives a probe to [`crate::Db::with_probe`]; nobody else does, and then it costs
//! nothing.

use std::sync::Arc;

use futures::future::BoxFuture;

use crate::db::error::Result;

/// What a transaction is about to do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step<'a> {
    /// To begin. No connection is taken yet, so waiting here keeps nobody else from
    /// the database.
    Begin,
    /// To run this SQL.
    Statement(&'a str),
    /// To commit.
    Commit,
    /// To return after a commit that has been carried out. The connection is given
    /// back already.
    Committed,
}

/// Is asked at each step of each transaction.
pub trait Probe: Send + Sync {
    /// Returns when the step may be taken. An error is given to the caller instead of
    /// taking it; after [`Step::Committed`] it is as if the answer had been lost. A
    /// future that never ends is a process that ended here.
    fn before<'a>(&'a self, step: Step<'a>) -> BoxFuture<'a, Result<()>>;

    /// The database is at work on a step from now on.
    fn at_work(&self);

    /// It no longer is: the step was taken, or given up.
    fn at_rest(&self);
}

pub(crate) async fn ask(probe: Option<&Arc<dyn Probe>>, step: Step<'_>) -> Result<()> {
    match probe {
        Some(probe) => probe.before(step).await,
        None => Ok(()),
    }
}

/// Tells the probe that the database is at work until this is dropped.
pub(crate) struct AtWork(Option<Arc<dyn Probe>>);

impl AtWork {
    pub(crate) fn with(probe: Option<&Arc<dyn Probe>>) -> Self {
        if let Some(probe) = probe {
            probe.at_work();
        }
        Self(probe.cloned())
    }
}

impl Drop for AtWork {
    fn drop(&mut self) {
        if let Some(probe) = &self.0 {
            probe.at_rest();
        }
    }
}

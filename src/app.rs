//! The only wiring: one value that holds what handlers and workers share.

use std::sync::Arc;

use crate::clock::Ambient;
use crate::config::Config;
use crate::files::Files;
use crate::store::Db;

/// What every part of the running program shares. Clones are cheap.
#[derive(Clone)]
pub struct App(Arc<Parts>);

pub struct Parts {
    pub config: Config,
    pub db: Db,
    pub ambient: Ambient,
    pub files: Files,
}

impl App {
    pub fn new(parts: Parts) -> Self {
        Self(Arc::new(parts))
    }
}

impl std::ops::Deref for App {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

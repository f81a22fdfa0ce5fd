//! Control over HTTP. See the crate's README.

use crate::Sim;
use axum::Router;
use std::sync::Arc;

/// The routes under `/_orgsim`.
pub fn routes() -> Router<Arc<Sim>> {
    Router::new()
}

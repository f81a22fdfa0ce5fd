//! What is known of the request being answered, wherever its answer is made: an
//! id for the log and the error page, and whether the flash message was shown.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use store::request_origin;

tokio::task_local! {
    static CURRENT: Current;
}

#[derive(Clone)]
struct Current {
    path: String,
    flash_shown: Arc<AtomicBool>,
}

/// Makes the answer to the request with this path, and says whether a flash message was
/// shown in it.
pub(super) async fn within<T>(path: String, answer: impl Future<Output = T>) -> (T, bool) {
    let current = Current {
        path,
        flash_shown: Arc::new(AtomicBool::new(false)),
    };
    let answer = CURRENT.scope(current.clone(), answer).await;
    (answer, current.flash_shown.load(Ordering::Relaxed))
}

/// The id of the request being answered; empty outside of one.
pub(crate) fn id() -> String {
    request_origin::id().map_or_else(String::new, |id| id.to_string())
}

/// The path of the request being answered; empty outside of one.
pub(crate) fn path() -> String {
    CURRENT
        .try_with(|current| current.path.clone())
        .unwrap_or_default()
}

/// Says that the flash message was taken by a page.
pub(crate) fn flash_was_shown() {
    let _ = CURRENT.try_with(|current| current.flash_shown.store(true, Ordering::Relaxed));
}

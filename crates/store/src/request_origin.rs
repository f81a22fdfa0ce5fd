//! Which request is under way, and from where it comes, for the audit log and for what it
//! causes: its id, the network, and the session that it belongs to. Nothing outside of
//! requests.
//!
//! It goes with the task and not through every function, so that no entry and no activity
//! can be written without it.

use std::sync::OnceLock;

use domain::request_id::RequestId;

tokio::task_local! {
    static CURRENT: Origin;
}

struct Origin {
    id: RequestId,
    network: String,
    session: OnceLock<String>,
}

/// Answers the request of this id, which comes from this network.
pub async fn within<T>(id: RequestId, network: String, answer: impl Future<Output = T>) -> T {
    let origin = Origin {
        id,
        network,
        session: OnceLock::new(),
    };
    CURRENT.scope(origin, answer).await
}

/// The id of the request; `None` outside of one.
pub fn id() -> Option<RequestId> {
    CURRENT.try_with(|origin| origin.id.clone()).ok()
}

/// Says which session the request belongs to.
pub fn belongs_to(session_hash: &str) {
    let name = session_name(session_hash).to_owned();
    let _ = CURRENT.try_with(|origin| origin.session.set(name));
}

/// Empty outside of a request.
pub fn network() -> String {
    let network = CURRENT.try_with(|origin| origin.network.clone());
    network.unwrap_or_default()
}

/// Empty outside of a request, and before someone has signed in.
pub fn session() -> String {
    let session = CURRENT.try_with(|origin| origin.session.get().cloned());
    session.ok().flatten().unwrap_or_default()
}

/// What a session is called where people see it: the beginning of its token's hash, from
/// which nobody can make the token.
pub fn session_name(session_hash: &str) -> &str {
    session_hash.get(..12).unwrap_or(session_hash)
}

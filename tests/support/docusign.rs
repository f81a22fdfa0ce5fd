//! A DocuSign account beside each tests' app.

use std::sync::Arc;

use docusim::{Config, Sim};
use tokio::net::TcpListener;

use super::app::START;

/// A running account. Its clock stands still with the app's.
pub struct LocalDocusign {
    /// What an administrator, a signer or fate does to it.
    pub sim: Arc<Sim>,
    pub url: String,
}

impl LocalDocusign {
    pub async fn start() -> Self {
        // Fails only where one was installed before, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let sim = Sim::new(Config::new(&url));
        let start: jiff::Timestamp = START.parse().expect("a moment");
        sim.clock().set(start.as_millisecond());
        tokio::spawn(docusim::serve(listener, sim.clone()));
        Self { sim, url }
    }
}

//! Gatehouse in this process, so that what is recorded here wakes its workers as a
//! visitor's act does.

use anyhow::Result;
use clock::Ambient;
use gatehouse::app::{self, App};
use gatehouse::config::Config;
use gatehouse::serve;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use super::deployment::Deployment;

pub struct Server {
    pub app: App,
    stop: CancellationToken,
    serving: JoinHandle<Result<()>>,
}

impl Server {
    pub async fn start(deployment: &Deployment) -> Result<Self> {
        let settings = &deployment.settings;
        let config = Config::from_sources(|name| settings.get(name).cloned(), "")?;
        let app = app::start(config, Ambient::system()).await?;
        let socket = deployment.socket.try_clone()?;
        socket.set_nonblocking(true)?;
        let listener = TcpListener::from_std(socket)?;
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve::run(app.clone(), listener, stop.clone()));
        Ok(Self { app, stop, serving })
    }

    pub async fn stop(self) -> Result<()> {
        self.stop.cancel();
        self.serving.await?
    }
}

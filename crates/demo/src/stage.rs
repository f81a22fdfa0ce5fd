//! Everything that runs in a demo, in one process: two Salesforce orgs, an email
//! server with a page, and Gatehouse itself.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, Result, bail};
use clock::Ambient;
use gatehouse::app::App;
use gatehouse::config::Config;
use gatehouse::{app, serve};
use salesforce_sim::{ConnectedApp, OrgConfig, Sim};
use testkit::mail::MailServer;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use url::Url;

use crate::{docusign, mailbox, sample_documents, seed};

const CLIENT_ID: &str = "gatehouse-demo";
const CLIENT_SECRET: &str = "only-for-the-demo";
/// Known to everyone: what it protects is gone with the demo.
const SECRET_KEY: &str = "Z2F0ZWhvdXNlIGRlbW86IG5vdCBhIHNlY3JldCBrZXk=";

/// `.demo`, emptied, and held against a second demo.
pub(crate) struct Folder {
    path: PathBuf,
    _lock: File,
}

impl Folder {
    pub(crate) fn fresh() -> Result<Self> {
        let path = PathBuf::from(".demo");
        fs::create_dir_all(&path).context("the folder .demo can't be made here")?;
        let lock = File::create(path.join("lock"))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                bail!("a demo is running from this folder already: stop it first")
            }
            Err(TryLockError::Error(error)) => return Err(error.into()),
        }
        let data = path.join("data");
        if data.exists() {
            fs::remove_dir_all(&data).context("what the last demo left can't be removed")?;
        }
        Ok(Self {
            path: data,
            _lock: lock,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// A local Salesforce org.
pub(crate) struct Org {
    pub url: Url,
    pub sim: Arc<Sim>,
}

pub(crate) struct Stage {
    /// Gatehouse's address.
    pub url: Url,
    pub app: App,
    pub production: Org,
    pub sandbox: Org,
    /// The local DocuSign.
    pub docusign: Url,
    pub mail: MailServer,
    /// The page that shows the email.
    pub mailbox: Url,
    stop: CancellationToken,
    serving: JoinHandle<Result<()>>,
}

impl Stage {
    /// Starts everything, with its data in this folder, and seeds it.
    pub(crate) async fn set(folder: &Path) -> Result<Self> {
        // Fails only where one was installed before, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let (listener, url) = listen(8080).await?;
        let production = org(7001, false, &url).await?;
        let sandbox = org(7002, true, &url).await?;
        let (docusign, contracts) = docusign::start().await?;
        let mail = MailServer::start().await?;
        let (mail_listener, mailbox) = listen(8025).await?;
        tokio::spawn(mailbox::serve(mail_listener, mail.clone()));
        let mut settings = settings(folder, &url, &production, &sandbox, &mail);
        settings.extend(docusign::settings(&docusign));
        let config = Config::from_sources(|name| settings.get(name).cloned(), "")?;
        let app = app::start(config, Ambient::system()).await?;
        seed::plant(&app).await?;
        docusign::plant(&app, &contracts).await?;
        let stop = CancellationToken::new();
        let serving = tokio::spawn(serve::run(app.clone(), listener, stop.clone()));
        Ok(Self {
            url,
            app,
            production,
            sandbox,
            docusign,
            mail,
            mailbox,
            stop,
            serving,
        })
    }

    /// Stops Gatehouse in the orderly way.
    pub(crate) async fn strike(self) -> Result<()> {
        self.stop.cancel();
        self.serving.await?
    }
}

/// On the usual port, or on a free one where that is taken.
pub(crate) async fn listen(usual: u16) -> Result<(TcpListener, Url)> {
    let listener = match TcpListener::bind(("127.0.0.1", usual)).await {
        Ok(listener) => listener,
        Err(_) => TcpListener::bind("127.0.0.1:0").await?,
    };
    let url = Url::parse(&format!("http://{}", listener.local_addr()?))?;
    Ok((listener, url))
}

async fn org(port: u16, is_sandbox: bool, gatehouse: &Url) -> Result<Org> {
    let (listener, url) = listen(port).await?;
    let name = if is_sandbox {
        format!("{} (UAT)", sample_documents::COMPANY)
    } else {
        sample_documents::COMPANY.to_owned()
    };
    let callback = gatehouse.join(app::SALESFORCE_CALLBACK)?;
    let config = OrgConfig::new(&name, is_sandbox, url.as_str().trim_end_matches('/'));
    let connected = ConnectedApp::new(CLIENT_ID, CLIENT_SECRET, callback.as_str());
    let sim = Sim::new(config.with_app(connected));
    salesforce_sim::seed::plant(&sim, "demo")?;
    tokio::spawn(salesforce_sim::serve(listener, sim.clone()));
    Ok(Org { url, sim })
}

fn settings(
    folder: &Path,
    url: &Url,
    production: &Org,
    sandbox: &Org,
    mail: &MailServer,
) -> BTreeMap<&'static str, String> {
    BTreeMap::from([
        ("GATEHOUSE_PUBLIC_URL", url.to_string()),
        ("GATEHOUSE_DATA_DIR", folder.display().to_string()),
        ("GATEHOUSE_SECRET_KEY", SECRET_KEY.to_owned()),
        ("GATEHOUSE_SALESFORCE_CLIENT_ID", CLIENT_ID.to_owned()),
        (
            "GATEHOUSE_SALESFORCE_CLIENT_SECRET",
            CLIENT_SECRET.to_owned(),
        ),
        (
            "GATEHOUSE_SALESFORCE_PRODUCTION_URL",
            production.url.to_string(),
        ),
        ("GATEHOUSE_SALESFORCE_SANDBOX_URL", sandbox.url.to_string()),
        ("GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE", "1".to_owned()),
        ("GATEHOUSE_SMTP_URL", mail.url()),
        (
            "GATEHOUSE_MAIL_FROM",
            "Northbeam Trust Center <trust@northbeam.example>".to_owned(),
        ),
    ])
}

//! One replica: a process with its own runtime, which can end at any moment and
//! be started again.

use std::sync::Arc;
use std::time::Duration;

use clock::{Ambient, Clock, Random};
use domain::analytics::anonymous_views::AnonymousViews;
use gatehouse::app::{App, Parts};
use gatehouse::config::Config;
use gatehouse::delivery::engine;
use gatehouse::dns::Dns;
use gatehouse::files::Files;
use gatehouse::jobs::Jobs;
use jiff::{SignedDuration, Timestamp};
use salesforce::{Client, ClientSettings, HostPolicy};
use tokio::runtime::Runtime;
use tokio_util::sync::CancellationToken;

use super::database::{Faults, RunProbe};
use super::org::{self, Org};
use super::scheduler::Scheduler;
use super::storage::Storage;
use super::transport::InProcess;

/// What all processes of all runs of a thread share, because it is slow to make.
pub struct Kit {
    pub config: Config,
    files: Files,
    docusign: docusign::Client,
    dns: Dns,
}

impl Kit {
    pub fn new(folder: &std::path::Path) -> Self {
        drop(rustls::crypto::ring::default_provider().install_default());
        let data = folder.display().to_string();
        let database = format!("sqlite://{data}/unused.db");
        let config = Config::from_sources(
            |name| {
                Some(match name {
                    "GATEHOUSE_PUBLIC_URL" => "http://127.0.0.1:2".to_owned(),
                    "GATEHOUSE_DATA_DIR" => data.clone(),
                    "GATEHOUSE_DATABASE_URL" => database.clone(),
                    "GATEHOUSE_SECRET_KEY" => {
                        "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=".to_owned()
                    }
                    "GATEHOUSE_ALLOW_LOOPBACK_SALESFORCE" => "1".to_owned(),
                    "GATEHOUSE_SALESFORCE_CLIENT_ID" => org::CLIENT_ID.to_owned(),
                    "GATEHOUSE_SALESFORCE_CLIENT_SECRET" => org::CLIENT_SECRET.to_owned(),
                    _ => return None,
                })
            },
            "",
        );
        let config = config.expect("the simulation's configuration");
        Self {
            files: Files::open(&config).expect("a place for files"),
            docusign: gatehouse::app::docusign_client(&config).expect("a DocuSign client"),
            dns: Dns::new(None).expect("name servers"),
            config,
        }
    }
}

pub struct Replica {
    pub number: usize,
    scheduler: Scheduler,
    org: Org,
    faults: Arc<Faults>,
    workers: usize,
    /// Whether it is the only one.
    alone: bool,
    seed: u64,
    /// How far the replica's clock is ahead.
    skew: SignedDuration,
    starts: u64,
    process: Option<Process>,
    /// Since when it gets no time, and whether the whole machine stands still.
    suspended: Option<(Duration, bool)>,
}

struct Process {
    runtime: Runtime,
    app: App,
}

impl Replica {
    pub fn new(
        number: usize,
        (scheduler, org, faults): (&Scheduler, &Org, &Arc<Faults>),
        schedule: &super::schedule::Schedule,
    ) -> Self {
        Self {
            number,
            scheduler: scheduler.clone(),
            org: org.clone(),
            faults: faults.clone(),
            workers: schedule.workers,
            alone: schedule.replicas == 1,
            seed: schedule.seed,
            skew: SignedDuration::from_secs(schedule.skews[number]),
            starts: 0,
            process: None,
            suspended: None,
        }
    }

    /// Starts a process with nothing but the database to remember by.
    pub fn start(&mut self, kit: &Kit, storage: &Storage) {
        self.starts += 1;
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().build().expect("a runtime");
        let probe = RunProbe::new(&self.scheduler, self.number, &self.faults);
        let db = runtime.block_on(storage.open());
        let db = db.with_keyring(kit.config.keyring.clone());
        let random = self.seed ^ ((self.number as u64 + 1) << 32) ^ (self.starts << 48);
        let clock = Clock::manual(self.wall());
        let app = App::new(Parts {
            config: kit.config.clone(),
            db: db.with_probe(Arc::new(probe)),
            jobs: Jobs::new(clock.clone()),
            anonymous_views: AnonymousViews::default(),
            rendered_pages: gatehouse::rendered_pages::RenderedPages::default(),
            ambient: Ambient {
                clock,
                random: Random::seeded(random),
            },
            files: kit.files.clone(),
            salesforce: Some(self.client()),
            docusign: kit.docusign.clone(),
            dns: kit.dns.clone(),
        });
        let stop = CancellationToken::new();
        let (app_of_engine, turns, alone) = (app.clone(), self.workers, self.alone);
        runtime.spawn(async move {
            // Otherwise it would end the others' turns, as on an embedded database.
            if alone {
                engine::prepare(&app_of_engine, &stop).await;
            }
            engine::run_turns(app_of_engine, stop, turns).await;
        });
        self.process = Some(Process { runtime, app });
        self.run();
    }

    fn client(&self) -> Client {
        let constant = |url: &str| url.parse().expect("a constant address");
        let settings = ClientSettings {
            client_name: "Gatehouse".to_owned(),
            user_agent: "Gatehouse/simulation".to_owned(),
            client_id: org::CLIENT_ID.to_owned(),
            client_secret: Some(org::CLIENT_SECRET.into()),
            redirect_uri: org::CALLBACK.to_owned(),
            hosts: HostPolicy {
                production: constant(org::ADDRESS),
                sandbox: constant(org::ADDRESS),
                allow_loopback: true,
            },
            timeout: ::salesforce::client::DEFAULT_TIMEOUT,
        };
        let transport = InProcess {
            scheduler: self.scheduler.clone(),
            org: self.org.clone(),
            replica: self.number,
        };
        Client::with_transport(settings, Arc::new(transport))
    }

    /// What its clock shows.
    fn wall(&self) -> Timestamp {
        super::wall(self.scheduler.now()) + self.skew
    }

    /// Lets it go on until everything in it waits.
    pub fn run(&self) {
        if let Some(process) = &self.process {
            process.runtime.block_on(self.scheduler.quiet());
        }
    }

    /// Someone asks it for something; it goes on by itself then.
    pub fn spawn<F>(&self, work: impl FnOnce(App) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        if let Some(process) = &self.process {
            process.runtime.spawn(work(process.app.clone()));
            self.run();
        }
    }

    /// Ends the process: everything in it is dropped where it waits.
    pub fn crash(&mut self) {
        self.process = None;
        self.suspended = None;
    }

    pub fn is_up(&self) -> bool {
        self.process.is_some()
    }

    pub fn may_run(&self) -> bool {
        self.is_up() && self.suspended.is_none()
    }

    pub fn suspend(&mut self, machine: bool) {
        if self.may_run() {
            self.suspended = Some((self.scheduler.now(), machine));
        }
    }

    pub fn go_on(&mut self) {
        let Some((since, machine)) = self.suspended.take() else {
            return;
        };
        if machine {
            self.set_clock();
        } else {
            self.advance(self.scheduler.now().saturating_sub(since));
        }
    }

    /// Time passes for it.
    pub fn advance(&self, by: Duration) {
        if let (Some(process), None) = (&self.process, self.suspended) {
            process.app.ambient.clock.advance(by);
            self.run();
        }
    }

    /// Its clock is set, by so much from the right time.
    pub fn jump(&mut self, seconds: i64) {
        self.skew += SignedDuration::from_secs(seconds);
        self.set_clock();
    }

    fn set_clock(&self) {
        if let Some(process) = &self.process {
            process.app.ambient.clock.set_time_of_day(self.wall());
        }
    }

    pub fn skew(&self) -> SignedDuration {
        self.skew
    }

    pub fn next_sleeper(&self) -> Option<Duration> {
        if !self.may_run() {
            return None;
        }
        let clock = &self.process.as_ref()?.app.ambient.clock;
        Some(self.scheduler.now() + clock.until_next_sleeper()?)
    }
}

//! NDAs through DocuSign: settings, signing, what DocuSign tells, and what is asked
//! where it told nothing.

mod reconcile;
mod settings;
mod signing;
mod webhook;

use docusign_sim::PRIVATE_KEY;
use domain::activities::ActivityKind;
use domain::content::Visibility::Locked;
use domain::nda::docusign::{Envelope, EnvelopeStatus};
use domain::organizations::Role;
use gatehouse::signing as product;
use testkit::client::Page;

use crate::nda::{account, choose};
use crate::public::{Offer, activities, member, offer};
use crate::support::{Browser, TestApp, TestOrg, connect_docusign, pdf};

/// An organization that signs through DocuSign; Ada's account has to.
pub struct Fixture {
    pub org: TestOrg,
    pub admin: Browser,
    pub ada: Browser,
    /// A locked item with a document.
    pub locked: Offer,
}

pub async fn fixture(app: &TestApp) -> Fixture {
    let org = app.enterprise().await;
    let locked = offer(app, &org, Locked, "Report.pdf", &pdf("Report")).await;
    let admin = app.signed_in(&org, Role::Admin).await;
    let ada = member(app, &org).await;
    app.docusign_ready(&org, &admin).await;
    choose(app, &org, &admin, "docusign", "").await;
    Fixture {
        org,
        admin,
        ada,
        locked,
    }
}

/// The Admin saves app and user.
async fn set_up(admin: &Browser) -> Page {
    connect_docusign(admin, &[("private_key", PRIVATE_KEY)]).await
}

impl Fixture {
    /// Ada goes to DocuSign's page.
    pub async fn go(&self) -> Page {
        let page = self.ada.open(&self.org.page("/nda")).await;
        self.ada.submit(&page, "/nda/docusign", &[]).await
    }

    /// Ada goes there and signs, declines, or puts it off.
    async fn end(&self, act: &str) -> Page {
        let page = self.go().await;
        let fields = [("act", act), ("reason", "Two years are too long")];
        self.ada.submit(&page, "", &fields).await
    }

    async fn is_open(&self) -> bool {
        let path = self.locked.path(&self.org, "download");
        self.ada.get(&path).await.status == 200
    }

    /// Ada's envelopes, the newest first.
    async fn envelopes(&self, app: &TestApp) -> Vec<Envelope> {
        let account = account(app, &self.org).await;
        let mut tx = app.db.read().await.unwrap();
        let found = store::nda::envelopes::of_account(&mut tx, self.org.id, account.id).await;
        found.unwrap()
    }

    async fn status(&self, app: &TestApp) -> EnvelopeStatus {
        self.envelopes(app).await[0].status
    }

    /// How often `NDA Signed` was recorded.
    async fn recorded(&self, app: &TestApp) -> usize {
        activities(app, &self.org, ActivityKind::NdaSigned)
            .await
            .len()
    }
}

/// Lets the worker do everything that is due now.
async fn work(app: &TestApp) {
    product::worker::run_until_idle(app).await.unwrap();
}

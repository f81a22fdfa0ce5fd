//! Documents in versions, marked for their reader, and large ones.

mod large;
mod reading;
mod versions;
mod view_only;
pub mod viewer;
mod watermark;

use domain::content::Visibility;
use domain::ids::{DocumentId, ItemId};
use domain::organizations::Role;
use testkit::client::Page;

use crate::public::member;
use crate::support::{Browser, TestApp, TestOrg};

/// A locked item whose document staff uploaded, and a member who may read it.
struct Fixture {
    org: TestOrg,
    item: ItemId,
    editor: Browser,
    ada: Browser,
}

impl Fixture {
    async fn new(app: &TestApp) -> Self {
        let org = app.enterprise().await;
        let item = app.item(&org, "SOC 2", Visibility::Locked).await.id;
        Self {
            editor: app.signed_in(&org, Role::Editor).await,
            ada: member(app, &org).await,
            item,
            org,
        }
    }

    fn form(&self, rest: &str) -> String {
        format!("/dashboard/content/items/{}{rest}", self.item)
    }

    async fn upload(&self, name: &str, note: &str, bytes: &[u8]) -> Page {
        let fields = [("note", note)];
        let path = self.form("/document");
        let sent = self.editor.upload(&path, &fields, ("file", name, bytes));
        self.editor.follow(sent.await).await
    }

    /// The document that visitors get.
    async fn current(&self, app: &TestApp) -> DocumentId {
        let mut tx = app.db.read().await.unwrap();
        let item = store::content::items::by_id(&mut tx, self.org.id, self.item).await;
        item.unwrap().unwrap().document.unwrap()
    }

    fn download(&self, document: DocumentId) -> String {
        self.org.page(&format!("/documents/{document}/download"))
    }
}

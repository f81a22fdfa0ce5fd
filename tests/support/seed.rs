//! Organizations, people and content to begin with.

use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use bytes::Bytes;
use domain::content::entry::SectionKind;
use domain::content::{Item, Section, Visibility};
use domain::email::EmailAddress;
use domain::ids::{ItemId, OrganizationId, SectionId, StaffUserId};
use domain::organizations::{Organization, Plan, Role, Slug};
use domain::staff::StaffUser;
use futures::stream;
use gatehouse::files::UPLOAD_LIMIT;
use store::content::{items, sections};
use store::staff::users;
use store::{documents, organizations};
use testkit::pdf::{Block, TextDocument};

use super::app::TestApp;
use super::browser::Browser;

/// Everyone's password.
pub const PASSWORD: &str = "correct horse battery staple";

/// An organization and how to address it.
#[derive(Clone, Debug)]
pub struct TestOrg {
    pub id: OrganizationId,
    pub slug: String,
    pub name: String,
}

/// An item and the section it is in.
#[derive(Clone, Copy, Debug)]
pub struct TestItem {
    pub section: SectionId,
    pub id: ItemId,
}

impl TestOrg {
    /// A path below the organization's trust center.
    pub fn page(&self, path: &str) -> String {
        format!("/trust/{}{path}", self.slug)
    }
}

impl TestApp {
    /// An Enterprise organization, `Northgate Labs` at `northgate`.
    pub async fn enterprise(&self) -> TestOrg {
        self.organization("northgate", "Northgate Labs", Plan::Enterprise)
            .await
    }

    pub async fn organization(&self, slug: &str, name: &str, plan: Plan) -> TestOrg {
        let org = Organization {
            id: self.ambient.id(OrganizationId::from_uuid),
            slug: Slug::parse(slug).expect("a slug"),
            name: name.to_owned(),
            plan,
            subject_prefix: "SafeBase".to_owned(),
            headline: "Security you can check".to_owned(),
            introduction: "How we keep your data safe.".to_owned(),
            security_email: format!("security@{slug}.example"),
            accent: "#2f5d50".to_owned(),
            version: 1,
        };
        let mut tx = self.db.begin().await.expect("a transaction");
        organizations::insert(&mut tx, &org, self.ambient.now())
            .await
            .expect("a new organization");
        tx.commit().await.expect("commit");
        TestOrg {
            id: org.id,
            slug: slug.to_owned(),
            name: name.to_owned(),
        }
    }

    /// Someone of the organization, `ROLE@SLUG.example` with [`PASSWORD`].
    pub async fn staff(&self, org: &TestOrg, role: Role) -> StaffUser {
        self.staff_with(org, &format!("{role}@{}.example", org.slug), role)
            .await
    }

    /// The same, with their own address.
    pub async fn staff_with(&self, org: &TestOrg, email: &str, role: Role) -> StaffUser {
        let user = StaffUser {
            id: self.ambient.id(StaffUserId::from_uuid),
            email: EmailAddress::parse(email).expect("an address"),
            name: format!("{} of {}", role.title(), org.name),
            role,
            is_active: true,
        };
        let mut tx = self.db.begin().await.expect("a transaction");
        let now = self.ambient.now();
        users::insert(&mut tx, org.id, &user, &quick_hash(PASSWORD), now)
            .await
            .expect("a new user");
        tx.commit().await.expect("commit");
        user
    }

    /// The browser of someone who has signed in through the login page.
    pub async fn signed_in(&self, org: &TestOrg, role: Role) -> Browser {
        let user = self.staff(org, role).await;
        self.browser_of(&user).await
    }

    /// Another browser in which they have signed in.
    pub async fn browser_of(&self, user: &StaffUser) -> Browser {
        let browser = self.browser();
        let login = browser.open("/login").await;
        let fields = [("email", user.email.as_str()), ("password", PASSWORD)];
        let page = browser.submit(&login, "/login", &fields).await;
        assert!(
            page.url.path().starts_with("/dashboard"),
            "signing in led to {}",
            page.summary()
        );
        browser
    }

    /// A section with one item, and `TITLE.pdf` to download.
    pub async fn item_with_pdf(
        &self,
        org: &TestOrg,
        title: &str,
        visibility: Visibility,
    ) -> TestItem {
        let made = self.item(org, title, visibility).await;
        let content = stream::iter([Ok::<_, std::io::Error>(Bytes::from(pdf(title)))]);
        let name = format!("{title}.pdf");
        let stored = self
            .files
            .put(&self.ambient, org.id, &name, content, UPLOAD_LIMIT)
            .await
            .expect("a stored file");
        let mut tx = self.db.begin().await.expect("a transaction");
        let found = items::by_id(&mut tx, org.id, made.id).await;
        let mut with_document = found.expect("the database").expect("the item");
        with_document.document = Some(stored.id);
        documents::insert(&mut tx, org.id, &stored)
            .await
            .expect("a new document");
        let saved = items::update(&mut tx, org.id, &with_document).await;
        assert!(saved.expect("the database"));
        tx.commit().await.expect("commit");
        made
    }

    /// A section with one item without a document.
    pub async fn item(&self, org: &TestOrg, title: &str, visibility: Visibility) -> TestItem {
        let new_section = Section {
            id: self.ambient.id(SectionId::from_uuid),
            kind: SectionKind::Items,
            title: "Reports".to_owned(),
            description: "What auditors found.".to_owned(),
            position: 1,
            version: 1,
            changed_at: None,
        };
        let new_item = Item {
            id: self.ambient.id(ItemId::from_uuid),
            section: new_section.id,
            title: title.to_owned(),
            summary: format!("{title}, in short."),
            body: format!("{title}, at length."),
            visibility,
            group: None,
            document: None,
            position: 1,
            version: 1,
            updated_at: self.ambient.now(),
        };
        let mut tx = self.db.begin().await.expect("a transaction");
        sections::insert(&mut tx, org.id, &new_section)
            .await
            .expect("a new section");
        items::insert(&mut tx, org.id, &new_item)
            .await
            .expect("a new item");
        tx.commit().await.expect("commit");
        TestItem {
            section: new_section.id,
            id: new_item.id,
        }
    }
}

/// A real PDF of one page with this title.
pub fn pdf(title: &str) -> Vec<u8> {
    let document = TextDocument {
        title,
        subtitle: "For tests",
        publisher: "Northgate Labs",
        accent: [0.18, 0.36, 0.31],
        blocks: &[Block::Text("Controls were tested and found effective.")],
    };
    document.to_pdf().expect("a PDF")
}

/// argon2id with the least memory it takes: tests hash many passwords.
fn quick_hash(password: &str) -> String {
    let params = Params::new(8, 1, 1, None).expect("parameters");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_with_salt(password.as_bytes(), b"salt-for-tests!!")
        .expect("a hash")
        .to_string()
}

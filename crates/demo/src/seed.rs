//! One Enterprise organization with people and content, made by the product's own
//! use cases.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use domain::content::Visibility;
use domain::content::entry::SectionKind;
use domain::documents::Document;
use domain::email::EmailAddress;
use domain::organizations::{Organization, Plan, Role, Slug};
use futures::stream;
use gatehouse::app::App;
use gatehouse::files::UPLOAD_LIMIT;
use gatehouse::use_cases::content::appearance;
use gatehouse::use_cases::content::{self, ItemDraft, SectionDraft};
use gatehouse::use_cases::organizations::settings::{self, SettingsDraft};
use gatehouse::use_cases::staff::{self, Manager, password};
use gatehouse::use_cases::{StaffAction, documents, organizations};
use secrecy::SecretString;
use store::content::security_contact::SecurityContact;

use crate::content as page;
use crate::{access, brand, companies, groups, sample_documents, sample_updates, trust, usage};

pub(crate) const SLUG: &str = "northbeam";
pub(crate) const ADMIN: &str = "admin@northbeam.example";
pub(crate) const EDITOR: &str = "editor@northbeam.example";
pub(crate) const PASSWORD: &str = "northbeam-demo";

pub(crate) async fn plant(app: &App) -> Result<()> {
    let admin = password_hash(app, ADMIN).await?;
    let editor = password_hash(app, EDITOR).await?;
    let mut tx = app.db.begin().await?;
    let slug = Slug::parse(SLUG).map_err(anyhow::Error::msg)?;
    let org = organizations::create(
        &mut tx,
        &app.ambient,
        slug,
        sample_documents::COMPANY,
        Plan::Enterprise,
    )
    .await?;
    let operator = Manager::Operator {
        ambient: &app.ambient,
        org: &org,
        public_url: &app.config.public_url,
    };
    let mut user = async |email, name, role, hash: &str| {
        let email = EmailAddress::parse(email).map_err(anyhow::Error::msg)?;
        staff::create_user(&mut tx, operator, email, name, role, hash)
            .await
            .map_err(anyhow::Error::from)
    };
    let admin = user(ADMIN, "Ada Sorensen", Role::Admin, &admin).await?;
    user(EDITOR, "Emil Ferrante", Role::Editor, &editor).await?;
    let draft = SettingsDraft {
        headline: page::HEADLINE.to_owned(),
        introduction: page::INTRODUCTION.to_owned(),
        security_email: page::SECURITY_EMAIL.to_owned(),
        accent: page::ACCENT.to_owned(),
        ..SettingsDraft::from_organization(&org)
    };
    let act = StaffAction {
        ambient: &app.ambient,
        org: &org,
        by: &admin,
        session: "",
        public_url: &app.config.public_url,
    };
    let org = settings::save(&mut tx, act, org.version, &draft).await?;
    let act = StaffAction { org: &org, ..act };
    let contact = SecurityContact {
        contact_url: String::new(),
        policy_url: "https://northbeam.example/disclosure".to_owned(),
        languages: "en, de, da".to_owned(),
    };
    appearance::set_security_contact(&mut tx, act, &contact).await?;
    tx.commit().await?;
    brand::plant(app, act).await?;
    access::plant(app, act).await?;
    for section in page::SECTIONS {
        plant_section(app, act, section).await?;
    }
    groups::plant(app, act).await?;
    trust::plant(app, act).await?;
    sample_updates::plant(app, act).await?;
    usage::plant(app, act).await?;
    companies::plant(app, act).await
}

async fn plant_section(app: &App, act: StaffAction<'_>, section: &page::Section) -> Result<()> {
    let mut stored = Vec::new();
    for item in section.items {
        stored.push(match item.document {
            Some(document) => Some(store(app, act.org, document).await?),
            None => None,
        });
    }
    let mut tx = app.db.begin().await?;
    let draft = SectionDraft {
        kind: SectionKind::Items,
        title: section.title.to_owned(),
        description: section.description.to_owned(),
    };
    let id = content::add_section(&mut tx, act, &draft).await?;
    for (item, document) in section.items.iter().zip(&stored) {
        let draft = ItemDraft {
            section: Some(id),
            title: item.title.to_owned(),
            summary: item.summary.to_owned(),
            body: item.body.to_owned(),
            visibility: if item.locked {
                Visibility::Locked
            } else {
                Visibility::Public
            },
            group: None,
        };
        let item = content::add_item(&mut tx, act, &draft).await?;
        if let Some(document) = document {
            documents::add_version(&mut tx, act, item, document, "").await?;
        }
    }
    tx.commit().await?;
    Ok(())
}

async fn store(
    app: &App,
    org: &Organization,
    document: &sample_documents::Document,
) -> Result<Document> {
    let bytes = Bytes::from(document.to_pdf()?);
    let content = stream::iter([Ok::<_, std::io::Error>(bytes)]);
    app.files
        .put(
            &app.ambient,
            org.id,
            document.file_name,
            content,
            UPLOAD_LIMIT,
        )
        .await
        .with_context(|| format!("{} can't be stored", document.file_name))
}

async fn password_hash(app: &App, email: &str) -> Result<String> {
    let email = EmailAddress::parse(email).map_err(anyhow::Error::msg)?;
    let password = SecretString::from(PASSWORD);
    Ok(password::hash(&app.ambient.random, &email, password).await?)
}

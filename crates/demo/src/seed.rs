//! One Enterprise organization with people, content and a past, made by the product's own
//! use cases.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use clock::Ambient;
use domain::content::Visibility;
use domain::content::entry::SectionKind;
use domain::documents::Document;
use domain::nda::NdaKind;
use domain::organizations::{Organization, Plan, Slug};
use futures::stream;
use gatehouse::app::App;
use gatehouse::files::UPLOAD_LIMIT;
use gatehouse::use_cases::content::appearance;
use gatehouse::use_cases::content::{self, ItemDraft, SectionDraft};
use gatehouse::use_cases::organizations::settings::{self, SettingsDraft};
use gatehouse::use_cases::{StaffAction, documents, nda, organizations};
use store::content::security_contact::SecurityContact;

use crate::calendar::{minutes, past};
use crate::content as page;
use crate::sample_documents::Drawn;
use crate::team::Team;
use crate::{brand, groups, history, sample_documents, sample_updates, trust};

pub(crate) const SLUG: &str = "northbeam";
pub(crate) const ADMIN: &str = "admin@northbeam.example";
pub(crate) const EDITOR: &str = "editor@northbeam.example";
pub(crate) const PASSWORD: &str = "northbeam-demo";

const NDA: &str = include_str!("../data/nda.md");

/// The organization is set up thirteen months ago; then its past happens.
pub(crate) async fn plant(app: &App) -> Result<()> {
    let drawing = tokio::task::spawn_blocking(Drawn::first);
    // The long ones take a while, and are needed late.
    let renewed = tokio::task::spawn_blocking(Drawn::renewed);
    let first = past(&app.ambient, 394, 7);
    let org = organization(app, &first).await?;
    let team = Team::hire(app, &org).await?;
    let ambient = past(&app.ambient, 392, 9);
    let org = set_up(app, team.act(app, &org, &ambient, "ada")?).await?;
    brand::plant(app, team.act(app, &org, &ambient, "ada")?).await?;
    let drawn = drawing.await??;
    let ambient = past(&app.ambient, 387, 9);
    let act = team.act(app, &org, &ambient, "emil")?;
    for section in page::SECTIONS {
        plant_section(app, act, &drawn, section).await?;
    }
    let ambient = past(&app.ambient, 384, 10);
    let act = team.act(app, &org, &ambient, "ada")?;
    groups::plant(app, act).await?;
    ask_for_nda(app, act).await?;
    trust::plant(app, &org, &team).await?;
    history::plant(app, &org, &team, renewed).await?;
    sample_updates::plant(app, &org, &team).await
}

async fn organization(app: &App, ambient: &Ambient) -> Result<Organization> {
    let mut tx = app.db.begin().await?;
    let slug = Slug::parse(SLUG).map_err(anyhow::Error::msg)?;
    let (name, plan) = (sample_documents::COMPANY, Plan::Enterprise);
    let org = organizations::create(&mut tx, ambient, slug, name, plan).await?;
    tx.commit().await?;
    Ok(org)
}

async fn set_up(app: &App, act: StaffAction<'_>) -> Result<Organization> {
    let mut tx = app.db.begin().await?;
    let draft = SettingsDraft {
        headline: page::HEADLINE.to_owned(),
        introduction: page::INTRODUCTION.to_owned(),
        security_email: page::SECURITY_EMAIL.to_owned(),
        accent: page::ACCENT.to_owned(),
        ..SettingsDraft::from_organization(act.org)
    };
    let org = settings::save(&mut tx, act, act.org.version, &draft).await?;
    act.ambient.clock.advance(minutes(&app.ambient, 20));
    let contact = SecurityContact {
        contact_url: String::new(),
        policy_url: "https://northbeam.example/disclosure".to_owned(),
        languages: "en, de, da".to_owned(),
    };
    appearance::set_security_contact(&mut tx, act, &contact).await?;
    act.ambient.clock.advance(minutes(&app.ambient, 20));
    tx.commit().await?;
    Ok(org)
}

/// Accounts that are added from now on sign with a click before what is locked opens.
async fn ask_for_nda(app: &App, act: StaffAction<'_>) -> Result<()> {
    let mut tx = app.db.begin().await?;
    act.ambient.clock.advance(minutes(&app.ambient, 90));
    nda::publish(&mut tx, act, 0, NDA).await?;
    act.ambient.clock.advance(minutes(&app.ambient, 10));
    nda::choose_default(&mut tx, act, NdaKind::Clickwrap).await?;
    Ok(tx.commit().await?)
}

async fn plant_section(
    app: &App,
    act: StaffAction<'_>,
    drawn: &Drawn,
    section: &page::Section,
) -> Result<()> {
    let mut tx = app.db.begin().await?;
    let draft = SectionDraft {
        kind: SectionKind::Items,
        title: section.title.to_owned(),
        description: section.description.to_owned(),
    };
    let id = content::add_section(&mut tx, act, &draft).await?;
    for item in section.items {
        act.ambient.clock.advance(minutes(&app.ambient, 25));
        let mut revisions = page::REVISIONS.iter();
        let revision = revisions.find(|one| one.item == item.title);
        let summary = revision.map_or(item.summary, |revision| revision.was);
        let draft = ItemDraft {
            section: Some(id),
            title: item.title.to_owned(),
            summary: summary.to_owned(),
            body: item.body.to_owned(),
            visibility: if item.locked {
                Visibility::Locked
            } else {
                Visibility::Public
            },
            group: None,
        };
        let added = content::add_item(&mut tx, act, &draft).await?;
        if let Some(document) = item.document {
            let first = document.earlier.unwrap_or(document);
            let stored = store(app, act, drawn, first).await?;
            documents::add_version(&mut tx, act, added, &stored, first.note).await?;
        }
    }
    act.ambient.clock.advance(minutes(&app.ambient, 25));
    tx.commit().await?;
    Ok(())
}

async fn store(
    app: &App,
    act: StaffAction<'_>,
    drawn: &Drawn,
    document: &sample_documents::Document,
) -> Result<Document> {
    let bytes = Bytes::from(drawn.bytes(document)?);
    let content = stream::iter([Ok::<_, std::io::Error>(bytes)]);
    let (files, name) = (&app.files, document.file_name);
    let stored = files.put(act.ambient, act.org.id, name, content, UPLOAD_LIMIT);
    let stored = stored.await;
    stored.with_context(|| format!("{name} can't be stored"))
}

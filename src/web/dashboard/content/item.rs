//! An item's form.

use askama::Template;
use axum::extract::{Path, Query, State};
use domain::accounts::profile::DocumentGroup;
use domain::analytics::Metric;
use domain::content::entry::SectionKind;
use domain::content::{Item, Section, Visibility};
use domain::documents::{Document, DocumentVersion};
use domain::ids::{DocumentGroupId, ItemId, OrganizationId, SectionId};
use serde::Deserialize;
use store::Tx;
use store::analytics::{self, ItemUse};

use super::{HERE, Shift, forget};
use crate::app::App;
use crate::use_cases::content::reorder;
use crate::use_cases::content::{self, ContentError, ItemDraft};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{self, Shell};
use crate::web::dashboard::refused::Refused;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Reauthenticated, Staff};

#[derive(Template)]
#[template(path = "dashboard/content/item.html")]
pub(super) struct ItemPage {
    shell: Shell,
    /// `None` for a new one.
    id: Option<ItemId>,
    version: i64,
    sections: Vec<Section>,
    groups: Vec<DocumentGroup>,
    draft: ItemDraft,
    /// What is saved, where that is not what the form was made from.
    current: Option<ItemDraft>,
    /// Of the item's own text; its document's are apart.
    problems: Problems,
    pub documents: Documents,
    /// How it was looked at; `None` for a new one.
    usage: Option<ItemUse>,
}

/// The card of the item's document.
#[derive(Default)]
pub(super) struct Documents {
    /// What visitors get.
    current: Option<Document>,
    /// All that staff may get, newest first.
    versions: Vec<(DocumentVersion, Document)>,
    is_watermarked: bool,
    pub watermark_problem: String,
    is_view_only: bool,
    pub view_only_problem: String,
    pub upload_problem: String,
    /// As typed for the next version.
    pub note: String,
    pub problems: Problems,
}

impl Documents {
    async fn for_item(tx: &mut Tx, org: OrganizationId, item: &Item) -> WebResult<Self> {
        let mut versions = Vec::new();
        for version in store::documents::versions::of_item(tx, org, item.id).await? {
            let document = store::documents::by_id(tx, org, version.document).await?;
            versions.extend(document.map(|document| (version, document)));
        }
        Ok(Self {
            current: match item.document {
                Some(document) => store::documents::by_id(tx, org, document).await?,
                None => None,
            },
            versions,
            is_watermarked: store::content::items::is_watermarked(tx, org, item.id).await?,
            is_view_only: store::content::items::is_view_only(tx, org, item.id).await?,
            ..Self::default()
        })
    }

    fn is_current(&self, document: &Document) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| current.id == document.id)
    }
}

impl ItemPage {
    fn is_in(&self, section: &Section) -> bool {
        self.draft.section == Some(section.id)
    }

    fn is_of(&self, group: &DocumentGroup) -> bool {
        self.draft.group == Some(group.id)
    }

    fn upload_limit(&self) -> String {
        ::domain::documents::limit_size(crate::files::DOCUMENT_LIMIT)
    }
}

#[derive(Deserialize)]
pub(super) struct ItemForm {
    #[serde(default)]
    section: String,
    title: String,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    body: String,
    visibility: String,
    #[serde(default)]
    group: String,
    #[serde(default)]
    version: i64,
}

impl ItemForm {
    fn into_draft(self) -> WebResult<ItemDraft> {
        Ok(ItemDraft {
            section: SectionId::parse(&self.section),
            title: self.title,
            summary: self.summary,
            body: self.body,
            visibility: self.visibility.parse().map_err(WebError::BadRequest)?,
            group: DocumentGroupId::parse(&self.group),
        })
    }
}

#[derive(Deserialize)]
pub(super) struct NewQuery {
    #[serde(default)]
    section: String,
}

pub(super) async fn new(
    State(app): State<App>,
    Editor(staff): Editor,
    Query(asked): Query<NewQuery>,
) -> WebResult {
    let mut page = load(&app, &staff, None, Flash::default()).await?;
    page.draft.section = SectionId::parse(&asked.section);
    page::html(&page)
}

pub(super) async fn form(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    let page = load(&app, &staff, Some(page::id(&id)?), flash).await?;
    page::html(&page)
}

/// The form as it is saved.
pub(super) async fn load(
    app: &App,
    staff: &Staff,
    id: Option<ItemId>,
    flash: Flash,
) -> WebResult<ItemPage> {
    let org = staff.org.id;
    let mut tx = app.db.read().await?;
    let mut page = ItemPage {
        shell: Shell::new(&mut tx, staff, layout::Section::Content, flash).await?,
        id,
        version: 0,
        sections: sections_of_items(&mut tx, org).await?,
        groups: store::accounts::document_groups::list(&mut tx, org).await?,
        draft: ItemDraft {
            section: None,
            title: String::new(),
            summary: String::new(),
            body: String::new(),
            // Nobody should publish by forgetting to choose.
            visibility: Visibility::Locked,
            group: None,
        },
        current: None,
        problems: Problems::default(),
        documents: Documents::default(),
        usage: None,
    };
    if let Some(id) = id {
        let found = store::content::items::by_id(&mut tx, org, id).await?;
        let item = found.ok_or(WebError::NotFound)?;
        page.version = item.version;
        page.usage = Some(analytics::item(&mut tx, org, id).await?);
        page.documents = Documents::for_item(&mut tx, org, &item).await?;
        page.draft = ItemDraft {
            section: Some(item.section),
            title: item.title,
            summary: item.summary,
            body: item.body,
            visibility: item.visibility,
            group: item.group,
        };
    }
    Ok(page)
}

async fn sections_of_items(tx: &mut store::Tx, org: OrganizationId) -> store::Result<Vec<Section>> {
    let mut sections = store::content::sections::list(tx, org).await?;
    sections.retain(|section| section.kind == SectionKind::Items);
    Ok(sections)
}

pub(super) async fn add(
    State(app): State<App>,
    Editor(staff): Editor,
    Form(form): Form<ItemForm>,
) -> WebResult {
    keep(&app, &staff, None, form).await
}

pub(super) async fn save(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<ItemForm>,
) -> WebResult {
    keep(&app, &staff, Some(page::id(&id)?), form).await
}

/// Saves a new item (`None`) or one that exists.
async fn keep(app: &App, staff: &Staff, id: Option<ItemId>, form: ItemForm) -> WebResult {
    let version = form.version;
    let draft = form.into_draft()?;
    let mut tx = app.db.begin().await?;
    let act = staff.action(app);
    let kept = match id {
        None => content::add_item(&mut tx, act, &draft).await,
        Some(id) => content::edit_item(&mut tx, act, id, version, &draft)
            .await
            .map(|()| id),
    };
    let kept = match kept {
        Ok(kept) => kept,
        Err(error) => {
            drop(tx);
            return again(app, staff, id, draft, error).await;
        }
    };
    tx.commit().await?;
    if id.is_some() {
        return Ok(see_other_saying(HERE, "The item is saved."));
    }
    Ok(see_other_saying(
        &format!("{HERE}/items/{kept}"),
        "The item is added. You can upload its document now.",
    ))
}

/// The form with what was typed, and what is wrong with it.
async fn again(
    app: &App,
    staff: &Staff,
    id: Option<ItemId>,
    draft: ItemDraft,
    error: ContentError,
) -> WebResult {
    let refused = Refused::try_from(error)?;
    let saved = load(app, staff, id, Flash::default()).await?;
    let page = ItemPage {
        current: refused.is_stale.then_some(saved.draft),
        draft,
        problems: refused.problems,
        ..saved
    };
    page::html_with(refused.status, &page)
}

pub(super) async fn shift(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<Shift>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let act = staff.action(&app);
    reorder::move_item(&mut tx, act, id, form.direction()?).await?;
    tx.commit().await?;
    Ok(page::see_other(&format!("{HERE}#item-{id}")))
}

pub(super) async fn delete(
    State(app): State<App>,
    Reauthenticated(Editor(staff)): Reauthenticated<Editor>,
    Path(id): Path<String>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let documents = content::delete_item(&mut tx, staff.action(&app), id).await?;
    tx.commit().await?;
    forget(&app, documents).await;
    Ok(see_other_saying(HERE, "The item is deleted."))
}

//! What comes with files: signatures with their certificates, questionnaires, new versions
//! of documents, and what their items say. Nobody else uses the database yet, so that a file may be drawn
//! and stored while a transaction is open.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use clock::Ambient;
use domain::documents::Document;
use domain::questionnaires::QuestionnaireState;
use futures::stream;
use gatehouse::files::UPLOAD_LIMIT;
use gatehouse::use_cases::content::{ItemDraft, edit_item};
use gatehouse::use_cases::documents;
use gatehouse::use_cases::nda::{self, Signing};
use gatehouse::use_cases::questionnaires::{self, Wishes};
use gatehouse::use_cases::visitors::MemberOf;
use jiff::ToSpan as _;
use store::Tx;

use crate::content::{self, Revision};
use crate::history::story::{Company, Person, Questionnaire};
use crate::history::visits::Offer;
use crate::history::{Past, visitors_network};

/// A browser that many people have.
const BROWSER: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

const ANSWERED: &str = include_str!("../../data/questionnaire.csv");

/// Who fills a questionnaire in.
pub(super) fn assignee(one: &Questionnaire) -> Option<&str> {
    one.taken.as_ref().map(|(_, key)| key.as_str())
}

impl<'a> Past<'a> {
    async fn keep(&self, at: &Ambient, name: &str, bytes: Vec<u8>) -> Result<Document> {
        let pieces = stream::iter([Ok::<_, std::io::Error>(Bytes::from(bytes))]);
        let files = &self.app.files;
        let stored = files.put(at, self.org.id, name, pieces, UPLOAD_LIMIT).await;
        stored.with_context(|| format!("{name} can't be stored"))
    }

    pub(super) async fn sign(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        company: &Company,
        person: &Person,
    ) -> Result<()> {
        let account = self.account(tx, &company.name).await?;
        let visitor = self.visitor(tx, &person.email).await?;
        let text = store::nda::texts::current(tx, self.org.id).await?;
        let signing = Signing {
            member: MemberOf {
                visitor: &visitor,
                account: &account,
            },
            version: text.context("there is no NDA")?.version,
            full_name: &format!("{} {}", person.first, person.last),
            agrees: true,
            ip_address: &visitors_network(&person.email),
            user_agent: BROWSER,
        };
        let draft = nda::prepare(tx, at, self.org, signing).await?;
        let (name, bytes) = draft.certificate(self.org, &self.app.config.fonts).await?;
        let document = self.keep(at, &name, bytes).await?;
        let url = &self.app.config.public_url;
        nda::complete(tx, at, self.org, url, draft, &document).await?;
        Ok(())
    }

    pub(super) async fn hand_in(
        &mut self,
        tx: &mut Tx,
        at: &Ambient,
        one: &'a Questionnaire,
    ) -> Result<()> {
        let account = self.account(tx, &one.company).await?;
        let visitor = self.visitor(tx, &one.by).await?;
        let member = MemberOf {
            visitor: &visitor,
            account: &account,
        };
        let document = self.keep(at, &one.file, unanswered()?).await?;
        let due = one.due.map(|days| self.app.ambient.today() - days.days());
        let wishes = Wishes {
            due_on: due.map_or_else(String::new, |day| day.to_string()),
            note: one.note.clone(),
        };
        let url = &self.app.config.public_url;
        let uploaded =
            questionnaires::upload(tx, at, self.org, url, member, &document, &wishes).await;
        self.questionnaires.insert(&one.file, uploaded?);
        Ok(())
    }

    pub(super) async fn take_on(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        one: &Questionnaire,
    ) -> Result<()> {
        let id = self.questionnaires.get(one.file.as_str());
        let id = *id.context("it wasn't handed in")?;
        let key = assignee(one).context("nobody takes it on")?;
        let (act, who) = (self.staff(at, key)?, self.team.get(key)?.id);
        let state = QuestionnaireState::InProgress;
        questionnaires::work_on(tx, act, id, state, Some(who)).await?;
        Ok(())
    }

    pub(super) async fn hand_back(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        one: &Questionnaire,
    ) -> Result<()> {
        let id = self.questionnaires.get(one.file.as_str());
        let id = *id.context("it wasn't handed in")?;
        let act = self.staff(at, assignee(one).context("nobody took it on")?)?;
        let name = one.file.replace(".csv", ", completed.csv");
        let answer = self.keep(at, &name, ANSWERED.into()).await?;
        questionnaires::complete(tx, act, id, &answer).await?;
        Ok(())
    }

    pub(super) async fn upload(&mut self, tx: &mut Tx, at: &Ambient, days: i64) -> Result<()> {
        for (title, document) in content::renewed().filter(|(_, one)| one.is_from(days)) {
            let bytes = self.drawing.done().await?.bytes(document)?;
            let act = self.staff(at, "nadia")?;
            let item = self.item(title)?.id;
            let stored = self.keep(at, document.file_name, bytes).await?;
            documents::add_version(tx, act, item, &stored, document.note).await?;
        }
        self.offer = Offer::load(tx, self.org).await?;
        Ok(())
    }

    /// The item's summary says from now on what it says in the demo.
    pub(super) async fn revise(
        &mut self,
        tx: &mut Tx,
        at: &Ambient,
        revision: &Revision,
    ) -> Result<()> {
        let item = self.item(revision.item)?;
        let mut items = content::SECTIONS.iter().flat_map(|section| section.items);
        let now = items.find(|one| one.title == revision.item);
        let draft = ItemDraft {
            section: Some(item.section),
            title: item.title.clone(),
            summary: now.context("no such item")?.summary.to_owned(),
            body: item.body.clone(),
            visibility: item.visibility,
            group: item.group,
        };
        let act = self.staff(at, revision.by)?;
        edit_item(tx, act, item.id, item.version, &draft).await?;
        self.offer = Offer::load(tx, self.org).await?;
        Ok(())
    }
}

/// The questions alone.
fn unanswered() -> Result<Vec<u8>> {
    let mut reader = csv::Reader::from_reader(ANSWERED.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(reader.headers()?)?;
    for record in reader.records() {
        let record = record?;
        writer.write_record(record.iter().take(3).chain([""]))?;
    }
    Ok(writer.into_inner()?)
}

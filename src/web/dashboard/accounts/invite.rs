//! Inviting many people into an account: a list, a preview, and a confirmation.
//! Nothing is stored before it is confirmed; the pages carry the list forward.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use domain::accounts::Account;
use domain::accounts::invite_list::{InviteList, to_lines};
use domain::ids::AccountId;
use domain::limits::INVITED_PEOPLE;
use serde::Deserialize;
use store::Tx;

use crate::app::App;
use crate::use_cases::accounts::invite::{self, Invitee, Standing};
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::file_form::{FileForm, FileFormError, Part};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};
use crate::web::limits::INVITATIONS_FORM_KIB;

#[derive(Template)]
#[template(path = "dashboard/accounts/invite.html")]
struct ListPage {
    shell: Shell,
    account: Account,
    /// What was pasted, or was in the file.
    text: String,
    problems: Problems,
}

#[derive(Template)]
#[template(path = "dashboard/accounts/invite_preview.html")]
struct PreviewPage {
    shell: Shell,
    account: Account,
    /// Who will be added.
    added: Vec<Invitee>,
    /// Who has access already.
    members: Vec<Invitee>,
    list: InviteList,
    /// Whom the confirmation adds, a line each.
    lines: String,
    text: String,
    problems: Problems,
}

async fn account(tx: &mut Tx, staff: &Staff, id: &str) -> WebResult<Account> {
    let id: AccountId = page::id(id)?;
    let found = store::accounts::by_id(tx, staff.org.id, id).await?;
    found.ok_or(WebError::NotFound)
}

pub(super) async fn form(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    flash: Flash,
) -> WebResult {
    let mut tx = app.db.read().await?;
    page::html(&ListPage {
        account: account(&mut tx, &staff, &id).await?,
        shell: Shell::new(&mut tx, &staff, Section::Accounts, flash).await?,
        text: String::new(),
        problems: Problems::default(),
    })
}

/// Shows what would be done with the list.
pub(super) async fn preview(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    sent: WebResult<FileForm<INVITATIONS_FORM_KIB>>,
) -> WebResult {
    let mut tx = app.db.read().await?;
    let account = account(&mut tx, &staff, &id).await?;
    drop(tx);
    let (text, list) = match Sent::receive(sent?).await?.list() {
        Ok(read) => read,
        Err((text, problems)) => {
            let mut tx = app.db.read().await?;
            let page = ListPage {
                shell: Shell::new(&mut tx, &staff, Section::Accounts, Flash::default()).await?,
                account,
                text,
                problems,
            };
            return page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page);
        }
    };
    let mut tx = app.db.read().await?;
    let people = invite::preview(&mut tx, &staff.org, &account, &list, app.ambient.today()).await?;
    let has_access = |one: &Invitee| one.standing == Standing::HasAccess;
    let (members, added): (Vec<_>, Vec<_>) = people.into_iter().partition(has_access);
    page::html(&PreviewPage {
        shell: Shell::new(&mut tx, &staff, Section::Accounts, Flash::default()).await?,
        account,
        lines: to_lines(added.iter().map(|one| &one.entry)),
        added,
        members,
        list,
        text,
        problems: Problems::default(),
    })
}

#[derive(Deserialize)]
pub(super) struct Confirmed {
    #[serde(default)]
    people: String,
}

/// Adds whom the preview showed, in one transaction.
pub(super) async fn confirm(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<Confirmed, INVITATIONS_FORM_KIB>,
) -> WebResult {
    let id: AccountId = page::id(&id)?;
    let list = InviteList::parse(&form.people).map_err(|problem| {
        WebError::BadRequest(format!("{problem}. Nobody was added; go back to the list."))
    })?;
    if let Some(wrong) = list.wrong.first() {
        return Err(WebError::BadRequest(format!(
            "Line {}: {}. Nobody was added; go back to the list.",
            wrong.number, wrong.reason
        )));
    }
    let mut tx = app.db.begin().await?;
    let done = invite::invite_all(&mut tx, staff.action(&app), id, &list).await?;
    tx.commit().await?;
    let had = match done.had_access {
        0 => String::new(),
        1 => " 1 person had access already.".to_owned(),
        n => format!(" {n} people had access already."),
    };
    let said = match done.added {
        0 => format!("Nobody was added.{had}"),
        1 => format!("1 person has access now; a link is on its way to them.{had}"),
        n => format!("{n} people have access now; a link is on its way to each of them.{had}"),
    };
    let to = format!("/dashboard/accounts/{id}");
    Ok(see_other_saying(&to, &said))
}

pub(super) async fn resend(
    State(app): State<App>,
    Editor(staff): Editor,
    Path((id, member)): Path<(String, String)>,
) -> WebResult {
    let (id, member) = (page::id(&id)?, page::id(&member)?);
    let mut tx = app.db.begin().await?;
    let email = invite::resend(&mut tx, staff.action(&app), id, member).await?;
    tx.commit().await?;
    let to = format!("/dashboard/accounts/{id}");
    let said = format!("A new link is on its way to {email}.");
    Ok(see_other_saying(&to, &said))
}

/// The form as it came in: it is small, and held in memory.
#[derive(Default)]
struct Sent {
    text: String,
    file: Vec<u8>,
}

impl Sent {
    async fn receive(mut form: FileForm<INVITATIONS_FORM_KIB>) -> WebResult<Self> {
        let mut sent = Self::default();
        while let Some(part) = form.next().await.map_err(refused)? {
            match part {
                Part::Text(name, text) if name == "people" => sent.text = text,
                Part::Text(..) => {}
                Part::File(file) => {
                    sent.file = file
                        .bytes(INVITATIONS_FORM_KIB * 1024)
                        .await
                        .map_err(refused)?;
                }
            }
        }
        Ok(sent)
    }

    /// The text and the list in it, or the text with what is wrong.
    fn list(self) -> Result<(String, InviteList), (String, Problems)> {
        let mut problems = Problems::default();
        let (text, field) = if self.file.is_empty() {
            (self.text, "people")
        } else if !self.text.trim().is_empty() {
            problems.add("file", "Paste a list or choose a file, not both");
            return Err((self.text, problems));
        } else {
            match file_text(self.file) {
                Ok(text) => (text, "file"),
                Err(problem) => {
                    problems.add("file", problem);
                    return Err((String::new(), problems));
                }
            }
        };
        match InviteList::parse(&text) {
            Ok(list) => Ok((text, list)),
            Err(problem) => {
                problems.add(field, problem);
                Err((text, problems))
            }
        }
    }
}

fn refused(error: FileFormError) -> WebError {
    match error {
        FileFormError::LongText(_) | FileFormError::LargeFile => WebError::TooLarge(format!(
            "A list can have at most {INVITATIONS_FORM_KIB} KB. Split it, and invite in parts."
        )),
        other => WebError::BadRequest(format!("{other}.")),
    }
}

fn file_text(bytes: Vec<u8>) -> Result<String, &'static str> {
    if bytes.starts_with(b"PK") {
        return Err("This is a workbook; save the list in it as CSV, and choose that file");
    }
    let text = String::from_utf8(bytes)
        .ok()
        .filter(|text| !text.contains('\0'));
    text.ok_or("This file isn’t text in UTF-8; in Excel, save it as “CSV UTF-8”")
        .map(|text| text.trim_start_matches('\u{feff}').to_owned())
}

//! One account: its people and what they did.

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use domain::accounts::profile::DocumentScope;
use domain::accounts::{Account, Ending, Member, ReviewStatus};
use domain::activities::ActivityKind;
use domain::ids::AccountId;
use domain::nda::NdaKind;
use domain::nda::docusign::EnvelopeStatus;
use jiff::civil::Date;
use serde::Deserialize;
use store::Tx;
use store::analytics::page_reading::{self, Read};

use super::engagement::Engagement;
use super::nda::NdaView;
use super::salesforce::LinkView;
use super::timeline::{Asked, Timeline};
use crate::app::App;
use crate::use_cases::accounts::admission::{self, AdmissionError, Invitation};
use crate::use_cases::accounts::profiles::in_words;
use crate::use_cases::problems::Problems;
use crate::web::dashboard::layout::{Section, Shell};
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::flash::{Flash, see_other_saying};
use crate::web::http::form::Form;
use crate::web::http::page;
use crate::web::http::staff_session::{Editor, Staff};
use crate::web::limits::ACCOUNT_READING;

#[derive(Template)]
#[template(path = "dashboard/accounts/account.html")]
pub(super) struct AccountPage {
    shell: Shell,
    account: Account,
    facts: Facts,
    members: Vec<Member>,
    today: Date,
    engagement: Engagement,
    /// What its people have read in the viewer, the latest first.
    reading: Vec<Read>,
    timeline: Timeline,
    nda: NdaView,
    salesforce: LinkView,
    typed: Invitation,
    problems: Problems,
    problem: String,
}

pub(super) async fn page(
    State(app): State<App>,
    staff: Staff,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
    flash: Flash,
) -> WebResult {
    let mut tx = app.db.read().await?;
    page::html(&load(&app, &mut tx, &staff, page::id(&id)?, &asked, flash).await?)
}

/// The page with what was wrong in the form of its NDA.
pub(super) async fn with_nda_problems(
    app: &App,
    tx: &mut Tx,
    staff: &Staff,
    id: AccountId,
    kind: NdaKind,
    note: String,
    problems: Problems,
) -> WebResult<AccountPage> {
    let mut page = load(app, tx, staff, id, &Asked::default(), Flash::default()).await?;
    page.nda.kind = kind;
    page.nda.note = note;
    page.nda.problems = problems;
    Ok(page)
}

/// What staff know of the account, in words.
struct Facts {
    /// Empty for nobody.
    owner: String,
    profile: String,
    /// What the profile opens.
    opens: String,
    domains: Vec<String>,
    ending: Ending,
}

impl Facts {
    async fn for_account(
        tx: &mut Tx,
        staff: &Staff,
        account: &Account,
        today: Date,
    ) -> WebResult<Self> {
        let org = staff.org.id;
        let owner = match account.owner {
            Some(id) => store::staff::users::by_id(tx, org, id).await?,
            None => None,
        };
        let groups = store::accounts::document_groups::list(tx, org).await?;
        let default = store::accounts::profiles::default_of(tx, org).await?;
        let profile = match account.profile.or(default) {
            Some(id) => store::accounts::profiles::by_id(tx, org, id).await?,
            None => None,
        };
        let name = profile.as_ref().map(|one| one.name.clone());
        let scope = profile.map_or(DocumentScope::Everything, |one| one.scope);
        Ok(Self {
            owner: owner.map_or_else(String::new, |user| user.name),
            profile: match (account.profile, name) {
                (Some(_), Some(name)) => name,
                (None, Some(name)) => format!("{name} (the default)"),
                (_, None) => "Default".to_owned(),
            },
            opens: in_words(&scope, &groups),
            domains: store::accounts::domains::of(tx, org, account.id).await?,
            ending: Ending::new(account.access_until, today),
        })
    }
}

impl AccountPage {
    fn ending(&self, member: &Member) -> Ending {
        Ending::new(member.access_until, self.today)
    }
}

async fn load(
    app: &App,
    tx: &mut Tx,
    staff: &Staff,
    id: AccountId,
    asked: &Asked,
    flash: Flash,
) -> WebResult<AccountPage> {
    let found = store::accounts::by_id(tx, staff.org.id, id).await?;
    let account = found.ok_or(WebError::NotFound)?;
    let (org, now) = (staff.org.id, app.ambient.now());
    let members = store::accounts::members::of_account(tx, org, id).await?;
    Ok(AccountPage {
        shell: Shell::new(tx, staff, Section::Accounts, flash).await?,
        engagement: Engagement::of_account(tx, org, id, now).await?,
        reading: page_reading::of_account(tx, org, id, ACCOUNT_READING).await?,
        timeline: Timeline::load(tx, org, id, &members, asked, now).await?,
        members,
        nda: NdaView::for_account(tx, staff, &account).await?,
        facts: Facts::for_account(tx, staff, &account, app.ambient.today()).await?,
        today: app.ambient.today(),
        salesforce: LinkView::for_account(tx, staff, id).await?,
        account,
        typed: Invitation::default(),
        problems: Problems::default(),
        problem: String::new(),
    })
}

#[derive(Deserialize)]
pub(super) struct MemberForm {
    email: String,
    #[serde(default)]
    first_name: String,
    #[serde(default)]
    last_name: String,
}

pub(super) async fn invite(
    State(app): State<App>,
    Editor(staff): Editor,
    Path(id): Path<String>,
    Form(form): Form<MemberForm>,
) -> WebResult {
    let id = page::id(&id)?;
    let mut tx = app.db.begin().await?;
    let found = store::accounts::by_id(&mut tx, staff.org.id, id).await?;
    let typed = Invitation {
        account: found.ok_or(WebError::NotFound)?.name,
        email: form.email,
        first_name: form.first_name,
        last_name: form.last_name,
    };
    let done = admission::invite(&mut tx, staff.action(&app), &typed).await;
    let (problems, problem) = match done {
        Ok(_) => {
            tx.commit().await?;
            let said = format!(
                "Access is given. A link is on its way to {}.",
                typed.email.trim()
            );
            return Ok(see_other_saying(
                &format!("/dashboard/accounts/{id}"),
                &said,
            ));
        }
        Err(AdmissionError::Invalid(problems)) => {
            let said = match problems.of("account") {
                "" => "Nobody was added: see below what is missing.".to_owned(),
                problem => format!("Nobody was added. {problem}."),
            };
            (problems, said)
        }
        Err(error @ AdmissionError::AlreadyMember(_)) => (Problems::default(), format!("{error}.")),
        Err(error) => return Err(error.into()),
    };
    drop(tx);
    let mut tx = app.db.read().await?;
    let page = AccountPage {
        typed,
        problems,
        problem,
        ..load(
            &app,
            &mut tx,
            &staff,
            id,
            &Asked::default(),
            Flash::default(),
        )
        .await?
    };
    page::html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

pub(super) async fn revoke(
    State(app): State<App>,
    Editor(staff): Editor,
    Path((id, member)): Path<(String, String)>,
) -> WebResult {
    let id = page::id(&id)?;
    let member = page::id(&member)?;
    let mut tx = app.db.begin().await?;
    let name = admission::revoke(&mut tx, staff.action(&app), id, member).await?;
    tx.commit().await?;
    let to = format!("/dashboard/accounts/{id}");
    Ok(see_other_saying(
        &to,
        &format!("{name} has no access anymore."),
    ))
}

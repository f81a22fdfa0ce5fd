//! Who asked for access, what became of it, and what colleagues wrote down.

use anyhow::{Context as _, Result};
use clock::Ambient;
use domain::access_requests::RequestedItem;
use domain::access_requests::form::RequestForm;
use domain::ids::AccessRequestId;
use domain::nda::NdaKind;
use gatehouse::use_cases::access_requests::{self, Terms, request::request_access};
use gatehouse::use_cases::accounts::admission::{self, Invitation};
use gatehouse::use_cases::accounts::{self, AccountDraft};
use gatehouse::use_cases::nda;
use jiff::ToSpan as _;
use store::Tx;

use crate::history::Past;
use crate::history::events::Asking;
use crate::history::story::{Company, Person, Request};

/// Who looks after a company, or would.
pub(super) fn owner(company: &Company) -> &str {
    company.owner.as_deref().unwrap_or("nadia")
}

impl Past<'_> {
    pub(super) async fn ask(&self, tx: &mut Tx, at: &Ambient, asking: Asking<'_>) -> Result<()> {
        let item = match asking.item {
            Some(title) => Some(self.item(title)?),
            None => None,
        };
        let form = RequestForm {
            first_name: asking.first.to_owned(),
            last_name: asking.last.to_owned(),
            email: asking.email.to_owned(),
            company: asking.company.to_owned(),
            reason: asking.reason.to_owned(),
            item: item.map(|item| RequestedItem {
                id: item.id,
                title: item.title.clone(),
            }),
        };
        let new = form.parse().ok();
        let new = new.with_context(|| format!("{} can't ask", asking.email))?;
        let page = format!("/trust/{} · Request access", self.org.slug);
        let url = &self.app.config.public_url;
        request_access(tx, at, self.org, url, &new, None, &page).await?;
        Ok(())
    }

    async fn waiting(&self, tx: &mut Tx, email: &str) -> Result<AccessRequestId> {
        let visitor = self.visitor(tx, email).await?;
        let found = store::access_requests::pending_of(tx, self.org.id, visitor.id).await?;
        let found = found.with_context(|| format!("no request of {email} waits"))?;
        Ok(found.id)
    }

    pub(super) async fn approve(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        company: &Company,
        person: &Person,
    ) -> Result<()> {
        let request = self.waiting(tx, &person.email).await?;
        let act = self.staff(at, &person.by)?;
        access_requests::approve(tx, act, request, &company.name, &Terms::default()).await?;
        Ok(())
    }

    pub(super) async fn deny(&self, tx: &mut Tx, at: &Ambient, request: &Request) -> Result<()> {
        let id = self.waiting(tx, &request.email).await?;
        let act = self.staff(at, &request.by)?;
        access_requests::deny(tx, act, id, &request.message).await?;
        Ok(())
    }

    pub(super) async fn invite(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        company: &Company,
        person: &Person,
    ) -> Result<()> {
        let invitation = Invitation {
            account: company.name.clone(),
            email: person.email.clone(),
            first_name: person.first.clone(),
            last_name: person.last.clone(),
        };
        admission::invite(tx, self.staff(at, &person.by)?, &invitation).await?;
        Ok(())
    }

    pub(super) async fn resend(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        company: &Company,
        person: &Person,
    ) -> Result<()> {
        let account = self.account(tx, &company.name).await?.id;
        let visitor = self.visitor(tx, &person.email).await?;
        let members = store::accounts::members::of_account(tx, self.org.id, account).await?;
        let member = members.iter().find(|one| one.visitor == visitor.id);
        let member = member.with_context(|| format!("{} has no access", person.email))?;
        let act = self.staff(at, owner(company))?;
        accounts::invite::resend(tx, act, account, member.id).await?;
        Ok(())
    }

    /// Who looks after the company, how far its review is, what it sees and until when.
    pub(super) async fn note(&self, tx: &mut Tx, at: &Ambient, company: &Company) -> Result<()> {
        let account = self.account(tx, &company.name).await?;
        let profile = match &company.profile {
            Some(name) => store::accounts::profiles::by_name(tx, self.org.id, name).await?,
            None => None,
        };
        let owner = match &company.owner {
            Some(key) => Some(self.team.get(key)?.id),
            None => None,
        };
        let until = company.days_left.map(|days| {
            let day = self.app.ambient.today() + days.days();
            day.to_string()
        });
        let draft = AccountDraft {
            description: company.description.clone(),
            owner,
            review: company.review()?,
            profile: profile.map(|profile| profile.id),
            access_until: until.unwrap_or_default(),
            ..AccountDraft::from_account(tx, self.org.id, &account).await?
        };
        let act = self.staff(at, self::owner(company))?;
        accounts::edit(tx, act, account.id, account.version, &draft).await?;
        Ok(())
    }

    pub(super) async fn signed_elsewhere(
        &self,
        tx: &mut Tx,
        at: &Ambient,
        company: &Company,
    ) -> Result<()> {
        let account = self.account(tx, &company.name).await?;
        let act = self.staff(at, owner(company))?;
        let note = company.nda.elsewhere.as_deref().unwrap_or_default();
        nda::require(tx, act, account.id, NdaKind::Elsewhere, note).await?;
        Ok(())
    }

    pub(super) async fn archive(&self, tx: &mut Tx, at: &Ambient, company: &Company) -> Result<()> {
        let account = self.account(tx, &company.name).await?;
        let act = self.staff(at, owner(company))?;
        accounts::set_archived(tx, act, account.id, true).await?;
        Ok(())
    }
}

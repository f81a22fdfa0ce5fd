//! A year of visits before the demo begins, by people of companies large and small, with
//! what colleagues did for them: through the product's own use cases, with a clock that
//! stands in the past.

mod decisions;
mod events;
mod files;
mod story;
mod talk;
mod visits;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use clock::Ambient;
use domain::accounts::Account;
use domain::audit::Action;
use domain::content::Item;
use domain::email::EmailAddress;
use domain::email::message::EmailState;
use domain::ids::QuestionnaireId;
use domain::organizations::Organization;
use domain::request_id::RequestId;
use domain::visitors::Visitor;
use gatehouse::app::App;
use gatehouse::use_cases::StaffAction;
use jiff::Timestamp;
use jiff::civil::Date;
use store::{Tx, request_origin};
use tokio::task::JoinHandle;

use crate::access;
use crate::calendar::{date, standing};
use crate::content;
use crate::history::events::{Act, Event};
use crate::history::story::Story;
use crate::history::visits::Offer;
use crate::sample_documents::Drawn;
use crate::team::{COLLEAGUES, Team};

/// Events of one transaction.
const AT_ONCE: usize = 500;

/// Emails of the last day are still handed over to the mail server, so that the page of
/// emails isn't empty.
const RECENT: Duration = Duration::from_hours(24);

/// Documents that are drawn beside everything else.
enum Drawing {
    Begun(JoinHandle<Result<Drawn>>),
    Done(Drawn),
}

impl Drawing {
    async fn done(&mut self) -> Result<&Drawn> {
        if let Self::Begun(drawing) = self {
            *self = Self::Done(drawing.await??);
        }
        match self {
            Self::Done(drawn) => Ok(drawn),
            Self::Begun(_) => Err(anyhow!("the documents are still being drawn")),
        }
    }
}

/// Lets the year pass.
struct Past<'a> {
    app: &'a App,
    org: &'a Organization,
    team: &'a Team,
    /// The documents' new versions.
    drawing: Drawing,
    offer: Offer,
    questionnaires: BTreeMap<&'a str, QuestionnaireId>,
    /// When each visitor last used a link from an email.
    entered: BTreeMap<&'a str, Option<Timestamp>>,
    /// On which day each colleague last signed in.
    worked: BTreeMap<&'a str, Date>,
}

pub(crate) async fn plant(
    app: &App,
    org: &Organization,
    team: &Team,
    drawing: JoinHandle<Result<Drawn>>,
) -> Result<()> {
    let story = Story::read()?;
    let uploads: Vec<_> = content::renewed().map(|(_, one)| one.published).collect();
    let events = events::all(&app.ambient, &story, &uploads)?;
    let mut tx = app.db.begin().await?;
    let mut past = Past {
        app,
        org,
        team,
        drawing: Drawing::Begun(drawing),
        offer: Offer::load(&mut tx, org).await?,
        questionnaires: BTreeMap::new(),
        entered: BTreeMap::new(),
        worked: BTreeMap::new(),
    };
    tx.commit().await?;
    for some in events.chunks(AT_ONCE) {
        let mut tx = app.db.begin().await?;
        for event in some {
            past.let_happen(&mut tx, event).await?;
        }
        tx.commit().await?;
    }
    Ok(())
}

impl<'a> Past<'a> {
    async fn let_happen(&mut self, tx: &mut Tx, event: &Event<'a>) -> Result<()> {
        let at = standing(&self.app.ambient, event.at);
        let id = at.id(RequestId::from_uuid);
        let network = network(&event.act);
        let happens = Box::pin(self.play(tx, &at, &event.act));
        let happened = request_origin::within(id, network, happens).await;
        happened.with_context(|| format!("what happened at {} can’t be told", event.at))?;
        if !event.act.is_view() && event.at + RECENT < self.app.ambient.now() {
            hand_over_emails(tx, at.now()).await?;
        }
        Ok(())
    }

    async fn play(&mut self, tx: &mut Tx, at: &Ambient, act: &Act<'a>) -> Result<()> {
        if let Some(key) = colleague(act) {
            self.sign_in(tx, at, key).await?;
        }
        match act {
            Act::Asks(asking) => self.ask(tx, at, *asking).await,
            Act::Approves(company, person) => self.approve(tx, at, company, person).await,
            Act::Denies(request) => self.deny(tx, at, request).await,
            Act::Invites(company, person) => self.invite(tx, at, company, person).await,
            Act::Notes(company) => self.note(tx, at, company).await,
            Act::Signs(company, person) => self.sign(tx, at, company, person).await,
            Act::SignedElsewhere(company) => self.signed_elsewhere(tx, at, company).await,
            Act::Archives(company) => self.archive(tx, at, company).await,
            Act::Resends(company, person) => self.resend(tx, at, company, person).await,
            Act::Revises(revision) => self.revise(tx, at, revision).await,
            Act::LooksIn(_) => Ok(()),
            Act::Says(company, item, said) => self.say(tx, at, company, item, said).await,
            Act::HandsIn(one) => self.hand_in(tx, at, one).await,
            Act::TakesOn(one) => self.take_on(tx, at, one).await,
            Act::Returns(one) => self.hand_back(tx, at, one).await,
            Act::Uploads(days) => self.upload(tx, at, *days).await,
            Act::Visits(person) => {
                let entered = self.entered.entry(&person.email).or_default();
                visits::visit(tx, at, self.org, &self.offer, &person.email, entered).await
            }
            Act::Strolls(who) => visits::stroll(tx, at, self.org, &self.offer, who).await,
            Act::Leaves(key) => {
                let act = self.staff(at, "ada")?;
                self.team.leave(tx, act, key).await
            }
            Act::ChangesPolicy(number) => access::change(tx, self.staff(at, "ada")?, *number).await,
        }
    }

    /// The first thing on a day on which a colleague does something. Only the audit log is
    /// told: to check a password takes long on purpose.
    async fn sign_in(&mut self, tx: &mut Tx, at: &Ambient, key: &'a str) -> Result<()> {
        let today = date(at.now());
        if self.worked.insert(key, today) == Some(today) {
            return Ok(());
        }
        let before = Duration::from_secs(90 + at.random.below(1200));
        let at = standing(&self.app.ambient, at.now() - before);
        let actor = self.team.get(key)?.actor();
        store::audit_log::insert(tx, &at, self.org.id, &actor, Action::SignedIn, "").await?;
        Ok(())
    }

    fn staff<'b>(&'b self, at: &'b Ambient, key: &str) -> Result<StaffAction<'b>> {
        self.team.act(self.app, self.org, at, key)
    }

    async fn account(&self, tx: &mut Tx, name: &str) -> Result<Account> {
        let found = store::accounts::by_name(tx, self.org.id, name).await?;
        found.with_context(|| format!("nobody of {name} was let in"))
    }

    async fn visitor(&self, tx: &mut Tx, email: &str) -> Result<Visitor> {
        let email = EmailAddress::parse(email).map_err(anyhow::Error::msg)?;
        let found = store::visitors::by_email(tx, self.org.id, &email).await?;
        found.with_context(|| format!("nobody has the address {email}"))
    }

    fn item(&self, title: &str) -> Result<&Item> {
        let found = self.offer.items.iter().find(|item| item.title == title);
        found.with_context(|| format!("no item is called {title}"))
    }
}

/// The colleague who acts.
fn colleague<'a>(act: &Act<'a>) -> Option<&'a str> {
    match act {
        Act::Approves(_, person) | Act::Invites(_, person) => Some(&person.by),
        Act::Denies(request) => Some(&request.by),
        Act::Resends(company, _) => Some(decisions::owner(company)),
        Act::Revises(revision) => Some(revision.by),
        Act::LooksIn(key) => Some(key),
        Act::Notes(company) | Act::SignedElsewhere(company) | Act::Archives(company) => {
            Some(decisions::owner(company))
        }
        Act::Says(_, _, said) => match said.by.as_str() {
            by if by.contains('@') => None,
            by => Some(by.trim_start_matches(talk::SETTLES)),
        },
        Act::TakesOn(one) | Act::Returns(one) => files::assignee(one),
        Act::Leaves(_) | Act::ChangesPolicy(_) => Some("ada"),
        Act::Uploads(_) => Some("nadia"),
        Act::Asks(_) | Act::Signs(..) | Act::HandsIn(_) | Act::Visits(_) | Act::Strolls(_) => None,
    }
}

/// From where it comes: each colleague and each company has a network of its own.
fn network(act: &Act<'_>) -> String {
    if let Some(key) = colleague(act) {
        let mut colleagues = COLLEAGUES.iter();
        let found = colleagues.find(|one| one.key == key);
        return found.map_or_else(String::new, |one| one.network.to_owned());
    }
    let email = match act {
        Act::Asks(asking) => asking.email,
        Act::Signs(_, person) | Act::Visits(person) => &person.email,
        Act::Says(_, _, said) => &said.by,
        Act::HandsIn(one) => &one.by,
        _ => return String::new(),
    };
    visitors_network(email)
}

/// The same for everyone of a domain.
fn visitors_network(email: &str) -> String {
    let domain = email.rsplit('@').next().unwrap_or_default();
    let sum: usize = domain.bytes().map(usize::from).sum();
    format!("198.51.100.{}", 1 + sum % 250)
}

/// Emails of the past have reached their readers long ago.
async fn hand_over_emails(tx: &mut Tx, at: Timestamp) -> Result<()> {
    let (lease, sent) = (Duration::from_mins(1), at + Duration::from_secs(4));
    for email in store::email::claim_across_tenants(tx, at, lease, 100).await? {
        store::email::settle(tx, &email, EmailState::Sent, sent, "").await?;
    }
    Ok(())
}

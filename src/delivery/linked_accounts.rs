//! Accounts and companies that an Admin linked to Salesforce Accounts: which deliveries of a
//! batch a link decides, and what has become of the Accounts.

use std::collections::{BTreeSet, HashMap};

use domain::accounts::salesforce_link::SalesforceLink;
use domain::activities::ActivityKind;
use domain::audit::Action;
use domain::ids::AccountId;
use domain::matching::Linked;
use domain::matching::candidates::{AccountCandidate, LinkedAccount, RecordId};
use domain::matching::company_link::{CompanyKey, CompanyLink};
use domain::names::name_key;
use salesforce::matching::Question;
use serde::{Deserialize, Serialize};
use store::Tx;
use store::deliveries::due::DueDelivery;
use store::salesforce::company_links;

use super::org_session::OrgSession;
use super::stop::Stop;

/// More merges one after the other than anyone makes.
const MOST_MERGES: usize = 8;
/// As the audit log has whoever follows a merge.
const ACTOR: &str = "Gatehouse";

/// What has become of an Account.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) enum AccountState {
    Here(AccountCandidate),
    Deleted,
    /// Deleted for good, or hidden from the connected user: Salesforce doesn't
    /// tell which.
    Unseen,
}

impl AccountState {
    pub(super) fn is_here(&self) -> bool {
        matches!(self, Self::Here(_))
    }
}

/// The links that count for a batch.
#[derive(Clone, Debug, Default)]
pub(super) struct Links {
    by_account: HashMap<AccountId, Link>,
    by_company: HashMap<CompanyKey, Link>,
    /// By email domain: the only account that has it.
    domains: HashMap<String, AccountId>,
    pub accounts: HashMap<RecordId, AccountState>,
}

#[derive(Clone, Debug)]
struct Link {
    of: LinkOf,
    sf_account: RecordId,
    sf_account_name: String,
    /// The name of the Account that was merged into this one just now.
    merged_from: Option<String>,
}

#[derive(Clone, Debug)]
enum LinkOf {
    Account(SalesforceLink),
    Company(CompanyLink),
}

impl Link {
    fn new(of: LinkOf) -> Self {
        let (sf_account, sf_account_name) = match &of {
            LinkOf::Account(link) => (&link.sf_account, &link.sf_account_name),
            LinkOf::Company(link) => (&link.sf_account, &link.sf_account_name),
        };
        Self {
            sf_account: sf_account.clone(),
            sf_account_name: sf_account_name.clone(),
            of,
            merged_from: None,
        }
    }

    /// What is linked, as reasons name it.
    fn title(&self) -> String {
        match &self.of {
            LinkOf::Account(link) => link.account_name.clone(),
            LinkOf::Company(link) => link.title(),
        }
    }

    /// What its Account is now.
    fn leads_to(&self, accounts: &HashMap<RecordId, AccountState>) -> Linked {
        match accounts.get(&self.sf_account) {
            Some(AccountState::Here(account)) => Linked::Here {
                name: self.title(),
                account: account.clone(),
                merged_from: self.merged_from.clone(),
            },
            Some(AccountState::Deleted) => Linked::Gone(self.gone("was deleted in Salesforce")),
            Some(AccountState::Unseen) | None => Linked::Gone(self.gone(
                "can't be found in Salesforce: it was deleted for good, or the connected user may \
                 not see it",
            )),
        }
    }

    fn gone(&self, what: &str) -> String {
        format!(
            "“{}” is linked to the Salesforce Account “{}”, which {what}.",
            self.title(),
            self.sf_account_name
        )
    }
}

impl Links {
    pub(super) async fn read(
        session: &OrgSession<'_>,
        batch: &[DueDelivery],
    ) -> Result<Self, Stop> {
        let mut links = Self::default();
        let mut tx = session.app.db.read().await?;
        if store::accounts::salesforce_links::any(&mut tx, session.org).await? {
            links.read_accounts(&mut tx, session, batch).await?;
        }
        if company_links::any(&mut tx, session.org).await? {
            let keys = batch.iter().filter_map(company);
            let keys: BTreeSet<CompanyKey> = keys.collect();
            let sf_org = &session.connection.sf_org_id;
            let stored = company_links::find(&mut tx, session.org, sf_org, &keys).await?;
            links.by_company.extend(stored.into_iter().map(|stored| {
                let key = stored.key.clone();
                (key, Link::new(LinkOf::Company(stored)))
            }));
        }
        Ok(links)
    }

    async fn read_accounts(
        &mut self,
        tx: &mut Tx,
        session: &OrgSession<'_>,
        batch: &[DueDelivery],
    ) -> Result<(), Stop> {
        for domain in batch.iter().filter_map(asking_domain) {
            if self.domains.contains_key(domain) {
                continue;
            }
            let accounts = store::accounts::by_domain(tx, session.org, domain).await?;
            if let [only] = accounts.as_slice() {
                self.domains.insert(domain.to_owned(), only.id);
            }
        }
        let known = batch.iter().filter_map(|due| due.activity.what.account);
        let accounts: BTreeSet<AccountId> = known.chain(self.domains.values().copied()).collect();
        let accounts: Vec<AccountId> = accounts.into_iter().collect();
        let stored =
            store::accounts::salesforce_links::of_accounts(tx, session.org, &accounts).await?;
        for stored in stored {
            if stored.is_of(&session.connection.sf_org_id) {
                let account = stored.account;
                let link = Link::new(LinkOf::Account(stored));
                self.by_account.insert(account, link);
            }
        }
        Ok(())
    }

    /// The Accounts that they lead to, each once.
    pub(super) fn ids(&self) -> Vec<RecordId> {
        let links = self.by_account.values().chain(self.by_company.values());
        let ids: BTreeSet<_> = links.map(|link| link.sf_account.clone()).collect();
        ids.into_iter().collect()
    }

    /// Whether a link says which Account this goes to, so that no name is looked for.
    pub(super) fn decide(&self, due: &DueDelivery) -> bool {
        self.of(due).is_some() || self.of_company(due).is_some()
    }

    fn of(&self, due: &DueDelivery) -> Option<&Link> {
        if let Some(account) = due.activity.what.account {
            return self.by_account.get(&account);
        }
        // Someone who isn't a member yet belongs to an account for certain where
        // both say so: the domain, which no other account has, and the company.
        let link = self.of_domain(due)?;
        let company = name_key(&due.activity.what.company);
        (company == name_key(&link.title())).then_some(link)
    }

    fn of_company(&self, due: &DueDelivery) -> Option<&Link> {
        if self.by_company.is_empty() {
            return None;
        }
        self.by_company.get(&company(due)?)
    }

    fn of_domain(&self, due: &DueDelivery) -> Option<&Link> {
        if self.domains.is_empty() {
            return None;
        }
        self.by_account.get(self.domains.get(asking_domain(due)?)?)
    }

    /// What the link of its account leads to.
    pub(super) fn linked(&self, due: &DueDelivery) -> Option<Linked> {
        Some(self.of(due)?.leads_to(&self.accounts))
    }

    /// What the link of its company leads to.
    pub(super) fn company_link(&self, due: &DueDelivery) -> Option<Linked> {
        Some(self.of_company(due)?.leads_to(&self.accounts))
    }

    /// The linked Account of the account whose domain this person's address has,
    /// whatever company they typed. `Some(None)` where it is gone.
    #[expect(
        clippy::option_option,
        reason = "no link, and a link to nothing, differ"
    )]
    pub(super) fn home(&self, due: &DueDelivery) -> Option<Option<&AccountCandidate>> {
        let link = self.of_domain(due)?;
        Some(match self.accounts.get(&link.sf_account) {
            Some(AccountState::Here(account)) => Some(account),
            _ => None,
        })
    }

    /// Takes in what Salesforce answered about these. Where one was merged, the
    /// link follows, which costs a call. Answers what is new, to be kept.
    pub(super) async fn learn(
        &mut self,
        session: &mut OrgSession<'_>,
        asked: &[RecordId],
        found: Vec<LinkedAccount>,
    ) -> Result<Vec<(RecordId, AccountState)>, Stop> {
        let mut learned = Vec::new();
        let mut found = by_id(found);
        for id in asked {
            let last = last_of(session, id, &mut found).await?;
            let state = match last {
                None => AccountState::Unseen,
                Some(last) if last.is_deleted => AccountState::Deleted,
                Some(last) => AccountState::Here(last.account),
            };
            if let AccountState::Here(winner) = &state
                && winner.id != *id
            {
                self.follow(session, id, winner).await?;
                learned.push((winner.id.clone(), state));
            } else {
                learned.push((id.clone(), state));
            }
        }
        self.accounts.extend(learned.iter().cloned());
        Ok(learned)
    }

    async fn follow(
        &mut self,
        session: &OrgSession<'_>,
        old: &RecordId,
        winner: &AccountCandidate,
    ) -> Result<(), Stop> {
        let mut tx = session.app.db.begin().await?;
        let links = self.by_account.values_mut();
        for link in links.chain(self.by_company.values_mut()) {
            if link.sf_account != *old {
                continue;
            }
            let (org, to, name) = (session.org, &winner.id, winner.name.as_str());
            let followed = match &link.of {
                LinkOf::Account(link) => {
                    store::accounts::salesforce_links::follow(&mut tx, org, link, to, name).await
                }
                LinkOf::Company(link) => company_links::follow(&mut tx, org, link, to, name).await,
            };
            if followed? {
                let action = Action::FollowedMerge;
                let detail = format!(
                    "{}: from “{}” to “{name}” ({to})",
                    link.title(),
                    link.sf_account_name
                );
                let ambient = &session.app.ambient;
                store::audit_log::insert(&mut tx, ambient, org, ACTOR, action, &detail).await?;
            }
            link.sf_account = winner.id.clone();
            let old_name = std::mem::replace(&mut link.sf_account_name, winner.name.clone());
            link.merged_from = Some(old_name);
        }
        Ok(tx.commit().await?)
    }
}

/// The Account itself, or the one that survived its merges.
async fn last_of(
    session: &mut OrgSession<'_>,
    id: &RecordId,
    found: &mut HashMap<RecordId, LinkedAccount>,
) -> Result<Option<LinkedAccount>, Stop> {
    let mut id = id.clone();
    for _ in 0..MOST_MERGES {
        if !found.contains_key(&id) {
            return Ok(None);
        }
        let Some(winner) = found[&id].merged_into.clone() else {
            break;
        };
        if !found.contains_key(&winner) {
            let question = &Question {
                linked: vec![winner.clone()],
                ..Question::default()
            };
            let more = session
                .read(|client, session| async move { client.find(&session, question).await })
                .await?;
            found.extend(by_id(more.linked));
        }
        id = winner;
    }
    Ok(found.get(&id).cloned())
}

fn by_id(found: Vec<LinkedAccount>) -> HashMap<RecordId, LinkedAccount> {
    let pair = |one: LinkedAccount| (one.account.id.clone(), one);
    found.into_iter().map(pair).collect()
}

/// The email domain of someone who asks for access and is no member yet.
fn asking_domain(due: &DueDelivery) -> Option<&str> {
    let what = &due.activity.what;
    if what.kind != ActivityKind::RequestedAccess || what.account.is_some() {
        return None;
    }
    let email = &what.person.as_ref()?.email;
    (!email.is_free_mail()).then(|| email.domain())
}

/// The company that it is told from.
fn company(due: &DueDelivery) -> Option<CompanyKey> {
    CompanyKey::from_activity(&due.activity.what)
}

//! Letting a person in: the account, the membership, the activities, and the
//! mail with the link.

use clock::Ambient;
use domain::accounts::{Account, Standing};
use domain::activities::{ActivityKind, Details, NewActivity, Person};
use domain::audit::Action;
use domain::email::EmailAddress;
use domain::ids::{AccountId, MemberId};
use domain::names::tidy;
use domain::nda::AccountNda;
use domain::organizations::Organization;
use store::{StoreError, Tx};
use tracing::instrument;
use url::Url;

use crate::use_cases::StaffAction;
use crate::use_cases::activities::record;
use crate::use_cases::email::visitor_emails::Occasion;
use crate::use_cases::problems::Problems;
use crate::use_cases::visitors::magic_link::{self, MagicLinkError, Purpose};

/// Why nobody was let in.
#[derive(Debug, thiserror::Error)]
pub enum AdmissionError {
    #[error(transparent)]
    Invalid(#[from] Problems),
    #[error("there is no such account or member")]
    NotFound,
    #[error("{0}")]
    TooOften(String),
    #[error("{0} has access to this account already")]
    AlreadyMember(EmailAddress),
    #[error(transparent)]
    Link(#[from] MagicLinkError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// The account that someone is let into.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    Account(AccountId),
    /// The account of that name, which is made if there is none.
    Named(String),
}

impl From<&str> for Target {
    fn from(name: &str) -> Self {
        Self::Named(name.to_owned())
    }
}

impl From<&String> for Target {
    fn from(name: &String) -> Self {
        Self::Named(name.clone())
    }
}

impl From<AccountId> for Target {
    fn from(id: AccountId) -> Self {
        Self::Account(id)
    }
}

/// What was typed to let a person in.
#[derive(Clone, Debug, Default)]
pub struct Invitation {
    pub account: String,
    pub email: String,
    pub first_name: String,
    pub last_name: String,
}

impl Invitation {
    fn checked(&self) -> Result<(String, Person), Problems> {
        let mut problems = Problems::default();
        let account = tidy(&self.account);
        problems.required("account", "The account’s name", &account, 200);
        let first_name = tidy(&self.first_name);
        let last_name = tidy(&self.last_name);
        problems.at_most("first_name", "The first name", &first_name, 40);
        problems.at_most("last_name", "The last name", &last_name, 80);
        let email = EmailAddress::parse(&self.email);
        if let Err(problem) = &email {
            problems.add("email", problem.clone());
        }
        match email {
            Ok(email) if problems.is_empty() => Ok((
                account,
                Person {
                    email,
                    first_name,
                    last_name,
                },
            )),
            _ => Err(problems),
        }
    }
}

/// Gives the person access to the account of that name, which is made if there
/// is none, and emails a link to the trust center.
///
/// # Errors
/// What is wrong with the invitation, or that the person has access already.
#[instrument(
    name = "accounts.admission.invite",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id)
)]
pub async fn invite(
    tx: &mut Tx,
    act: StaffAction<'_>,
    invitation: &Invitation,
) -> Result<Account, AdmissionError> {
    let (account, person) = invitation.checked()?;
    let target = Target::Named(account);
    let purpose = Occasion::Invited.into();
    let admitted = admit(
        tx,
        act.ambient,
        act.org,
        act.public_url,
        &target,
        &person,
        purpose,
    )
    .await?;
    if !admitted.new_member {
        return Err(AdmissionError::AlreadyMember(person.email));
    }
    let detail = format!(
        "{} <{}> to {}",
        person.display_name(),
        person.email,
        admitted.account.name
    );
    act.audit(tx, Action::GaveAccess, &detail).await?;
    Ok(admitted.account)
}

/// Takes a member's access away; from now on the person sees what everyone sees.
///
/// # Errors
/// There is no such member with access.
#[instrument(
    name = "accounts.admission.revoke",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, %account, %member)
)]
pub async fn revoke(
    tx: &mut Tx,
    act: StaffAction<'_>,
    account: AccountId,
    member: MemberId,
) -> Result<String, AdmissionError> {
    let account = store::accounts::by_id(tx, act.org.id, account)
        .await?
        .ok_or(AdmissionError::NotFound)?;
    let members = store::accounts::members::of_account(tx, act.org.id, account.id).await?;
    let member = members
        .into_iter()
        .find(|found| found.id == member)
        .ok_or(AdmissionError::NotFound)?;
    if !store::accounts::members::revoke(tx, act.org.id, member.id, act.ambient.now()).await? {
        return Err(AdmissionError::NotFound);
    }
    let detail = format!(
        "{} <{}> from {}",
        member.display_name(),
        member.email,
        account.name
    );
    act.audit(tx, Action::TookAccessAway, &detail).await?;
    Ok(member.display_name())
}

pub(in crate::use_cases) struct Admitted {
    pub account: Account,
    /// Whether the account was created for this.
    pub new_account: bool,
    /// Whether the person had no access to it before.
    pub new_member: bool,
}

/// The account (made if new), the membership, their activities, and the email with
/// the link. Who has access already gets the link again.
///
/// # Errors
/// There is no such account.
#[instrument(name = "accounts.admission.admit", skip_all, fields(org = %org.id))]
pub(in crate::use_cases) async fn admit(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    public_url: &Url,
    target: &Target,
    typed: &Person,
    purpose: Purpose<'_>,
) -> Result<Admitted, AdmissionError> {
    let (account, is_new) = match target {
        Target::Account(id) => {
            let found = store::accounts::by_id(tx, org.id, *id).await?;
            (found.ok_or(AdmissionError::NotFound)?, false)
        }
        Target::Named(name) => find_or_make(tx, ambient, org, name, &typed.email).await?,
    };
    refuse_closed(&account, ambient)?;
    let visitor = store::visitors::upsert(tx, ambient, org.id, typed, &account.name).await?;
    // An address alone may be someone whose name is known.
    let nameless = typed.first_name.is_empty() && typed.last_name.is_empty();
    let person = if nameless {
        visitor.person()
    } else {
        typed.clone()
    };
    let activity = |kind| NewActivity {
        kind,
        person: Some(person.clone()),
        company: account.name.clone(),
        account: Some(account.id),
        details: Details::default(),
    };
    if is_new {
        record(tx, ambient, org.id, activity(ActivityKind::AccountCreated)).await?;
    }
    let new_member =
        store::accounts::members::add(tx, ambient, org.id, account.id, visitor.id).await?;
    if new_member {
        let added = activity(ActivityKind::AccountMemberAdded);
        record(tx, ambient, org.id, added).await?;
    }
    magic_link::send_link(tx, ambient, org, public_url, &visitor, purpose).await?;
    Ok(Admitted {
        account,
        new_account: is_new,
        new_member,
    })
}

/// Nobody is told that they have access to an account that lets nobody in.
pub(in crate::use_cases) fn refuse_closed(
    account: &Account,
    ambient: &Ambient,
) -> Result<(), Problems> {
    let mut problems = Problems::default();
    let name = &account.name;
    match account.standing(ambient.today()) {
        Standing::Open => {}
        Standing::Ended(day) => problems.add(
            "account",
            format!("The access of {name} ended on {day}: extend it on the account’s page first"),
        ),
        Standing::Rejected => problems.add(
            "account",
            format!("{name} is rejected: change its review status first, or choose another"),
        ),
        Standing::Archived => problems.add(
            "account",
            format!("{name} is archived: bring it back on its page first, or choose another"),
        ),
    }
    problems.into_result()
}

/// The account of that name, and whether it was made now.
async fn find_or_make(
    tx: &mut Tx,
    ambient: &Ambient,
    org: &Organization,
    name: &str,
    email: &EmailAddress,
) -> store::Result<(Account, bool)> {
    let domain = if email.is_free_mail() {
        ""
    } else {
        email.domain()
    };
    let kind = store::organizations::nda_default(tx, org.id).await?;
    let account = Account {
        nda: AccountNda::needing(kind),
        domain: domain.to_owned(),
        ..Account::new(ambient.id(AccountId::from_uuid), name, ambient.now())
    };
    store::accounts::find_or_insert(tx, org.id, account).await
}

//! Inviting people into an account: many from a list, and once more.

use std::collections::HashMap;

use domain::accounts::invite_list::{Entry, InviteList};
use domain::accounts::{Account, Member};
use domain::activities::Person;
use domain::audit::Action;
use domain::email::EmailAddress;
use domain::ids::{AccountId, MemberId};
use domain::organizations::Organization;
use jiff::civil::Date;
use store::Tx;
use tracing::instrument;

use crate::use_cases::StaffAction;
use crate::use_cases::accounts::admission::{AdmissionError, Target, admit, refuse_closed};
use crate::use_cases::email::visitor_emails::Occasion;
use crate::use_cases::limits::{INVITATION_EMAILS, INVITATION_LISTS, INVITATIONS_WINDOW};
use crate::use_cases::visitors::magic_link::send_link;

/// How someone of a list stands to the account.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Standing {
    New,
    /// Had access, which was taken away.
    Back,
    HasAccess,
}

/// Someone of a list, before anything is done.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Invitee {
    pub entry: Entry,
    pub standing: Standing,
    /// The account that they are a member of now, if it is another one: they go on
    /// acting for it, as the first that they joined.
    pub acts_for: Option<String>,
}

/// How each person of the list stands to the account on this day (UTC).
#[instrument(
    name = "accounts.invite.preview",
    skip_all,
    fields(org = %org.id, account = %account.id)
)]
pub async fn preview(
    tx: &mut Tx,
    org: &Organization,
    account: &Account,
    list: &InviteList,
    today: Date,
) -> store::Result<Vec<Invitee>> {
    let members = store::accounts::members::of_account(tx, org.id, account.id).await?;
    let members: HashMap<&EmailAddress, &Member> =
        members.iter().map(|one| (&one.email, one)).collect();
    let mut people = Vec::with_capacity(list.people.len());
    for entry in &list.people {
        let standing = match members.get(&entry.email) {
            None => Standing::New,
            Some(member) if member.revoked_at.is_some() => Standing::Back,
            Some(member) if member.access_until.is_some_and(|day| day < today) => Standing::Back,
            Some(_) => Standing::HasAccess,
        };
        let mut acts_for = None;
        if let Some(visitor) = store::visitors::by_email(tx, org.id, &entry.email).await? {
            let accounts =
                store::accounts::members::accounts_of(tx, org.id, visitor.id, today).await?;
            let other = accounts.into_iter().next();
            acts_for = other
                .filter(|first| first.id != account.id)
                .map(|first| first.name);
        }
        people.push(Invitee {
            entry: entry.clone(),
            standing,
            acts_for,
        });
    }
    Ok(people)
}

/// What came of a list.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Invited {
    pub added: usize,
    /// Who had access already: nothing was sent to them.
    pub had_access: usize,
}

/// Gives everyone of the list access who has none, and emails each a link.
///
/// # Errors
/// There is no such account, or there were too many lists within an hour.
#[instrument(
    name = "accounts.invite.invite_all",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, %account)
)]
pub async fn invite_all(
    tx: &mut Tx,
    act: StaffAction<'_>,
    account: AccountId,
    list: &InviteList,
) -> Result<Invited, AdmissionError> {
    let found = store::accounts::by_id(tx, act.org.id, account).await?;
    let account = found.ok_or(AdmissionError::NotFound)?;
    let key = format!("invite:{}", act.org.id);
    if !store::rate_limits::allow(
        tx,
        &key,
        INVITATION_LISTS,
        INVITATIONS_WINDOW,
        act.ambient.now(),
    )
    .await?
    {
        return Err(AdmissionError::TooOften(format!(
            "{INVITATION_LISTS} lists were invited within the last hour. Nobody was added now; wait an hour \
             and send the list again."
        )));
    }
    let people = preview(tx, act.org, &account, list, act.ambient.today()).await?;
    let mut done = Invited {
        added: 0,
        had_access: 0,
    };
    for invitee in people {
        if invitee.standing == Standing::HasAccess {
            done.had_access += 1;
            continue;
        }
        let person = Person {
            email: invitee.entry.email,
            first_name: invitee.entry.first_name,
            last_name: invitee.entry.last_name,
        };
        let target = Target::Account(account.id);
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
        // Someone else may have been as fast.
        if !admitted.new_member {
            done.had_access += 1;
            continue;
        }
        done.added += 1;
        let name = person.display_name();
        let detail = format!("{name} <{}> to {}", person.email, account.name);
        act.audit(tx, Action::GaveAccess, &detail).await?;
    }
    Ok(done)
}

/// Mails a member the invitation with a new link. Answers their address.
///
/// # Errors
/// There is no such member with access, their account lets nobody in, or they were sent
/// several within an hour.
#[instrument(
    name = "accounts.invite.resend",
    skip_all,
    fields(org = %act.org.id, staff = %act.by.id, %account, %member)
)]
pub async fn resend(
    tx: &mut Tx,
    act: StaffAction<'_>,
    account: AccountId,
    member: MemberId,
) -> Result<EmailAddress, AdmissionError> {
    let found = store::accounts::by_id(tx, act.org.id, account).await?;
    refuse_closed(&found.ok_or(AdmissionError::NotFound)?, act.ambient)?;
    let members = store::accounts::members::of_account(tx, act.org.id, account).await?;
    let member = members
        .into_iter()
        .find(|found| found.id == member && found.revoked_at.is_none())
        .ok_or(AdmissionError::NotFound)?;
    let visitor = store::visitors::by_id(tx, act.org.id, member.visitor).await?;
    let visitor = visitor.ok_or(AdmissionError::NotFound)?;
    let key = format!("invite-again:{}", member.id);
    if !store::rate_limits::allow(
        tx,
        &key,
        INVITATION_EMAILS,
        INVITATIONS_WINDOW,
        act.ambient.now(),
    )
    .await?
    {
        return Err(AdmissionError::TooOften(format!(
            "{} was sent {INVITATION_EMAILS} links within the last hour. Ask them to look into their spam \
             folder, or wait an hour and send another.",
            member.email
        )));
    }
    send_link(
        tx,
        act.ambient,
        act.org,
        act.public_url,
        &visitor,
        Occasion::Invited.into(),
    )
    .await?;
    let detail = format!("{} <{}>", member.display_name(), member.email);
    let action = Action::SentLinkAgain;
    act.audit(tx, action, &detail).await?;
    Ok(member.email)
}

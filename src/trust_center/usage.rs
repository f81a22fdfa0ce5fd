//! Counting what is looked at: one call for a page, a preview or a download. Of
//! members it also records the activities; nobody else's looks are told to Salesforce.

use super::visits::{self, MemberOf, VISIT_GAP};
use crate::clock::Ambient;
use crate::crypto::{new_token, token_hash};
use crate::domain::content::Item;
use crate::domain::document::Document;
use crate::domain::ids::{AccountId, OrganizationId, UsageId, VisitorId};
use crate::domain::usage::{Audience, UsageKind};
use crate::store::usage::Usage;
use crate::store::{self, Tx};
use secrecy::ExposeSecret as _;

const MICROS_PER_DAY: i64 = 86_400_000_000;

/// Who looks.
#[derive(Clone, Copy, Debug)]
pub enum Who<'a> {
    Member(MemberOf<'a>),
    /// Signed in, but nothing locked is open to them; of an account that has to sign
    /// first, or of none.
    Guest(VisitorId, Option<AccountId>),
    /// Told from others for this day only, by a hash of where they come from.
    Anonymous {
        ip: &'a str,
        user_agent: &'a str,
    },
}

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub enum What<'a> {
    /// A page, with its path and title in words: `/trust/acme · Status page`.
    Page {
        words: &'a str,
        item: Option<&'a Item>,
    },
    /// A document shown in place.
    Preview {
        words: &'a str,
        item: &'a Item,
        document: &'a Document,
    },
    Download {
        item: &'a Item,
        document: &'a Document,
        /// The file's name, with its version where there are several.
        name: &'a str,
    },
}

/// Counts it, begins a visit where the last page was half an hour ago, and records
/// what members do as activities.
pub async fn note(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: Who<'_>,
    what: What<'_>,
) -> store::Result<()> {
    let begins = match what {
        What::Page { words, .. } | What::Preview { words, .. } => {
            begins_visit(tx, ambient, org, who, words).await?
        }
        What::Download { item, name, .. } => {
            if let Who::Member(member) = who {
                visits::download(tx, ambient, org, member, &item.title, name).await?;
            }
            false
        }
    };
    let (kind, item, document) = match what {
        What::Page { item, .. } => (UsageKind::Page, item, None),
        What::Preview { item, document, .. } => (UsageKind::Preview, Some(item), Some(document)),
        What::Download { item, document, .. } => (UsageKind::Download, Some(item), Some(document)),
    };
    let (audience, account, visitor) = match who {
        Who::Member(member) => (
            Audience::Member,
            Some(member.account.id),
            Some(member.visitor.id),
        ),
        Who::Guest(visitor, account) => (Audience::Guest, account, Some(visitor)),
        Who::Anonymous { .. } => (Audience::Anonymous, None, None),
    };
    let one = Usage {
        id: ambient.id(UsageId::from_uuid),
        kind,
        audience,
        at: ambient.now(),
        account,
        visitor,
        item: item.map(|item| (item.id, item.title.clone())),
        file_name: document.map_or_else(String::new, |document| document.file_name.clone()),
    };
    if begins {
        let visit = Usage {
            id: ambient.id(UsageId::from_uuid),
            kind: UsageKind::Visit,
            item: None,
            file_name: String::new(),
            ..one.clone()
        };
        store::usage::insert(tx, org, &visit).await?;
    }
    store::usage::insert(tx, org, &one).await
}

async fn begins_visit(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: Who<'_>,
    words: &str,
) -> store::Result<bool> {
    let key = match who {
        Who::Member(member) => return visits::view(tx, ambient, org, member, words).await,
        Who::Guest(visitor, _) => visitor.to_string(),
        Who::Anonymous { ip, user_agent } => {
            let day = ambient.now().as_microsecond().div_euclid(MICROS_PER_DAY);
            let new = new_token(&ambient.random);
            let salt =
                store::usage_salt::of_day_across_tenants(tx, day, new.expose_secret()).await?;
            token_hash(&format!("{salt}\n{org}\n{ip}\n{user_agent}"))
        }
    };
    store::guest_visit::touch(tx, org, &key, ambient.now(), VISIT_GAP).await
}

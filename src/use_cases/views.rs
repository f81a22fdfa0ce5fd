//! What someone looks at, whoever they are: the one list that the pages, the demo and the
//! counting of anonymous visitors share.

use clock::Ambient;
use domain::analytics::anonymous_views::AnonymousView;
use domain::analytics::usage::UsageKind;
use domain::content::Item;
use domain::ids::OrganizationId;
use jiff::Timestamp;
use store::Tx;
use tracing::instrument;

use crate::use_cases::analytics::{self, Counted};
use crate::use_cases::documents::read::{self, Offered};
use crate::use_cases::visitors::{SignedIn, visits};

/// What is looked at.
#[derive(Clone, Copy, Debug)]
pub enum Viewed<'a> {
    /// A page, with its path and title in words: `/trust/acme · Trust center`.
    Page {
        words: &'a str,
        item: Option<&'a Item>,
    },
    /// A document in its page.
    Document {
        words: &'a str,
        offered: Offered<'a>,
    },
    Download(Offered<'a>),
}

impl Viewed<'_> {
    /// Records it for someone who is signed in. `is_part`: of a document, not all of it is
    /// given.
    #[instrument(
        name = "views.by_signed_in",
        skip_all,
        fields(%org, visitor = %who.visitor())
    )]
    pub async fn by_signed_in(
        self,
        tx: &mut Tx,
        ambient: &Ambient,
        org: OrganizationId,
        who: SignedIn<'_>,
        is_part: bool,
    ) -> store::Result<()> {
        match self {
            Self::Page { words, item } => view_page(tx, ambient, org, who, words, item).await,
            Self::Document { words, offered } => {
                read::show(tx, ambient, org, who, (offered, words), is_part).await
            }
            Self::Download(offered) => {
                read::download(tx, ambient, org, who, offered, is_part).await
            }
        }
    }

    /// The same of an anonymous visitor, to be written down later.
    pub fn by_anonymous(
        self,
        org: OrganizationId,
        at: Timestamp,
        network: &str,
        user_agent: &str,
    ) -> AnonymousView {
        let Counted {
            kind,
            item,
            file_name,
        } = match self {
            Self::Page { item, .. } => Counted::page(item),
            Self::Document { offered, .. } => offered.counted(UsageKind::Preview),
            Self::Download(offered) => offered.counted(UsageKind::Download),
        };
        AnonymousView {
            org,
            at,
            network: network.to_owned(),
            user_agent: user_agent.to_owned(),
            kind,
            item,
            file_name,
        }
    }
}

/// Records that someone signed in looks at a page. `words` are its path and title:
/// `/trust/acme · Trust center`.
async fn view_page(
    tx: &mut Tx,
    ambient: &Ambient,
    org: OrganizationId,
    who: SignedIn<'_>,
    words: &str,
    item: Option<&Item>,
) -> store::Result<()> {
    let begins_visit = visits::continue_visit(tx, ambient, org, who, words).await?;
    let page = Counted::page(item);
    analytics::count(tx, ambient, org, who, page, begins_visit).await
}

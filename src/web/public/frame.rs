//! What every public page has around its content.

use domain::content::logo::Logos;
use domain::dates;
use domain::deliveries::task::cut;
use domain::ids::ItemId;
use domain::organizations::Organization;

use crate::use_cases::visitors::access::Access;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::SUMMARY;
use crate::web::public::requested_item;

/// The template value behind `templates/public/layout.html`.
pub(super) struct Frame {
    pub org: Organization,
    /// The path of the trust center.
    pub home: String,
    pub who: Option<Who>,
    /// The name of the account with whose eyes one of the staff looks.
    pub viewed_as: Option<String>,
    pub flash: Option<String>,
    /// By their addresses.
    pub logos: Logos,
    /// Whether the page is shared with the visitor. Single items may still be locked.
    pub is_member: bool,
    /// The last day of an access that has ended, in words.
    pub ended: Option<String>,
    /// Whether the visitor's account has to sign the NDA first.
    pub nda_first: bool,
    /// Where the form for a link to sign in is.
    pub sign_in: String,
}

/// The visitor who is signed in.
pub(super) struct Who {
    pub name: String,
    pub email: String,
    /// `None` for someone without access.
    pub account: Option<String>,
}

impl Frame {
    pub(super) fn new(status: &StatusPage, flash: Option<String>) -> Self {
        let who = status.visitor.as_ref().map(|known| Who {
            name: known.visitor.person().display_name(),
            email: known.visitor.email.to_string(),
            account: known.accounts.first().map(|account| account.name.clone()),
        });
        let address = |hash: &String| status.path(&format!("/logo/{hash}"));
        Self {
            org: status.org.clone(),
            home: status.path(""),
            who,
            viewed_as: status.view.as_ref().map(|view| view.account.name.clone()),
            flash,
            logos: Logos {
                light: status.logos.light.as_ref().map(address),
                dark: status.logos.dark.as_ref().map(address),
            },
            ended: match status.access() {
                Access::Expired(until) => Some(dates::day(until)),
                _ => None,
            },
            is_member: status.access().is_open(),
            nda_first: matches!(status.access(), Access::NdaFirst(_)),
            sign_in: requested_item::sign_in(status, None),
        }
    }

    /// The frame of a page that signing in leads back to.
    pub(super) fn of_item(status: &StatusPage, item: ItemId, flash: Option<String>) -> Self {
        Self {
            sign_in: requested_item::sign_in(status, Some(item)),
            ..Self::new(status, flash)
        }
    }

    /// What search engines and messengers show of the trust center, in a sentence or two.
    pub(super) fn summary(&self) -> String {
        match (self.org.introduction.trim(), self.org.headline.trim()) {
            ("", "") => format!("Security and compliance at {}.", self.org.name),
            ("", headline) => headline.to_owned(),
            (introduction, _) => cut(introduction, SUMMARY),
        }
    }

    /// Stands for the organization where there is no logo.
    pub(super) fn monogram(&self) -> String {
        let email = self.org.name.chars().find(|c| c.is_alphanumeric());
        email.map_or_else(|| "·".to_owned(), |c| c.to_uppercase().collect())
    }

    /// The theme's address changes with the accent, so that it may be kept.
    pub(super) fn theme(&self) -> String {
        let accent = self.org.accent.trim_start_matches('#');
        format!("{}/theme.css?accent={accent}", self.home)
    }
}

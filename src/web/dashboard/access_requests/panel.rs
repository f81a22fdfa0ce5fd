//! The panel beside the list: everything about one request, and what it may be given.

use domain::accounts::profile::Profile;
use domain::ids::{AccessRequestId, NdaTextId, ProfileId};
use domain::nda::NdaKind;
use domain::nda::acceptance::NdaAcceptance;
use store::Tx;

use super::page::Pending;
use crate::use_cases::access_requests::suggestions::suggest;
use crate::use_cases::problems::Problems;
use crate::web::http::staff_session::Staff;

/// The request that is looked at, with its form.
pub(super) struct Panel {
    pub one: Pending,
    pub profiles: Vec<Profile>,
    /// The name of the organization's default profile; empty where it is everything.
    pub default_profile: String,
    /// The NDA that was signed with the request, and whether it counts, in a sentence.
    pub signed: Option<(NdaAcceptance, String)>,
    /// The NDA of new accounts.
    pub default_nda: NdaKind,
    /// The kinds that can be chosen for a new account.
    pub ndas: Vec<NdaKind>,
    pub chosen: Chosen,
    pub problems: Problems,
    /// A message to the requester that is denied, as it was typed.
    pub message: String,
}

/// What stands in the form of the panel.
#[derive(Default)]
pub(super) struct Chosen {
    pub profile: Option<ProfileId>,
    pub nda: Option<NdaKind>,
    pub until: String,
}

impl Panel {
    pub(super) fn has_profile(&self, profile: &Profile) -> bool {
        self.chosen.profile == Some(profile.id)
    }

    pub(super) fn has_nda(&self, kind: &NdaKind) -> bool {
        self.chosen.nda == Some(*kind)
    }

    /// The panel of that request; `None` where it doesn't wait for a decision.
    pub(super) async fn load(
        tx: &mut Tx,
        staff: &Staff,
        id: AccessRequestId,
    ) -> store::Result<Option<Self>> {
        let org = staff.org.id;
        let found = store::access_requests::by_id(tx, org, id).await?;
        let Some(request) = found.filter(|request| request.decision.is_none()) else {
            return Ok(None);
        };
        let requests = [request];
        let suggestions = suggest(tx, &staff.org, &requests).await?.into_iter().next();
        let [request] = requests;
        let Some(suggestions) = suggestions else {
            return Ok(None);
        };
        let profiles = store::accounts::profiles::list(tx, org).await?;
        let default = store::accounts::profiles::default_of(tx, org).await?;
        let default = profiles.iter().find(|profile| Some(profile.id) == default);
        let default_profile = default.map_or_else(String::new, |profile| profile.name.clone());
        let mut ndas = vec![NdaKind::None];
        let current = store::nda::texts::current(tx, org)
            .await?
            .map(|text| text.id);
        if current.is_some() {
            ndas.push(NdaKind::Clickwrap);
        }
        let signed = store::nda::acceptances::of_request(tx, org, id).await?;
        let signed = signed.map(|signed| {
            let counts = counts(&signed, current, &request.company);
            (signed, counts)
        });
        if store::nda::docusign::is_ready(tx, org).await? {
            ndas.push(NdaKind::Docusign);
        }
        Ok(Some(Self {
            one: Pending::new(request, suggestions),
            default_profile,
            signed,
            profiles,
            default_nda: store::organizations::nda_default(tx, org).await?,
            ndas,
            chosen: Chosen::default(),
            problems: Problems::default(),
            message: String::new(),
        }))
    }
}

fn counts(signed: &NdaAcceptance, current: Option<NdaTextId>, company: &str) -> String {
    if !signed.is_for(company) {
        return format!(
            "No longer counts: it was signed for {}, and the request names another company now. A \
             member signs after the approval.",
            signed.company
        );
    }
    if current != Some(signed.text) {
        return "No longer counts: another version was published since. A member signs after the \
                approval."
            .to_owned();
    }
    "Counts when you approve this into an account that still has to sign.".to_owned()
}

//! The list of first steps on Overview: it ticks itself, and goes away when all is done.

use axum::extract::State;
use axum::response::Response;
use domain::organizations::Organization;
use store::Tx;
use store::organizations::setup::{self, Setup};

use super::salesforce::HOME as SALESFORCE;
use crate::app::App;
use crate::web::http::error::WebResult;
use crate::web::http::flash::see_other_saying;
use crate::web::http::staff_session::{Admin, Staff};

/// The steps, with how many are done.
pub(super) struct FirstSteps {
    pub steps: Vec<Step>,
}

/// One step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Step {
    pub title: &'static str,
    /// What it is good for, in a sentence.
    pub text: &'static str,
    /// Where it is done; `None` where that isn't in the dashboard.
    pub href: Option<String>,
    pub is_done: bool,
}

impl FirstSteps {
    /// The steps that are shown to this person: an Admin's, until all are done or someone
    /// has put them away.
    pub(super) async fn load(tx: &mut Tx, app: &App, staff: &Staff) -> store::Result<Option<Self>> {
        if !staff.is_admin() {
            return Ok(None);
        }
        let setup = setup::read(tx, staff.org.id).await?;
        let steps = steps(&staff.org, &setup, app.config.smtp_url.is_some());
        let is_over = setup.is_hidden || steps.iter().all(|step| step.is_done);
        Ok((!is_over).then_some(Self { steps }))
    }

    pub(super) fn done(&self) -> usize {
        self.steps.iter().filter(|step| step.is_done).count()
    }
}

fn steps(org: &Organization, setup: &Setup, has_email: bool) -> Vec<Step> {
    let step = |title, text, href: &str, is_done| Step {
        title,
        text,
        href: Some(href.to_owned()),
        is_done,
    };
    let mut steps = vec![
        step(
            "Add your logo and color",
            "Shown on your trust center, its emails and certificates.",
            "/dashboard/settings/appearance",
            setup.has_logo,
        ),
        step(
            "Publish your first section",
            "Reports, controls, FAQs or subprocessors.",
            "/dashboard/content/sections/new",
            setup.has_content,
        ),
        step(
            "Set up the NDA",
            "A text to sign with one click, or a DocuSign template.",
            "/dashboard/settings/nda",
            setup.has_nda,
        ),
        step(
            "Invite your colleagues",
            "Security and sales decide requests together.",
            "/dashboard/settings/people",
            setup.has_colleagues,
        ),
        Step {
            title: "Send email",
            text: "Your server administrator sets GATEHOUSE_SMTP_URL. Until then, emails wait.",
            href: None,
            is_done: has_email,
        },
    ];
    if org.plan.includes_salesforce() {
        steps.push(step(
            "Connect Salesforce",
            "Visitors’ activity becomes Tasks on the right Account, Contact or Lead.",
            SALESFORCE,
            setup.has_salesforce,
        ));
    }
    steps.push(step(
        "Send yourself a test request",
        "See what a buyer sees, then approve it here.",
        &format!("/trust/{}/request-access", org.slug),
        setup.had_request,
    ));
    steps
}

/// Puts the list away for everyone in the organization.
pub(super) async fn hide(State(app): State<App>, Admin(staff): Admin) -> WebResult<Response> {
    let mut tx = app.db.begin().await?;
    setup::hide(&mut tx, staff.org.id).await?;
    tx.commit().await?;
    Ok(see_other_saying(
        "/dashboard",
        "The first steps are hidden.",
    ))
}

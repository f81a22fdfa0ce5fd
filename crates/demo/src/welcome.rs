//! What a newcomer reads after `make demo`.

use crate::seed::{ADMIN, EDITOR, PASSWORD, SLUG};
use crate::stage::Stage;

/// Who connects Gatehouse, in both orgs.
pub(crate) const SALESFORCE_USER: &str = "integration@northbeam.example";
pub(crate) const SALESFORCE_PASSWORD: &str = "sim-demo";

pub(crate) fn print(stage: &Stage) {
    let Stage {
        url,
        production,
        sandbox,
        docusign,
        mailbox,
        ..
    } = stage;
    let (production, sandbox) = (&production.url, &sandbox.url);
    println!(
        "
Gatehouse is running with a local Salesforce. Ctrl-C stops it.

  Trust center   {url}trust/{SLUG}
  Dashboard     {url}dashboard
                {ADMIN} or {EDITOR}, password {PASSWORD}
  Email         {mailbox}
  Salesforce    production {production}   sandbox {sandbox}
                {SALESFORCE_USER}, password {SALESFORCE_PASSWORD}
  DocuSign      {docusign}   a local one; choose it for an account on the account's page

What to click:

  1. Sign in to the dashboard as {ADMIN}. Settings, at the bottom: Configure, Sandbox, log in
     to Salesforce, Allow.
  2. Turn on the activities that Salesforce should get, and the options of Requested Access.
  3. On the trust center, request access as Dana Whitfield, dana.whitfield@larkspurhealth.example,
     Larkspur Health: a Contact that Salesforce knows.
  4. Approve the request in the dashboard, open the link on the email page, sign the NDA, download
     the report.
  5. Look at the Account Larkspur Health in the sandbox: the Tasks are on its timeline.
"
    );
}

//! What waits for staff and what is in trouble: the numbers that every page of the
//! dashboard shows, in one statement.

use domain::ids::OrganizationId;
use jiff::Timestamp;

use crate::params;
use crate::{Result, Tx};

/// How much there is to do and to mend in an organization.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Attention {
    /// Requests for access that wait for a decision.
    pub requests: i64,
    /// Conversations that wait for an answer of staff; those of archived accounts don't.
    pub conversations: i64,
    /// Questionnaires that nobody has begun with; those of archived accounts don't count.
    pub questionnaires: i64,
    /// Deliveries over the live connection that need a decision, [`MOST`] at the most.
    pub deliveries: i64,
    /// Emails that were refused for good or too often, [`MOST`] at the most.
    pub failed_emails: i64,
    /// Emails that have waited for longer than they should, [`MOST`] at the most.
    pub late_emails: i64,
    /// Envelopes that DocuSign was asked about in vain, again and again, [`MOST`] at the
    /// most.
    pub envelopes: i64,
    /// The custom domain whose proof is gone; empty where there is none.
    pub failing_domain: String,
}

/// More than this isn't counted: a page says "1,000 or more" then.
pub const MOST: i64 = 1_000;

/// So many attempts in vain make an envelope a trouble: about half an hour.
const ATTEMPTS: i64 = 5;

/// What there is. Emails written before `late` should have been sent.
pub async fn read(tx: &mut Tx, org: OrganizationId, late: Timestamp) -> Result<Attention> {
    let row = tx
        .one(
            "SELECT
                 (SELECT COUNT(*) FROM access_request
                  WHERE org_id = $1 AND state = 'pending') AS requests,
                 (SELECT COUNT(*) FROM thread JOIN account ON account.id = thread.account_id
                  WHERE thread.org_id = $1 AND thread.waiting_since IS NOT NULL
                      AND account.archived_at IS NULL) AS conversations,
                 (SELECT COUNT(*) FROM questionnaire
                      JOIN account ON account.id = questionnaire.account_id
                  WHERE questionnaire.org_id = $1 AND questionnaire.state = 'new'
                      AND account.archived_at IS NULL) AS questionnaires,
                 (SELECT COUNT(*) FROM (SELECT delivery.id FROM delivery
                  WHERE delivery.connection_id IN (SELECT connection.id FROM connection
                      WHERE connection.org_id = $1 AND connection.state <> 'uninstalled')
                      AND delivery.state = 'parked' LIMIT $3) AS parked) AS deliveries,
                 (SELECT COUNT(*) FROM (SELECT email.id FROM email
                  WHERE email.org_id = $1 AND email.state = 'failed' LIMIT $3) AS failed)
                     AS failed_emails,
                 (SELECT COUNT(*) FROM (SELECT email.id FROM email
                  WHERE email.org_id = $1 AND email.state = 'pending' AND email.created_at < $2
                  LIMIT $3) AS late) AS late_emails,
                 (SELECT COUNT(*) FROM (SELECT envelope.id FROM envelope
                  WHERE envelope.org_id = $1 AND envelope.envelope <> ''
                      AND envelope.due_at IS NOT NULL
                      AND envelope.attempts >= $4 LIMIT $3) AS unread) AS envelopes,
                 COALESCE((SELECT custom_domain.host FROM custom_domain
                  WHERE custom_domain.org_id = $1 AND custom_domain.failing_since IS NOT NULL), '')
                     AS failing_domain",
            params![org, late, MOST, ATTEMPTS],
        )
        .await?;
    Ok(Attention {
        requests: row.get("requests")?,
        conversations: row.get("conversations")?,
        questionnaires: row.get("questionnaires")?,
        deliveries: row.get("deliveries")?,
        failed_emails: row.get("failed_emails")?,
        late_emails: row.get("late_emails")?,
        envelopes: row.get("envelopes")?,
        failing_domain: row.get("failing_domain")?,
    })
}

//! Table `questionnaire`.

use domain::activities::Person;
use domain::ids::{AccountId, DocumentId, OrganizationId, QuestionnaireId, StaffUserId};
use domain::questionnaires::{Questionnaire, QuestionnaireState};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

const SELECT: &str = "SELECT questionnaire.id, questionnaire.account_id,
         account.name AS account_name, account.archived_at,
         questionnaire.visitor_id, visitor.email,
         visitor.first_name, visitor.last_name, questionnaire.document_id, questionnaire.note,
         questionnaire.due_on, questionnaire.state, questionnaire.assignee_id,
         questionnaire.answer_id, questionnaire.created_at, questionnaire.done_at
     FROM questionnaire JOIN account ON account.id = questionnaire.account_id
         JOIN visitor ON visitor.id = questionnaire.visitor_id";

/// Appends a new one.
pub async fn insert(tx: &mut Tx, org: OrganizationId, new: &Questionnaire) -> Result<()> {
    tx.execute(
        "INSERT INTO questionnaire (id, org_id, account_id, visitor_id, document_id, note, due_on,
             state, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        params![
            new.id,
            org,
            new.account,
            new.visitor,
            new.document,
            &new.note,
            new.due_on,
            new.state,
            new.created_at
        ],
    )
    .await?;
    Ok(())
}

/// Says how far it is and who does it. The time when it was done stays the first.
pub async fn set_work(
    tx: &mut Tx,
    org: OrganizationId,
    id: QuestionnaireId,
    state: QuestionnaireState,
    assignee: Option<StaffUserId>,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE questionnaire SET state = $3, assignee_id = $4,
             done_at = CASE WHEN $3 = 'done' THEN COALESCE(done_at, $5) END
         WHERE org_id = $1 AND id = $2",
        params![org, id, state, assignee, now],
    )
    .await?;
    Ok(())
}

/// How many questionnaires this person has to complete.
pub async fn count_assigned(
    tx: &mut Tx,
    org: OrganizationId,
    assignee: StaffUserId,
) -> Result<i64> {
    tx.one(
        "SELECT COUNT(*) AS n FROM questionnaire
         WHERE org_id = $1 AND assignee_id = $2 AND state <> 'done'",
        params![org, assignee],
    )
    .await?
    .get("n")
}

/// Gives the questionnaires that one person has to complete to another. What is done
/// keeps the name of whoever did it.
pub async fn hand_over(
    tx: &mut Tx,
    org: OrganizationId,
    from: StaffUserId,
    to: StaffUserId,
) -> Result<()> {
    tx.execute(
        "UPDATE questionnaire SET assignee_id = $3
         WHERE org_id = $1 AND assignee_id = $2 AND state <> 'done'",
        params![org, from, to],
    )
    .await?;
    Ok(())
}

/// The completed file is there: it is done.
pub async fn set_answer(
    tx: &mut Tx,
    org: OrganizationId,
    id: QuestionnaireId,
    answer: DocumentId,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "UPDATE questionnaire SET answer_id = $3, state = 'done', done_at = $4
         WHERE org_id = $1 AND id = $2",
        params![org, id, answer, now],
    )
    .await?;
    Ok(())
}

/// The questionnaire with that id.
pub async fn by_id(
    tx: &mut Tx,
    org: OrganizationId,
    id: QuestionnaireId,
) -> Result<Option<Questionnaire>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE questionnaire.org_id = $1 AND questionnaire.id = $2"
    ));
    let row = tx.optional(sql, params![org, id]).await?;
    row.as_ref().map(read).transpose()
}

/// The same, and no other change of it until this transaction ends.
pub async fn locked(
    tx: &mut Tx,
    org: OrganizationId,
    id: QuestionnaireId,
) -> Result<Option<Questionnaire>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "SELECT id FROM questionnaire WHERE org_id = $1 AND id = $2{}",
        tx.dialect().for_update()
    ));
    tx.optional(sql, params![org, id]).await?;
    by_id(tx, org, id).await
}

/// An account's, newest first.
pub async fn of_account(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
) -> Result<Vec<Questionnaire>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE questionnaire.org_id = $1 AND questionnaire.account_id = $2
         ORDER BY questionnaire.created_at DESC, questionnaire.id DESC"
    ));
    let rows = tx.all(sql, params![org, account]).await?;
    rows.iter().map(read).collect()
}

/// What is still to be done: by due date, those without one last, oldest first. For
/// an archived account nothing is.
pub async fn open(tx: &mut Tx, org: OrganizationId) -> Result<Vec<Questionnaire>> {
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE questionnaire.org_id = $1 AND questionnaire.state <> 'done'
             AND account.archived_at IS NULL
         ORDER BY COALESCE(questionnaire.due_on, '9'), questionnaire.created_at, questionnaire.id"
    ));
    tx.all(sql, params![org]).await?.iter().map(read).collect()
}

/// What is done, or of an archived account: the latest upload first, older than `before`
/// where one is given.
pub async fn done(
    tx: &mut Tx,
    org: OrganizationId,
    before: Option<QuestionnaireId>,
    limit: i64,
) -> Result<Vec<Questionnaire>> {
    let before = before.map_or_else(String::new, |id| id.to_string());
    let sql = sqlx::AssertSqlSafe(format!(
        "{SELECT} WHERE questionnaire.org_id = $1
             AND (questionnaire.state = 'done' OR account.archived_at IS NOT NULL)
             AND ($2 = '' OR questionnaire.id < $2)
         ORDER BY questionnaire.id DESC LIMIT $3"
    ));
    let rows = tx.all(sql, params![org, before, limit]).await?;
    rows.iter().map(read).collect()
}

fn read(row: &Row) -> Result<Questionnaire> {
    let person = Person {
        email: row.get("email")?,
        first_name: row.get("first_name")?,
        last_name: row.get("last_name")?,
    };
    let archived_at: Option<Timestamp> = row.get("archived_at")?;
    Ok(Questionnaire {
        id: row.get("id")?,
        account: row.get("account_id")?,
        account_name: row.get("account_name")?,
        account_is_archived: archived_at.is_some(),
        visitor: row.get("visitor_id")?,
        visitor_name: person.display_name(),
        document: row.get("document_id")?,
        note: row.get("note")?,
        due_on: row.get("due_on")?,
        state: row.get("state")?,
        assignee: row.get("assignee_id")?,
        answer: row.get("answer_id")?,
        created_at: row.get("created_at")?,
        done_at: row.get("done_at")?,
    })
}

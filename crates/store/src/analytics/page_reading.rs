//! Table `page_reading`: for how long members had which page of a document before them.

use domain::analytics::reading::PageTimes;
use domain::ids::{AccountId, DocumentId, OrganizationId, VisitorId};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

/// A member who reads for an account.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// The account whose member it is.
    pub account: AccountId,
    /// The person.
    pub visitor: VisitorId,
}

/// What one person has read of one document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    /// The reader's address.
    pub email: String,
    /// The account for which they read.
    pub account: AccountId,
    /// Its name.
    pub account_name: String,
    /// The document's file.
    pub file_name: String,
    /// The document.
    pub document: DocumentId,
    /// Pages that they had before them.
    pub pages: i64,
    /// Pages of the document.
    pub of_pages: i64,
    /// On all pages together.
    pub seconds: i64,
    /// The page on which they spent the most time.
    pub longest: i64,
    /// When they read last.
    pub last_at: Timestamp,
}

/// How one page was read, by everyone.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PageRead {
    /// From 1 on.
    pub page: i64,
    /// Pages of the document.
    pub of_pages: i64,
    /// People who had it before them.
    pub readers: i64,
    /// All of them together.
    pub seconds: i64,
}

/// Adds the times to what is known of this reader.
pub async fn add(
    tx: &mut Tx,
    org: OrganizationId,
    reader: Reader,
    document: DocumentId,
    times: &PageTimes,
    now: Timestamp,
) -> Result<()> {
    for (page, seconds) in &times.pages {
        tx.execute(
            "INSERT INTO page_reading (org_id, account_id, visitor_id, document_id, page,
                 of_pages, seconds, last_at)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
             ON CONFLICT (org_id, account_id, visitor_id, document_id, page) DO UPDATE SET
                 of_pages = excluded.of_pages,
                 seconds = page_reading.seconds + excluded.seconds,
                 last_at = excluded.last_at",
            params![
                org,
                reader.account,
                reader.visitor,
                document,
                i64::from(*page),
                i64::from(times.of_pages),
                i64::from(*seconds),
                now
            ],
        )
        .await?;
    }
    Ok(())
}

/// What the people of an account have read, the latest first.
pub async fn of_account(
    tx: &mut Tx,
    org: OrganizationId,
    account: AccountId,
    most: i64,
) -> Result<Vec<Read>> {
    let rows = tx
        .all(
            "SELECT visitor.email, account.id AS account_id, account.name, document.file_name,
                 summed.document_id, summed.pages, summed.of_pages, summed.seconds,
                 summed.last_at,
                 (SELECT one.page FROM page_reading AS one
                  WHERE one.org_id = $1 AND one.account_id = $2
                      AND one.visitor_id = summed.visitor_id
                      AND one.document_id = summed.document_id
                  ORDER BY one.seconds DESC, one.page LIMIT 1) AS longest
             FROM (SELECT visitor_id, document_id, COUNT(*) AS pages,
                       MAX(of_pages) AS of_pages, CAST(SUM(seconds) AS BIGINT) AS seconds,
                       MAX(last_at) AS last_at
                   FROM page_reading WHERE org_id = $1 AND account_id = $2
                   GROUP BY visitor_id, document_id) AS summed
             JOIN visitor ON visitor.id = summed.visitor_id
             JOIN document ON document.id = summed.document_id
             JOIN account ON account.id = $2
             ORDER BY summed.last_at DESC, visitor.email, document.file_name LIMIT $3",
            params![org, account, most],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// What people have read of a document, the latest first.
pub async fn of_document(
    tx: &mut Tx,
    org: OrganizationId,
    document: DocumentId,
    most: i64,
) -> Result<Vec<Read>> {
    let rows = tx
        .all(
            "SELECT visitor.email, account.id AS account_id, account.name, document.file_name,
                 summed.document_id, summed.pages, summed.of_pages, summed.seconds,
                 summed.last_at,
                 (SELECT one.page FROM page_reading AS one
                  WHERE one.org_id = $1 AND one.account_id = summed.account_id
                      AND one.visitor_id = summed.visitor_id
                      AND one.document_id = summed.document_id
                  ORDER BY one.seconds DESC, one.page LIMIT 1) AS longest
             FROM (SELECT account_id, visitor_id, document_id, COUNT(*) AS pages,
                       MAX(of_pages) AS of_pages, CAST(SUM(seconds) AS BIGINT) AS seconds,
                       MAX(last_at) AS last_at
                   FROM page_reading WHERE org_id = $1 AND document_id = $2
                   GROUP BY account_id, visitor_id, document_id) AS summed
             JOIN visitor ON visitor.id = summed.visitor_id
             JOIN document ON document.id = summed.document_id
             JOIN account ON account.id = summed.account_id
             ORDER BY summed.last_at DESC, visitor.email LIMIT $3",
            params![org, document, most],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// How each page of a document was read, of those that anyone had before them.
pub async fn pages_of(
    tx: &mut Tx,
    org: OrganizationId,
    document: DocumentId,
) -> Result<Vec<PageRead>> {
    let rows = tx
        .all(
            "SELECT page, MAX(of_pages) AS of_pages, COUNT(DISTINCT visitor_id) AS readers,
                 CAST(SUM(seconds) AS BIGINT) AS seconds
             FROM page_reading WHERE org_id = $1 AND document_id = $2
             GROUP BY page ORDER BY page",
            params![org, document],
        )
        .await?;
    rows.iter()
        .map(|row| {
            Ok(PageRead {
                page: row.get("page")?,
                of_pages: row.get("of_pages")?,
                readers: row.get("readers")?,
                seconds: row.get("seconds")?,
            })
        })
        .collect()
}

/// Forgets what was read longer ago than its organization keeps usage, at most `most`
/// rows. Answers how many.
pub async fn sweep_across_tenants(tx: &mut Tx, now: Timestamp, most: i64) -> Result<u64> {
    tx.execute(
        "DELETE FROM page_reading
         WHERE (org_id, account_id, visitor_id, document_id, page) IN (
             SELECT one.org_id, one.account_id, one.visitor_id, one.document_id, one.page
             FROM page_reading AS one JOIN organization ON organization.id = one.org_id
             WHERE one.last_at < $1 - organization.usage_days * 86400000000 LIMIT $2)",
        params![now, most],
    )
    .await
}

fn read(row: &Row) -> Result<Read> {
    Ok(Read {
        email: row.get("email")?,
        account: row.get("account_id")?,
        account_name: row.get("name")?,
        file_name: row.get("file_name")?,
        document: row.get("document_id")?,
        pages: row.get("pages")?,
        of_pages: row.get("of_pages")?,
        seconds: row.get("seconds")?,
        longest: row.get("longest")?,
        last_at: row.get("last_at")?,
    })
}

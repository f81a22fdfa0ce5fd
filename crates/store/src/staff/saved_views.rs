//! Table `saved_view`: filtered lists that people of the staff keep under a name.

use domain::ids::{OrganizationId, SavedViewId, StaffUserId};
use domain::staff::saved_view::{SavedList, SavedView};
use jiff::Timestamp;

use crate::params;
use crate::{Result, Row, Tx};

/// Keeps it; one of the same person, list and title gets its query.
pub async fn put(
    tx: &mut Tx,
    org: OrganizationId,
    staff: StaffUserId,
    view: &SavedView,
    now: Timestamp,
) -> Result<()> {
    tx.execute(
        "INSERT INTO saved_view (id, org_id, staff_id, list, title, query, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (org_id, staff_id, list, title) DO UPDATE SET query = excluded.query",
        params![
            view.id,
            org,
            staff,
            view.list,
            &view.title,
            &view.query,
            now
        ],
    )
    .await?;
    Ok(())
}

/// Those of a person, by title.
pub async fn of_list(
    tx: &mut Tx,
    org: OrganizationId,
    staff: StaffUserId,
    list: SavedList,
) -> Result<Vec<SavedView>> {
    let rows = tx
        .all(
            "SELECT id, list, title, query FROM saved_view
             WHERE org_id = $1 AND staff_id = $2 AND list = $3 ORDER BY title",
            params![org, staff, list],
        )
        .await?;
    rows.iter().map(read).collect()
}

/// Takes it away, and answers what it was; `None` where this person has no such view.
pub async fn delete(
    tx: &mut Tx,
    org: OrganizationId,
    staff: StaffUserId,
    id: SavedViewId,
) -> Result<Option<SavedView>> {
    let row = tx
        .optional(
            "DELETE FROM saved_view WHERE org_id = $1 AND staff_id = $2 AND id = $3
             RETURNING id, list, title, query",
            params![org, staff, id],
        )
        .await?;
    row.as_ref().map(read).transpose()
}

fn read(row: &Row) -> Result<SavedView> {
    Ok(SavedView {
        id: row.get("id")?,
        list: row.get("list")?,
        title: row.get("title")?,
        query: row.get("query")?,
    })
}

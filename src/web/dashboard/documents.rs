//! A document for staff: unmarked, and with an entry in the audit log.

use axum::http::{HeaderMap, Method};
use axum::response::Response;
use domain::audit::Action;
use domain::documents::Document;

use crate::app::App;
use crate::web::http::download::send;
use crate::web::http::error::WebResult;
use crate::web::http::staff_session::Staff;
use crate::web::limits::STAFF_DOWNLOAD;

pub(super) async fn send_to_staff(
    app: &App,
    staff: &Staff,
    method: &Method,
    headers: &HeaderMap,
    document: &Document,
) -> WebResult<Response> {
    if method == Method::GET {
        note(app, staff, document).await?;
    }
    send(app, method, headers, document, "attachment").await
}

async fn note(app: &App, staff: &Staff, document: &Document) -> store::Result<()> {
    let key = format!("staff-download:{}:{}", staff.user.id, document.id);
    let now = app.ambient.now();
    let mut tx = app.db.begin().await?;
    if store::rate_limits::allow(&mut tx, &key, 1, STAFF_DOWNLOAD, now).await? {
        let act = staff.action(app);
        act.audit(&mut tx, Action::DownloadedDocument, &document.file_name)
            .await?;
    }
    tx.commit().await
}

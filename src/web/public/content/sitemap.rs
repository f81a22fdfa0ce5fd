//! What search engines are told: `sitemap.xml` (sitemaps.org) lists the pages of a trust
//! center, and `robots.txt` (RFC 9309) says where it is.

use askama::Template;
use axum::extract::State;
use axum::http::{HeaderMap, Uri, header};
use axum::response::IntoResponse;
use domain::content::entry::SectionKind;
use jiff::Timestamp;
use url::Url;

use crate::app::App;
use crate::use_cases::organizations::address::StatusAddress;
use crate::web::http::custom_domain;
use crate::web::http::error::{WebError, WebResult};
use crate::web::http::page;
use crate::web::http::visitor::StatusPage;
use crate::web::limits::SITEMAP_UPDATES;

#[derive(Template)]
#[template(path = "public/content/sitemap.xml")]
struct Sitemap {
    pages: Vec<Listed>,
}

struct Listed {
    url: Url,
    /// The day of its last change, as W3C's format has it; empty where it isn't known.
    changed: String,
}

/// Below the trust center.
pub(super) async fn of_page(State(app): State<App>, page: StatusPage) -> WebResult {
    let org = page.org.id;
    let mut tx = app.db.read().await?;
    let items = store::content::items::list(&mut tx, org).await?;
    let updates = store::content::updates::published(&mut tx, org, SITEMAP_UPDATES).await?;
    let entries = store::content::entries::list(&mut tx, org).await?;
    let sections = store::content::sections::list(&mut tx, org).await?;
    let address =
        StatusAddress::for_organization(&mut tx, &page.org, &app.config.public_url).await?;
    drop(tx);
    let listed = |path: &str, changed: Option<Timestamp>| Listed {
        url: address.page(path),
        changed: changed.map_or_else(String::new, |at| at.strftime("%Y-%m-%d").to_string()),
    };
    let mut pages = vec![listed("", None)];
    for item in items {
        pages.push(listed(
            &format!("/items/{}", item.id),
            Some(item.updated_at),
        ));
    }
    let of_subprocessors = sections.iter().filter(|section| {
        section.kind == SectionKind::Subprocessors
            && entries.iter().any(|entry| entry.section == section.id)
    });
    if let Some(changed) = of_subprocessors.map(|section| section.changed_at).max() {
        pages.push(listed("/subprocessors", changed));
    }
    if let Some(newest) = updates.iter().map(|update| update.updated_at).max() {
        pages.push(listed("/updates", Some(newest)));
    }
    for update in updates {
        let path = format!("/updates/{}", update.id);
        pages.push(listed(&path, Some(update.updated_at)));
    }
    let headers = [
        (header::CONTENT_TYPE, "application/xml; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300"),
    ];
    Ok((headers, page::text(&Sitemap { pages })?).into_response())
}

/// At the top of every host. Where the host names no organization no trust center is: they
/// need not know of each other.
pub(in crate::web::public) async fn robots(
    State(app): State<App>,
    uri: Uri,
    headers: HeaderMap,
) -> WebResult {
    let sitemap = match custom_domain::organization_of_host(&app, &uri, &headers).await {
        Ok(org) => {
            let mut tx = app.db.read().await?;
            let url = &app.config.public_url;
            let address = StatusAddress::for_organization(&mut tx, &org, url).await?;
            format!("\nSitemap: {}\n", address.page("/sitemap.xml"))
        }
        Err(WebError::NotFound) => String::new(),
        Err(error) => return Err(error),
    };
    let text = format!("User-agent: *\nDisallow: /dashboard\n{sitemap}");
    let kind = [(header::CONTENT_TYPE, "text/plain; charset=utf-8")];
    Ok((kind, text).into_response())
}

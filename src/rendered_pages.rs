//! The trust centers' pages as anonymous visitors get them, kept as long as nothing that
//! they are made of has changed.

use domain::ids::OrganizationId;
use moka::sync::Cache;

use crate::precompressed::Precompressed;

/// Bytes of all pages that are kept, at the most.
const MOST: u64 = 32 * 1024 * 1024;

/// A page, and the revision of the content that it was rendered from.
#[derive(Clone, Debug)]
pub struct RenderedPage {
    pub revision: String,
    pub html: Precompressed,
}

impl RenderedPage {
    fn size(&self) -> u32 {
        let size = self.html.size() + self.revision.len();
        u32::try_from(size).unwrap_or(u32::MAX)
    }
}

/// One page for each organization. Those that are asked for least make room.
pub struct RenderedPages(Cache<OrganizationId, RenderedPage>);

impl Default for RenderedPages {
    fn default() -> Self {
        let cache = Cache::builder()
            .max_capacity(MOST)
            .weigher(|_, page: &RenderedPage| page.size())
            .build();
        Self(cache)
    }
}

impl RenderedPages {
    /// The page, if it was rendered from this revision of the content.
    pub fn of_revision(&self, org: OrganizationId, revision: &str) -> Option<RenderedPage> {
        self.0.get(&org).filter(|page| page.revision == revision)
    }

    /// Keeps it in place of an older one.
    pub fn keep(&self, org: OrganizationId, page: RenderedPage) {
        self.0.insert(org, page);
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_page_of_another_revision_or_organization_is_not_answered() {
        let pages = RenderedPages::default();
        let [one, other] = [1, 2].map(|n| OrganizationId::from_uuid(Uuid::from_u128(n)));
        let page = RenderedPage {
            revision: "r1".to_owned(),
            html: Precompressed::new(Bytes::from_static(b"<p>Hello</p>")).unwrap(),
        };
        pages.keep(one, page);
        assert!(pages.of_revision(one, "r1").is_some());
        assert!(pages.of_revision(one, "r2").is_none());
        assert!(pages.of_revision(other, "r1").is_none());
    }
}

//! The address at which visitors reach a trust center. Whatever names the page to
//! someone outside (an email, a feed, a signing service) takes it from here.

use tracing::instrument;
use url::Url;

use domain::ids::ItemId;
use domain::organizations::Organization;
use store::Tx;

/// The custom domain once requests have come by it, with the scheme and port of the
/// public address; else that address.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct StatusAddress {
    host: Url,
    home: String,
}

impl StatusAddress {
    /// # Errors
    /// The database.
    #[instrument(name = "organizations.address.for_organization", skip_all, fields(org = %org.id))]
    pub async fn for_organization(
        tx: &mut Tx,
        org: &Organization,
        public_url: &Url,
    ) -> store::Result<Self> {
        let mut host = public_url.clone();
        let domain = store::organizations::custom_domains::of(tx, org.id).await?;
        if let Some(domain) = domain.filter(|domain| domain.seen_at.is_some()) {
            // A name that was checked; where it could not be set, the public one stays.
            let _ = host.set_host(Some(domain.host.as_str()));
        }
        Ok(Self {
            host,
            home: format!("/trust/{}", org.slug),
        })
    }

    /// A page of the trust center: `path` is empty or begins with `/`.
    pub fn page(&self, path: &str) -> Url {
        self.on_host(&format!("{}{path}", self.home))
    }

    /// Such a page with a secret that speaks for the reader.
    pub fn page_with_token(&self, path: &str, token: &str) -> Url {
        let mut url = self.page(path);
        url.query_pairs_mut().append_pair("token", token);
        url
    }

    /// A page that leads on to this item.
    pub fn page_to_item(&self, path: &str, item: Option<ItemId>) -> Url {
        let mut url = self.page(path);
        if let Some(item) = item {
            url.query_pairs_mut().append_pair("item", &item.to_string());
        }
        url
    }

    /// Such a page with a secret that speaks for the reader. The item stands in the address
    /// too, so that a link that works no longer still says what it was for.
    pub fn page_to_item_with_token(&self, path: &str, item: Option<ItemId>, token: &str) -> Url {
        let mut url = self.page_to_item(path, item);
        url.query_pairs_mut().append_pair("token", token);
        url
    }

    /// Where a visitor says which emails they want to get.
    pub fn email_preferences(&self) -> Url {
        self.page("/email-preferences")
    }

    /// A path of the whole host, such as that of security.txt.
    pub fn on_host(&self, path: &str) -> Url {
        let mut url = self.host.clone();
        url.set_path(path);
        url
    }
}

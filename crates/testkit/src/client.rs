//! A person with a browser, without the browser: keeps cookies, follows
//! redirects when told to, and fills in the forms it finds.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use reqwest::cookie::{CookieStore as _, Jar};
use reqwest::header::{CONTENT_TYPE, HeaderMap, LOCATION, ORIGIN, REFERER};
use reqwest::{RequestBuilder, StatusCode, multipart};
use url::Url;

use crate::form::Form;
use crate::html;

/// Keeps cookies; clones share them.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    jar: Arc<Jar>,
    base: Url,
}

/// An answer as it came: a redirect stays a redirect until [`Client::follow`].
#[derive(Clone, Debug)]
pub struct Page {
    pub url: Url,
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Page {
    /// The body as text.
    pub fn html(&self) -> String {
        String::from_utf8_lossy(&self.bytes).into_owned()
    }

    /// The text that a person sees.
    pub fn text(&self) -> String {
        html::visible(&self.html())
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    /// Where it redirects to.
    pub fn location(&self) -> Option<Url> {
        let to = self.headers.get(LOCATION)?.to_str().ok()?;
        self.url.join(to).ok()
    }

    /// The first form whose action ends with this.
    pub fn form(&self, action: &str) -> Option<Form> {
        Form::all(&self.html())
            .into_iter()
            .find(|form| form.action.ends_with(action))
    }

    /// The address of the first link with this text.
    pub fn link(&self, text: &str) -> Option<Url> {
        let page = self.html();
        let tags = html::tags(&page);
        let link = tags
            .iter()
            .find(|tag| tag.name == "a" && tag.text().contains(text))?;
        self.url.join(link.attribute("href")?).ok()
    }

    /// A short description for messages: status, address, beginning of the text.
    pub fn summary(&self) -> String {
        let text: String = self.text().chars().take(400).collect();
        format!("{} at {}: {text}", self.status, self.url)
    }
}

impl Client {
    /// A client without cookies whose paths are below `base`.
    pub fn new(base: &Url) -> Result<Self> {
        // Fails only where one was installed before, which is as good.
        drop(rustls::crypto::ring::default_provider().install_default());
        let jar = Arc::new(Jar::default());
        let http = reqwest::Client::builder()
            .cookie_provider(jar.clone())
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(30))
            .user_agent("Mozilla/5.0 (testkit)")
            .build()?;
        Ok(Self {
            http,
            jar,
            base: base.clone(),
        })
    }

    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Names and values of the cookies that go with requests for this path.
    pub fn cookies(&self, path: &str) -> Result<Vec<(String, String)>> {
        let line = self.jar.cookies(&self.url(path)?);
        let line = line.as_ref().and_then(|line| line.to_str().ok());
        let pairs = line.unwrap_or_default().split("; ");
        Ok(pairs
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .collect())
    }

    /// Resolves a path, or takes a whole address as it is.
    pub fn url(&self, path: &str) -> Result<Url> {
        self.base
            .join(path)
            .with_context(|| format!("`{path}` is not an address"))
    }

    /// One GET; redirects are not followed.
    pub async fn get(&self, path: &str) -> Result<Page> {
        let url = self.url(path)?;
        self.send(self.http.get(url)).await
    }

    /// GET and follow.
    pub async fn open(&self, path: &str) -> Result<Page> {
        let page = self.get(path).await?;
        self.follow(page).await
    }

    /// One POST of a form, with the headers that a browser on the same site sends.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Result<Page> {
        let url = self.url(path)?;
        self.send(same_site(self.http.post(url.clone()).form(fields), &url))
            .await
    }

    /// One POST of a form with a file.
    pub async fn upload(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        (field, name, bytes): (&str, &str, &[u8]),
    ) -> Result<Page> {
        let url = self.url(path)?;
        let mut body = multipart::Form::new();
        for (key, value) in fields {
            body = body.text((*key).to_owned(), (*value).to_owned());
        }
        let file = multipart::Part::bytes(bytes.to_vec()).file_name(name.to_owned());
        let body = body.part(field.to_owned(), file);
        self.send(same_site(self.http.post(url.clone()).multipart(body), &url))
            .await
    }

    /// One POST of any body.
    pub async fn post_body(&self, path: &str, content_type: &str, body: Vec<u8>) -> Result<Page> {
        let url = self.url(path)?;
        let request = self
            .http
            .post(url.clone())
            .header(CONTENT_TYPE, content_type);
        self.send(same_site(request.body(body), &url)).await
    }

    /// Any request, for what the others can't say.
    pub async fn send(&self, request: RequestBuilder) -> Result<Page> {
        let request = request.build()?;
        let url = request.url().clone();
        let answer = self
            .http
            .execute(request)
            .await
            .with_context(|| format!("no answer from {url}"))?;
        Ok(Page {
            url,
            status: answer.status(),
            headers: answer.headers().clone(),
            bytes: answer.bytes().await?.to_vec(),
        })
    }

    pub fn http(&self) -> &reqwest::Client {
        &self.http
    }

    /// Follows redirects, across hosts, to a page that isn't one.
    pub async fn follow(&self, mut page: Page) -> Result<Page> {
        for _ in 0..10 {
            if !page.status.is_redirection() {
                return Ok(page);
            }
            let to = page
                .location()
                .with_context(|| format!("a redirect to nowhere: {}", page.summary()))?;
            page = self.get(to.as_str()).await?;
        }
        bail!("more than ten redirects, last to {}", page.url)
    }

    /// Sends the page's form whose action ends with `action`, with these values in
    /// place of its own, and follows. The page must have such a form.
    pub async fn submit(&self, page: &Page, action: &str, values: &[(&str, &str)]) -> Result<Page> {
        let form = page
            .form(action)
            .with_context(|| format!("no form for `{action}` in {}", page.summary()))?;
        ensure!(!form.multipart, "the form for `{action}` uploads a file");
        let to = page.url.join(&form.action)?;
        let fields = form.filled(values);
        let request = if form.method == "post" {
            let origin = page.url.origin().ascii_serialization();
            let site = if page.url.origin() == to.origin() {
                "same-origin"
            } else {
                "cross-site"
            };
            let request = self.http.post(to).form(&fields);
            request
                .header(ORIGIN, origin)
                .header(REFERER, page.url.as_str())
                .header("Sec-Fetch-Site", site)
        } else {
            self.http.get(to).query(&fields)
        };
        let answer = self.send(request).await?;
        self.follow(answer).await
    }
}

fn same_site(request: RequestBuilder, url: &Url) -> RequestBuilder {
    request
        .header(ORIGIN, url.origin().ascii_serialization())
        .header("Sec-Fetch-Site", "same-origin")
}

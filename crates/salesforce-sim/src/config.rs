//! What an org is called, where it is reached, and which applications may connect to it.

/// An application that may ask users of the org for access.
#[derive(Debug, Clone)]
pub struct ConnectedApp {
    /// The name shown on the consent page.
    pub name: String,
    /// The consumer key.
    pub client_id: String,
    /// The consumer secret.
    pub client_secret: String,
    /// The addresses a user may be sent back to; compared exactly.
    pub callback_urls: Vec<String>,
    /// Whether authorisation needs a PKCE challenge (S256).
    pub pkce_required: bool,
    /// Whether each refresh answers with a new refresh token and kills the old one.
    pub rotate_refresh_tokens: bool,
}

impl ConnectedApp {
    /// An application as partners must build it: PKCE and rotation required.
    pub fn new(client_id: &str, client_secret: &str, callback_url: &str) -> Self {
        Self {
            name: "Gatehouse".to_owned(),
            client_id: client_id.to_owned(),
            client_secret: client_secret.to_owned(),
            callback_urls: vec![callback_url.to_owned()],
            pkce_required: true,
            rotate_refresh_tokens: true,
        }
    }
}

/// One org.
#[derive(Debug, Clone)]
pub struct OrgConfig {
    /// The company name, as in Organization.Name.
    pub name: String,
    /// Whether this is a sandbox.
    pub is_sandbox: bool,
    /// The org's default time zone, an IANA name.
    pub time_zone: String,
    /// The name of the instance, such as `USA1234` or `CS42`.
    pub instance_name: String,
    /// `scheme://host:port` at which the org is reached, without a slash at the end;
    /// both the login address and the `instance_url`.
    pub base_url: String,
    /// The applications that may connect.
    pub connected_apps: Vec<ConnectedApp>,
    /// API calls allowed in 24 hours.
    pub api_daily_limit: u64,
    /// Seconds an access token lives.
    pub session_seconds: u64,
    /// The code with which a record is refused whose object the user may not
    /// create; seen with more than one.
    pub create_refusal: &'static str,
}

impl OrgConfig {
    /// An Enterprise Edition org in New York, reached at `base_url`.
    pub fn new(name: &str, is_sandbox: bool, base_url: &str) -> Self {
        Self {
            name: name.to_owned(),
            is_sandbox,
            time_zone: "America/New_York".to_owned(),
            instance_name: if is_sandbox { "USA242S" } else { "USA618" }.to_owned(),
            base_url: base_url.trim_end_matches('/').to_owned(),
            connected_apps: Vec::new(),
            api_daily_limit: 100_000,
            session_seconds: 2 * 60 * 60,
            create_refusal: "CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY",
        }
    }

    /// Adds an application that may connect.
    pub fn with_app(mut self, app: ConnectedApp) -> Self {
        self.connected_apps.push(app);
        self
    }
}

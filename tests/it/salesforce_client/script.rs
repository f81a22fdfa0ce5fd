//! A server that says what the test wrote down, byte for byte, one connection
//! and one answer at a time, and remembers what it was asked.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, Once};
use std::time::Duration;

use salesforce::tasks::{MAX_COLLECTION, TaskGroup, TaskRecord};
use salesforce::{
    Answer, CallError, Client, ClientSettings, HostPolicy, RowOutcome, SendGuard, Session,
};
use serde_json::Value;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use url::Url;

pub const TOKEN: &str = "00Dxx0000001gPL!AQcAQH_very_secret";

/// What the server does when it is asked.
pub enum Say {
    Json(u16, Value),
    Html(u16),
    /// The whole answer, as it goes over the wire.
    Raw(String),
    /// Reads the question and closes the connection.
    HangUp,
    /// Reads the question and says nothing until the client gives up.
    Nothing,
}

#[derive(Clone, Debug)]
pub struct Asked {
    pub method: String,
    pub path: String,
    /// By lower-case name.
    pub headers: HashMap<String, String>,
    pub body: String,
}

impl Asked {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("a JSON body")
    }

    pub fn form(&self) -> HashMap<String, String> {
        let pairs = url::form_urlencoded::parse(self.body.as_bytes());
        pairs.into_owned().collect()
    }
}

pub struct Script {
    pub url: Url,
    asked: Arc<Mutex<Vec<Asked>>>,
    server: JoinHandle<()>,
}

impl Script {
    pub async fn start(says: Vec<Say>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = asked.clone();
        let server = tokio::spawn(async move {
            let mut says = says.into_iter();
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                // A client that asks more than was written down is told so.
                let say = says.next().unwrap_or(Say::Json(599, Value::Null));
                serve(stream, say, &log).await;
            }
        });
        Self {
            url: Url::parse(&format!("http://127.0.0.1:{port}")).unwrap(),
            asked,
            server,
        }
    }

    pub fn session(&self) -> Session {
        Session {
            instance_url: self.url.clone(),
            access_token: TOKEN.into(),
        }
    }

    pub fn asked(&self) -> Vec<Asked> {
        self.asked.lock().unwrap().clone()
    }
}

impl Drop for Script {
    fn drop(&mut self) {
        self.server.abort();
    }
}

async fn serve(stream: TcpStream, say: Say, log: &Mutex<Vec<Asked>>) {
    let mut stream = BufReader::new(stream);
    let Some(asked) = read_request(&mut stream).await else {
        return;
    };
    log.lock().unwrap().push(asked);
    let answer = match say {
        Say::Json(status, body) => complete(status, "application/json", &body.to_string()),
        Say::Html(status) => complete(
            status,
            "text/html",
            &format!("<html>down; you sent Bearer {TOKEN}</html>"),
        ),
        Say::Raw(answer) => answer,
        Say::HangUp => return,
        Say::Nothing => {
            // Ends when the client closes its side.
            let _ = stream.read_u8().await;
            return;
        }
    };
    // A client that has read enough may close before the end.
    let _ = stream.write_all(answer.as_bytes()).await;
    let _ = stream.shutdown().await;
}

/// An answer with the right length.
pub fn complete(status: u16, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status} Said\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
         Sforce-Limit-Info: api-usage=18/5000\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Asked> {
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let mut words = line.split(' ').map(str::to_owned);
    let (method, path) = (words.next()?, words.next()?);
    let mut headers = HashMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim().split_once(": ") else {
            break;
        };
        headers.insert(name.to_lowercase(), value.to_owned());
    }
    let length = headers
        .get("content-length")
        .map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Asked {
        method,
        path,
        headers,
        body: String::from_utf8(body).ok()?,
    })
}

/// A client that takes this machine for Salesforce, and is patient even when
/// the machine is busy.
pub fn client() -> Client {
    client_with(Duration::from_secs(30))
}

/// One that gives up soon, for an org that never answers.
pub fn impatient() -> Client {
    client_with(Duration::from_millis(100))
}

fn client_with(timeout: Duration) -> Client {
    static PROVIDER: Once = Once::new();
    PROVIDER.call_once(|| {
        // Another test may have been first.
        let _ = rustls::crypto::ring::default_provider().install_default();
    });
    Client::new(ClientSettings {
        client_name: "Northwind".to_owned(),
        user_agent: "Northwind/1.0".to_owned(),
        client_id: "3MVG9.consumer".to_owned(),
        client_secret: Some("consumer_secret".into()),
        redirect_uri: "http://127.0.0.1:1/salesforce/callback".to_owned(),
        hosts: HostPolicy {
            allow_loopback: true,
            ..HostPolicy::default()
        },
        timeout,
    })
    .unwrap()
}

/// Writes Tasks in one call, in groups of 200 that each stand for themselves.
pub async fn write_tasks(
    client: &Client,
    session: &Session,
    guard: &SendGuard,
    tasks: &[TaskRecord],
) -> Result<Answer<Vec<RowOutcome>>, CallError> {
    let group = |some: &[TaskRecord]| TaskGroup {
        all_or_none: false,
        tasks: some.to_vec(),
    };
    let groups: Vec<TaskGroup> = tasks.chunks(MAX_COLLECTION).map(group).collect();
    let answer = client.write_tasks(session, guard, &groups).await?;
    Ok(Answer {
        value: answer.value.into_iter().flatten().collect(),
        calls: answer.calls,
        usage: answer.usage,
        org_time: answer.org_time,
    })
}

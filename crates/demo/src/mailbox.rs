//! The email that Gatehouse sent, newest first, and each as its reader sees it.

use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use testkit::mail::{Mail, MailServer};
use tokio::net::TcpListener;

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Mailbox {
    /// Newest first.
    mails: Vec<ListEmail>,
}

#[derive(Template)]
#[template(path = "email.html")]
struct EmailPage {
    email: ListEmail,
}

struct ListEmail {
    number: usize,
    to: String,
    subject: String,
    /// How it begins, for the list.
    beginning: String,
    text: String,
    /// Where it leads.
    link: Option<String>,
}

impl ListEmail {
    fn from_email(mail: &Mail) -> Self {
        let mut lines = mail.text.lines().map(str::trim);
        let words = lines
            .clone()
            .filter(|line| !line.is_empty() && !line.starts_with("Hello"));
        Self {
            number: mail.number,
            to: mail.to.join(", "),
            subject: mail.subject.clone(),
            beginning: words.take(3).collect::<Vec<_>>().join(" "),
            link: mail.link("/enter?").or_else(|| {
                lines
                    .find(|line| line.starts_with("http"))
                    .map(str::to_owned)
            }),
            text: mail.text.clone(),
        }
    }
}

/// Answers until the process ends.
pub(crate) async fn serve(listener: TcpListener, mail: MailServer) {
    let pages = Router::new()
        .route("/", get(list))
        .route("/mails/{number}", get(email))
        .route("/mails/{number}/html", get(as_mailed))
        .route("/style.css", get(style))
        .with_state(mail);
    if let Err(error) = axum::serve(listener, pages).await {
        eprintln!("demo: the email page has stopped: {error}");
    }
}

fn page(template: &impl Template) -> Response {
    match template.render() {
        Ok(page) => Html(page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn find(server: &MailServer, number: usize) -> Option<Mail> {
    let mut all = server.mails().into_iter();
    all.find(|mail| mail.number == number)
}

async fn list(State(server): State<MailServer>) -> Response {
    let mails = server
        .mails()
        .iter()
        .rev()
        .map(ListEmail::from_email)
        .collect();
    page(&Mailbox { mails })
}

async fn email(State(server): State<MailServer>, Path(number): Path<usize>) -> Response {
    match find(&server, number) {
        Some(mail) => page(&EmailPage {
            email: ListEmail::from_email(&mail),
        }),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

/// The HTML part alone, for the frame in its page; its links leave the frame.
async fn as_mailed(State(server): State<MailServer>, Path(number): Path<usize>) -> Response {
    match find(&server, number) {
        Some(mail) => {
            let html = mail
                .html
                .replacen("<head>", "<head><base target=\"_top\">", 1);
            Html(html).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

async fn style() -> impl IntoResponse {
    let css = include_str!("../templates/mailbox.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css)
}

//! A page with the mail that Gatehouse sent, newest first.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{Html, IntoResponse, Response};
use axum::routing::get;
use rehearsal::mail::{Mail, MailServer};
use tokio::net::TcpListener;

#[derive(Template)]
#[template(path = "mailbox.html")]
struct Mailbox {
    /// Newest first.
    mails: Vec<Letter>,
}

struct Letter {
    number: usize,
    to: String,
    subject: String,
    text: String,
    link: Option<String>,
}

impl Letter {
    fn of(mail: &Mail) -> Self {
        Self {
            number: mail.number,
            to: mail.to.join(", "),
            subject: mail.subject.clone(),
            text: mail.text.clone(),
            link: mail.link("/enter?").or_else(|| mail.link("/dashboard")),
        }
    }
}

/// Answers until the process ends.
pub async fn serve(listener: TcpListener, mail: MailServer) {
    let pages = Router::new()
        .route("/", get(show))
        .route("/style.css", get(style))
        .with_state(mail);
    if let Err(error) = axum::serve(listener, pages).await {
        eprintln!("demo: the mail page has stopped: {error}");
    }
}

async fn show(State(mail): State<MailServer>) -> Response {
    let mails = mail.mails().iter().rev().map(Letter::of).collect();
    match (Mailbox { mails }).render() {
        Ok(page) => Html(page).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

async fn style() -> impl IntoResponse {
    let css = include_str!("../templates/mailbox.css");
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], css)
}

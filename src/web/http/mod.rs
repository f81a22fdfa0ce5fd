//! Requests and answers, whatever they are about: what is read from a request, who sent
//! it, and what every answer has.

pub mod assets;
pub mod client_ip;
pub(super) mod compressed;
pub mod cookie;
pub mod csv;
pub(super) mod custom_domain;
pub mod download;
pub mod error;
pub mod file_form;
pub mod flash;
pub mod form;
pub(super) mod headers;
pub(super) mod health;
pub(super) mod middleware;
pub mod page;
pub(super) mod pdf_download;
pub(super) mod pdfjs;
pub(super) mod request;
pub mod staff_session;
pub mod theme;
pub mod upload;
pub mod visitor;

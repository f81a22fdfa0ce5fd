//! What the demo and the tests share: buyers and Admins, an HTTP client that keeps its
//! cookies and fills in forms, a mail server that keeps everything, and PDF
//! documents. It speaks to Gatehouse and to Salesforce over HTTP only.

pub mod buyer;
pub mod client;
pub mod form;
pub mod html;
pub mod mail;
pub mod pdf;
pub mod salesforce;
mod smtp;
pub mod staff;

//! A client of DocuSign's eSignature REST API v2.1.

// Not for Clippy, which takes the name DocuSign for an identifier.
#![doc = include_str!("../README.md")]
#![warn(missing_docs)]

mod api;
mod client;
mod errors;
mod hosts;
mod jwt;
mod limits;
mod new_envelope;
mod oauth;
mod signature_page;
mod webhook;

pub use api::{Sender, Template};
pub use client::{Client, Credentials, SetupError};
pub use errors::DocusignError;
pub use hosts::HostPolicy;
pub use jwt::check_key;
pub use new_envelope::{NewEnvelope, Signer, Source};
pub use webhook::{Event, is_authentic, read_event};

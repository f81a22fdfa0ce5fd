//! What a person sees and clicks, in a real Chromium.

#[path = "../support/mod.rs"]
mod support;

mod acts;
mod buyer;
mod chromium;
mod connecting;
mod driver;
mod lookup;
mod pages;
mod people;
mod refused;
mod removal;
mod requests;
mod switches;
mod timeline;
mod upload;

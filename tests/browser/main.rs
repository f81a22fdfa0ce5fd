//! What a person sees and clicks, in a real Chromium.

#[path = "../support/mod.rs"]
mod support;

mod acts;
mod buyer;
mod chromium;
mod connecting;
mod driver;
mod gates;
mod lookup;
mod pages;
mod people;
mod removal;
mod switches;
mod timeline;
mod upload;

//! What a person sees and clicks, in a real Chromium.

#[path = "../support/mod.rs"]
mod support;

mod chromium;
mod connecting;
mod driver;
mod gates;
mod journey;
mod lookup;
mod people;
mod removal;
mod switches;

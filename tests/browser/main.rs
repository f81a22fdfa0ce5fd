//! What a person sees and clicks, in a real Chromium.

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

#[path = "../support/mod.rs"]
mod support;

mod acts;
mod buyer;
mod chromium;
mod connecting;
mod document_viewer;
mod driver;
mod lists;
mod lookup;
mod org_check;
mod pages;
mod past_activity;
mod people;
mod refused;
mod removal;
mod requests;
mod switches;
mod timeline;
mod unmatched;
mod upload;

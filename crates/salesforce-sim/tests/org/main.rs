//! How a Salesforce org behaves, as seen over HTTP.

#![allow(
    unreachable_pub,
    reason = "a program of its own: nothing of it is reached from outside"
)]

mod collections;
mod composite;
mod faults;
mod oauth;
mod outages;
mod pages;
mod records;
mod sharing;
mod soql;
mod support;
mod tasks;

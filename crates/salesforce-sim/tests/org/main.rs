//! How a Salesforce org behaves, as seen over HTTP.

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

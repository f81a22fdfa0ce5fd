//! The delivery engine: from activities to Tasks.
//!
//! `engine` keeps workers busy with lanes; `lane` serves one lane once, through
//! the stages `lookup` (who is this?, with `links` for linked accounts), `plan` (where does it go?), `people`
//! (create whom the options say), `write` (the Tasks) and `settle` (what became
//! of each row). `reconcile` asks about writes whose outcome nobody knows.
//! `install` connects and disconnects an org, `tokens` keeps its tokens fresh.

pub mod engine;
pub mod install;
mod lane;
mod line;
mod links;
mod lookup;
mod pace;
mod people;
mod plan;
mod reconcile;
mod settle;
pub mod tokens;
mod write;

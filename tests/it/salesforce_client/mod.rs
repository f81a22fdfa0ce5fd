//! The Salesforce client against answers that were written down, and against
//! the local org.

mod guarded_writes;
mod lead_assignment;
mod local;
mod local_keys;
mod local_login;
mod local_matching;
mod local_writes;
mod oauth;
mod odd_answers;
mod rows;
mod script;
mod searches;

//! The Salesforce client against answers that were written down, and against
//! the local org.

mod oauth;
mod odd_answers;
mod rows;
mod script;
mod searches;

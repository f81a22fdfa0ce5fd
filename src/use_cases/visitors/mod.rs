//! Who is on a trust center: signing in, visits, and what is open to whom.

pub mod access;
pub mod account_view;
pub mod magic_link;
mod signed_in;
pub mod visits;

pub use signed_in::{MemberOf, SignedIn};

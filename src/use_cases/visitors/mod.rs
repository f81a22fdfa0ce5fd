//! Who is on a trust center: signing in, visits, what they look at, and what is open to whom.

pub mod access;
pub mod magic_link;
mod signed_in;
mod viewed;
pub mod visits;

pub use signed_in::{MemberOf, SignedIn};
pub use viewed::Viewed;

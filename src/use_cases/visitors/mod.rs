//! Who is on a status page: signing in, visits, and what is open to whom.

pub mod access;
pub mod magic_link;
pub mod visits;

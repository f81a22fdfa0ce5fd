//! The use cases of the trust center. Each takes `&mut Tx`, changes its rows,
//! and records what happened in the same transaction.

pub mod letters;
pub mod magic_link;
pub mod password;
pub mod record;
pub mod sign_in;

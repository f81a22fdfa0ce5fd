//! What an operator or an Admin has to know of deliveries.

pub mod notification;
pub mod restore;

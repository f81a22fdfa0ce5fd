//! Who works in the dashboard.

pub mod invitations;
pub mod password_links;
pub mod second_factors;
pub mod sessions;
pub mod users;

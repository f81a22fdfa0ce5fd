//! Who works in the dashboard.

pub mod invitations;
pub mod password_links;
pub mod saved_views;
pub mod second_factors;
pub mod sessions;
pub mod users;

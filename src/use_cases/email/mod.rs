//! The emails that Gatehouse sends, and who wants which.

pub mod daily;
pub mod notification;
pub mod test_email;
pub mod visitor_emails;
pub mod visitor_preferences;

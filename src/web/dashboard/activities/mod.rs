//! Activities: one of them on its page, and all of them as the feed tells them.

pub(super) mod activity;
pub(super) mod feed;

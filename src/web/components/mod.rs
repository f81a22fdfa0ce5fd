//! Parts of pages that both sides of the trust center use.

pub(super) mod chart;
pub mod conversation;
pub(super) mod markdown;
pub(super) mod qr;

//! Parts of pages that several features use.

pub mod chart;
pub mod conversation;
pub(super) mod markdown;
pub mod numbers;
pub(super) mod qr;

//! NDAs: their texts, who signed, and signing through DocuSign.

pub mod acceptances;
pub mod docusign;
pub mod docusign_keys;
pub mod envelopes;
pub mod envelopes_due;
pub mod signatures;
pub mod texts;

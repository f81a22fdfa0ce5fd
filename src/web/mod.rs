//! Pages and handlers.

pub mod assets;

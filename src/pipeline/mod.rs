//! A folder of TOML → [`Pipeline`], or every fault in it at once as [`crate::domain::Diagnostic`]s.

pub mod formula;
pub mod header;
mod model;
pub mod units;

pub use model::*;

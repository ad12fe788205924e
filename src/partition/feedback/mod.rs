//! What comes back after a submission was read: the ministry's corrections, and what counties say of explain findings.

mod correct;
mod remarks;
mod settle;

pub use correct::correct;
pub use remarks::remarks;
pub use settle::settle;

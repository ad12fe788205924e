//! Submissions and releases in an object store: a folder on this machine is its working copy, and a run works in that folder.
//!
//! Before a run, what changed in the store is fetched ([`inputs`], [`Session`]); after it, what the run changed is sent, and at the end the
//! object `current` is replaced, on the condition that nobody else has replaced it. A run itself knows nothing of stores, so a release has
//! the same bytes wherever it is published.

mod address;
mod copies;
mod error;
mod fetch;
mod job;
mod lease;
mod mirror;
mod patience;
mod pointer;
mod publishing;
mod send;
mod session;
mod store;
mod trim;
mod upload;

pub use address::{Address, Place, working_copies};
pub use error::Error;
pub use job::{Inputs, Results};
pub use lease::give_back;
pub use mirror::{Mirror, inputs};
pub use session::{Needed, Session};

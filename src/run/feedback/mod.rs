//! What corrections and explanations come to, over all partitions.

mod corrections;
mod explain;

pub use corrections::{note, table};
pub use explain::explain;

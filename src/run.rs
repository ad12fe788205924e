//! The stages of one run, in order: the table of contents of a night.

mod ledger;

pub use ledger::{Entry, Rows, Status};

/// What a run tells whoever watches it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// A stage begins, of this many steps.
    Stage {
        /// A word for it.
        name: &'static str,
        /// How many steps it has.
        steps: u64,
    },
    /// One step is done.
    Step,
    /// Nothing more to come.
    Done,
}

//! Figures that were held against each other.

use serde::{Deserialize, Serialize};

use crate::check::{Line, Settled, Tally};

/// A line of the table `reconciliation`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct SettledLine {
    /// Id of the submission that states the figure.
    pub submission: Option<String>,
    /// What was held against each other, and what came of it.
    pub line: Line,
    /// For the account of the rule.
    pub tally: Tally,
}

impl SettledLine {
    /// Of a figure whose finding is with its submission already.
    pub fn of(submission: Option<String>, settled: Settled) -> SettledLine {
        SettledLine {
            submission,
            line: settled.line,
            tally: settled.tally,
        }
    }
}

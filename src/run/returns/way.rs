//! How a submission is to come back.

use crate::returns::Answer;

/// How a submission is to come back.
pub struct Way {
    /// What the sender is asked to do.
    pub answer: Answer,
    /// The revision as which the return stands for the submission; None: it must not stand for it.
    pub becomes: Option<u32>,
}

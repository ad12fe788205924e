//! What keeps rules from being judged.

use polars::prelude::PolarsError;

/// A rule that could not be evaluated, through no fault of the data.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// polars refused the formula.
    #[error("judging the rule {rule}")]
    Rule {
        /// Its id.
        rule: String,
        /// Why.
        source: PolarsError,
    },
    /// The frame does not have the columns that normalize makes.
    #[error("reading the records of the form {form}")]
    Frame {
        /// Id of the form.
        form: String,
        /// Why.
        source: PolarsError,
    },
}

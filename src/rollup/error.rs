//! Why the cube could not be computed.

use polars::error::PolarsError;

/// The cube could not be computed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// polars refused a query: an error of the program, since formulas are restricted to the portable subset when loaded.
    #[error("cannot sum the measures of form `{form}`")]
    Query {
        /// Id of the form.
        form: String,
        /// What polars says.
        source: PolarsError,
    },
}

pub(super) fn query(form: &str, source: PolarsError) -> Error {
    Error::Query {
        form: form.into(),
        source,
    }
}

//! Measures → cube → areas of every level.
//!
//! Facts → cube is the only step that reads every row. It is plain grouped SQL ([`cube_sql`]); a [`Plan`] evaluates the same
//! expressions with polars, one partition at a time. All later tables are computed from the [`Cube`].

mod contributions;
mod cube;
mod guard;
mod levels;
mod parts;
mod plan;
mod sql;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod trace;
mod values;

pub use contributions::{Contribution, Contributions};
pub use cube::{Cube, CubeCells};
pub use levels::levels;
pub use parts::CubeParts;
pub use plan::{CubePart, Plan, TooLarge, partition};
pub use sql::{cube_columns, cube_sql};
pub use trace::{Traced, Tracer};

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

//! Measures → cube → areas of every level.
//!
//! Facts → cube is the only step that reads every row. It is plain grouped SQL ([`cube_sql`]); a [`Plan`] runs the same
//! expressions in polars, one partition at a time. All later tables are computed from the [`Cube`].

mod contributions;
mod cube;
mod levels;
mod partition;
mod sql;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod trace;

pub use contributions::{Contribution, Contributions};
pub use cube::Cube;
pub use levels::levels;
pub use partition::{CubePart, Plan, partition};
pub use sql::cube_sql;
pub use trace::{Traced, Tracer};

use polars::error::PolarsError;

/// The roll-up could not be computed exactly.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// polars refused a query: a fault of the engine, since formulas are held to the portable subset when loaded.
    #[error("cannot sum the measures of form `{form}`")]
    Query {
        /// Id of the form.
        form: String,
        /// What polars says.
        source: PolarsError,
    },
    /// Sums are exact integers of 64 bits; this one may not fit, so it is not computed at all.
    #[error(
        "the sum of `{what}` leaves the range of 64-bit integers; lower the `scale` of the measure, or bound its columns with `range`"
    )]
    Overflow {
        /// The measure or indicator.
        what: String,
    },
}

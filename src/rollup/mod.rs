//! Measures → cube → areas of every level.
//!
//! Facts → cube is the only step that reads every row. It is plain grouped SQL ([`cube_sql`]); a [`Plan`] evaluates the same
//! expressions with polars, one partition at a time. All later tables are computed from the [`Cube`].

mod contributions;
mod cube;
mod error;
mod guard;
mod indicator;
mod left;
mod levels;
mod matched;
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
pub use cube::{Cube, CubeCells, CubePart};
pub use error::Error;
pub use left::LeftSums;
pub use levels::levels;
pub use matched::OwedRows;
pub use parts::CubeParts;
pub use plan::{Plan, TooLarge, partition};
pub use sql::{cube_columns, cube_sql};
pub use trace::{Traced, Tracer};

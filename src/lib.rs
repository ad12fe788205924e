//! huizong (汇总, "roll-up") turns messy county submissions into one checked, versioned Parquet dataset.
//!
//! The modules below are in reading order: types that all others use, the definition and the registry, the stages
//! of a run, and the command line. `ARCHITECTURE.md` describes how they work together; `tests/it/architecture.rs` checks
//! which may import which.

/// Small types that every stage uses: codes, periods, units, cells, findings.
pub mod domain;
/// A folder of TOML → a validated [`pipeline::Pipeline`], or all errors in it at once.
pub mod pipeline;
/// Areas with their validity, classifications, and who owes which form.
pub mod registry;
/// The published tables: a struct for the rows of each, its columns and what is said of them.
pub mod tables;

/// Rules over records, duplicates, quarantine.
pub mod check;
/// Finds files, detects format and encoding from the content, finds the header; returns text with its place of origin.
pub mod intake;
/// Paths, Parquet files, the Arrow ↔ polars bridge, the lock.
pub mod lake;
/// Cell cleaners and typed Arrow builders: text → records and findings.
pub mod normalize;
/// Stages the files of a release, checks the gate, publishes by one rename.
pub mod release;
/// Submissions and releases in an object store, and their working copies on this machine.
pub mod remote;
/// Text from tables: summary, codebook, data package.
pub mod report;
/// Workbooks that go back to counties: their sheets with every finding coloured and commented.
pub mod returns;
/// Measures → cube → areas of every level.
pub mod rollup;
/// Who has reported, indicators against targets, groups, gaps and inequality indices.
pub mod statistics;

/// The job of a partition: submissions of one area and period → typed rows, findings and sums. It writes nothing.
pub mod partition;
/// The stages of one run, in order.
pub mod run;
/// Computes the current release once more, and compares every file.
pub mod verify;

/// Deterministic generator of synthetic submissions.
#[cfg(feature = "sample")]
pub mod sample;

/// Command line: arguments, progress, log, rendering of errors.
pub mod cli;

//! huizong (汇总, "roll-up"): messy county submissions in, one trustworthy, versioned Parquet dataset out.
//!
//! In reading order: the small types everyone uses, the two kinds of input (definitions and registry), the stages
//! of a night, and the faces. `ARCHITECTURE.md` tells the whole story; `tests/it/architecture.rs` holds the
//! direction of imports.

/// Small types that every stage uses: codes, periods, units, cells, findings.
pub mod domain;
/// A folder of TOML → a validated [`pipeline::Pipeline`], or every fault in it at once.
pub mod pipeline;
/// Divisions with their validity, classifications, who is expected to report.
pub mod registry;
/// The published tables: a struct for the rows of each, its columns and what is said of them.
pub mod tables;

/// Rules over accepted rows, duplicates, quarantine.
pub mod check;
/// Find files, decide format and encoding by content, find the header: strings with provenance.
pub mod intake;
/// Paths, Parquet files, the Arrow ↔ polars bridge, the lock.
pub mod lake;
/// Cell cleaners and typed Arrow builders: strings → records and findings.
pub mod normalize;
/// Stage, audit and publish by one rename.
pub mod release;
/// What a person reads: summary, codebook, data package.
pub mod report;
/// What goes back to a county: its sheet with every fault coloured and commented.
pub mod returns;
/// Measures → cube → areas of every level.
pub mod rollup;
/// Who has reported, indicators against targets, groups, gaps and inequality indices.
pub mod statistics;

/// The stages of one run, in order.
pub mod run;
/// The deterministic generator of synthetic submissions.
pub mod sample;

/// Arguments, progress, log set-up, rendering of faults: everything a terminal sees.
pub mod cli;

//! What each target does with an input, and what must hold of the result. The targets call these functions, and so does
//! the test that runs the kept inputs (`tests/it/regressions.rs`); nothing here needs libFuzzer.

/// What the ministry keeps beside the submissions: registers and corrections.
pub mod beside;
/// One cell through every kind of column.
pub mod cleaners;
/// The files of a definition, one of them changed.
pub mod definitions;
/// Formulas over the columns of a form.
pub mod formulas;
/// Header rows made of the words that headers consist of.
pub mod headers;
/// What holds of every file that was read, whatever it was.
pub mod laws;
/// Text files: CSV, TSV, JSON, JSON Lines in any encoding.
pub mod texts;
/// Workbooks, as they are and as their parts.
pub mod workbooks;
/// Pipelines and registries, loaded once.
pub mod world;

/// A target's name and what it does with an input.
pub type Target = (&'static str, fn(&[u8]));

/// All targets.
pub const TARGETS: [Target; 10] = [
    ("cleaners", cleaners::run),
    ("headers", headers::run),
    ("csv", texts::run_csv),
    ("json", texts::run_json),
    ("workbook", workbooks::run),
    ("workbook_parts", workbooks::run_parts),
    ("definitions", definitions::run),
    ("formulas", formulas::run),
    ("registers", beside::run_registers),
    ("corrections", beside::run_corrections),
];

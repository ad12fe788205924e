use std::ops::Range;
use std::path::PathBuf;

/// A fault in a definition or registry. All of them are collected; the run does not start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Short kebab-case name, such as `unknown-key`.
    pub code: &'static str,
    /// What is wrong, with the offending value.
    pub message: String,
    /// The file it stands in.
    pub file: PathBuf,
    /// Bytes of the file it concerns; empty range at 0: the file as a whole.
    pub span: Range<usize>,
    /// A second place that explains the first (the earlier of two equal ids), in the same file.
    pub related: Option<(Range<usize>, String)>,
    /// How to mend it.
    pub hint: Option<String>,
}

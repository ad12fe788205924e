//! How grave a finding is.

use serde::{Deserialize, Serialize};

/// What a finding asks of the county. Ordered from the mildest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Recorded; nothing to do.
    Info,
    /// Must be fixed or explained (核实性); the data counts.
    Explain,
    /// Must be fixed (强制性): the data it concerns is not counted.
    Hard,
}

impl Severity {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Info => "info",
            Severity::Explain => "explain",
            Severity::Hard => "hard",
        }
    }
}

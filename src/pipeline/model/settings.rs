//! What stands in `pipeline.toml` beside the periods and the limits.

use std::path::PathBuf;

use super::LevelIndex;
use crate::domain::{Lang, Text};

/// `[registry]`
#[derive(Debug)]
pub struct RegistrySpec {
    /// Resolved path of the divisions table.
    pub divisions: PathBuf,
    /// Resolved path of the table of changes, if there is one.
    pub changes: Option<PathBuf>,
    /// Level names from the root down.
    pub levels: Vec<String>,
    /// What a person calls each level.
    pub titles: Vec<Text>,
    /// The level by which facts are partitioned.
    pub partition: LevelIndex,
    /// How codes nest.
    pub code_scheme: CodeScheme,
}

impl RegistrySpec {
    /// The lowest level of the registry.
    pub fn leaf(&self) -> LevelIndex {
        self.levels.len() - 1
    }
}

/// How codes nest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CodeScheme {
    /// Chinese division codes: 6 digits for areas, 12 for communities, whose first 6 are their county.
    Gb2260,
    /// Any text; the hierarchy is `parent_code` alone.
    Plain,
}

/// `[reporters]`
#[derive(Debug)]
pub struct ReportersSpec {
    /// Path relative to the input folder.
    pub file: String,
    /// Path of the receipts relative to the input folder.
    pub receipts: Option<String>,
    /// Register column that holds the people who live in an area.
    pub population: Option<String>,
}

/// `[gate]`; an absent share is no gate.
#[derive(Clone, Copy, Debug)]
pub struct Gate {
    /// Per period and form, at the root, 0..1.
    pub min_reporting_share: Option<f64>,
    /// Quarantined ÷ (accepted + quarantined) rows per period, 0..1.
    pub max_quarantined_row_share: Option<f64>,
    /// How far one open explain finding may move a figure of the root, as a share of what it is without it.
    pub max_open_influence: f64,
}

impl Default for Gate {
    fn default() -> Gate {
        Gate {
            min_reporting_share: None,
            max_quarantined_row_share: None,
            max_open_influence: 0.1,
        }
    }
}

/// `[returns]`
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Returns {
    /// Whether they are written.
    pub write: bool,
    /// Language of their words.
    pub lang: Lang,
}

impl Default for Returns {
    fn default() -> Returns {
        Returns {
            write: true,
            lang: Lang::Zh,
        }
    }
}

/// `[[extract]]`
#[derive(Debug)]
pub struct Extract {
    /// Name of a table of the release.
    pub table: String,
    /// Formats to write it in.
    pub formats: Vec<ExtractFormat>,
}

/// A format beside Parquet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtractFormat {
    /// Comma-separated, UTF-8 with BOM so that spreadsheets show Chinese.
    Csv,
    /// Workbook.
    Xlsx,
}

/// `[feedback]`: files beside the submissions that say something about them; paths are relative to the input folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Feedback {
    /// Corrections, as TOML; need not exist.
    pub corrections: String,
    /// Explanations of the counties, as CSV; need not exist.
    pub explanations: String,
}

impl Default for Feedback {
    fn default() -> Feedback {
        Feedback {
            corrections: "corrections.toml".to_owned(),
            explanations: "explanations.csv".to_owned(),
        }
    }
}

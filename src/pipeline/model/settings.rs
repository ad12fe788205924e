//! What stands in `pipeline.toml` beside the periods and the limits.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::domain::{Lang, Text};
use crate::pipeline::index::{FormIndex, LevelIndex};

/// `[registry]`
#[derive(Debug)]
pub struct RegistrySpec {
    /// Resolved path of the divisions table.
    pub divisions: PathBuf,
    /// Resolved path of the table of changes, if there is one.
    pub changes: Option<PathBuf>,
    /// Resolved path of the table of neighbours, if there is one.
    pub neighbours: Option<PathBuf>,
    /// How many areas nearest to an area are its neighbours, where that table is of centroids.
    pub nearest: Option<usize>,
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

/// Who stands behind the published data, and what they are about.
#[derive(Clone, Debug, Default)]
pub struct Credit {
    /// Who publishes them.
    pub publisher: Option<Text>,
    /// Whom readers can ask.
    pub contact: Option<Text>,
    /// What they are about.
    pub description: Option<Text>,
    /// Address of a page about them.
    pub homepage: Option<String>,
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

/// `[gate]`
#[derive(Clone, Debug)]
pub struct Gate {
    /// What is asked of every form without an entry in `forms`.
    pub all: GateShares,
    /// What is asked of single forms instead.
    pub forms: BTreeMap<FormIndex, GateShares>,
    /// How far one open explain finding may move a figure of the root, as a share of what it is without it.
    pub max_open_influence: f64,
}

/// Shares that the gate asks of a form in a period.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct GateShares {
    /// Expected reporters with something usable, at the root, 0..1; None: at least one of them.
    pub min_reporting: Option<f64>,
    /// Rows quarantined or in files that cannot be read, of all rows, 0..1; None: not asked.
    pub max_quarantined_rows: Option<f64>,
}

impl Gate {
    /// What is asked of a form.
    pub fn of(&self, form: FormIndex) -> GateShares {
        self.forms.get(&form).copied().unwrap_or(self.all)
    }
}

impl Default for Gate {
    fn default() -> Gate {
        Gate {
            all: GateShares::default(),
            forms: BTreeMap::new(),
            max_open_influence: 0.1,
        }
    }
}

/// `[returns]`
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Returns {
    /// Whether they are written.
    pub write: bool,
    /// Languages of their words, the leading one first: one, or both.
    pub langs: Vec<Lang>,
    /// What every one of them says of deadline and contact; empty: nothing.
    pub note: Text,
}

impl Default for Returns {
    fn default() -> Returns {
        Returns {
            write: true,
            langs: vec![Lang::Zh],
            note: Text::default(),
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

/// A table that is published on constant boundaries where the pipeline asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RollUp {
    /// `groups`
    Groups,
    /// `gaps`
    Gaps,
    /// `inequality`, and `inequality_parts` with it
    Inequality,
    /// `verdicts`, of gaps
    Verdicts,
    /// `between_shares`
    BetweenShares,
    /// `change_effects`
    ChangeEffects,
    /// `gap_changes`
    GapChanges,
    /// `gap_mixes`
    GapMixes,
    /// `gap_change_mixes`
    GapChangeMixes,
    /// `product_effects`
    ProductEffects,
    /// `ranks`
    Ranks,
}

impl RollUp {
    /// Every one.
    pub const ALL: [RollUp; 11] = [
        RollUp::Groups,
        RollUp::Gaps,
        RollUp::Inequality,
        RollUp::Verdicts,
        RollUp::BetweenShares,
        RollUp::ChangeEffects,
        RollUp::GapChanges,
        RollUp::GapMixes,
        RollUp::GapChangeMixes,
        RollUp::ProductEffects,
        RollUp::Ranks,
    ];

    /// Those that are computed of the cells of each period; all others are computed of these, or of the figures.
    pub const OF_CELLS: [RollUp; 3] = [RollUp::Groups, RollUp::Gaps, RollUp::Inequality];

    /// Those that are computed of the sums of the strata by which gaps are split.
    pub const OF_STRATA: [RollUp; 3] = [RollUp::GapChanges, RollUp::GapMixes, RollUp::GapChangeMixes];

    /// Name of the table as reported.
    pub fn table(self) -> &'static str {
        match self {
            RollUp::Groups => "groups",
            RollUp::Gaps => "gaps",
            RollUp::Inequality => "inequality",
            RollUp::Verdicts => "verdicts",
            RollUp::BetweenShares => "between_shares",
            RollUp::ChangeEffects => "change_effects",
            RollUp::GapChanges => "gap_changes",
            RollUp::GapMixes => "gap_mixes",
            RollUp::GapChangeMixes => "gap_change_mixes",
            RollUp::ProductEffects => "product_effects",
            RollUp::Ranks => "ranks",
        }
    }

    /// The table that it is computed of or with, and that is published with it; None: it needs no other one but that of the figures.
    pub fn basis(self) -> Option<RollUp> {
        match self {
            RollUp::Groups | RollUp::Gaps | RollUp::Inequality | RollUp::ProductEffects | RollUp::Ranks => None,
            RollUp::Verdicts | RollUp::GapChanges | RollUp::GapMixes => Some(RollUp::Gaps),
            RollUp::GapChangeMixes => Some(RollUp::GapChanges),
            RollUp::BetweenShares => Some(RollUp::Inequality),
            RollUp::ChangeEffects => Some(RollUp::Groups),
        }
    }
}

/// A format beside Parquet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExtractFormat {
    /// Comma-separated, UTF-8 with BOM so that spreadsheets show Chinese.
    Csv,
    /// Workbook.
    Xlsx,
    /// SDMX-CSV 2.0: figures of the root and of the areas of the partition level.
    SdmxCsv,
}

impl ExtractFormat {
    /// How the names of its files end.
    pub fn ending(self) -> &'static str {
        match self {
            ExtractFormat::Csv => "csv",
            ExtractFormat::Xlsx => "xlsx",
            ExtractFormat::SdmxCsv => "sdmx.csv",
        }
    }
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

/// `[report]`: how the report of a release looks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportLook {
    /// Places on a map of equal tiles, by code of the area.
    pub tiles: BTreeMap<String, TilePlace>,
}

/// The place of an area on a map of equal tiles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TilePlace {
    /// From 1, the northernmost.
    pub row: u32,
    /// From 1, the westernmost.
    pub column: u32,
    /// A few letters.
    pub label: Text,
}

/// `[engine]`: what sums the rows. Every engine gives the same sums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EngineSpec {
    /// Which one.
    pub cube: CubeEngine,
    /// After which an engine that has not answered is given up.
    pub minutes: u64,
}

impl Default for EngineSpec {
    fn default() -> EngineSpec {
        EngineSpec {
            cube: CubeEngine::Embedded,
            minutes: 240,
        }
    }
}

/// What sums the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CubeEngine {
    /// polars, partition by partition, in the job of each.
    Embedded,
    /// Another program, which reads the files of a form and runs one query over them.
    External(ExternalEngine),
}

/// An engine beside huizong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternalEngine {
    /// DuckDB on this machine.
    DuckDb,
    /// A server at an address `sc://host:port`.
    SparkConnect(String),
    /// A Sail server at an address `grpc://host:port`.
    FlightSql(String),
}

impl EngineSpec {
    /// The engine beside huizong; None: there is none.
    pub fn external(&self) -> Option<&ExternalEngine> {
        match &self.cube {
            CubeEngine::Embedded => None,
            CubeEngine::External(engine) => Some(engine),
        }
    }
}

/// `[releases]`: a release is kept if one of the two keeps it, and if there is neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Retention {
    /// Days after a run last published or confirmed it.
    pub days: Option<u32>,
    /// Number of the latest releases.
    pub last: Option<u32>,
}

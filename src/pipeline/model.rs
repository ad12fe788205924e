//! The validated pipeline: every reference resolved to an index, every formula parsed and typed.
//! Only [`super::load`] makes one, so a stage never checks a definition again.

use std::collections::BTreeMap;
use std::path::PathBuf;

use jiff::Span;

use super::formula::Formula;
use super::units::Units;
use crate::domain::{Lang, Period, PeriodKind, Severity, Text};

/// Index of a form in [`Pipeline::forms`].
pub type FormIndex = usize;
/// Index of a measure in [`Pipeline::measures`].
pub type MeasureIndex = usize;
/// Index of a dimension in [`Pipeline::dimensions`].
pub type DimensionIndex = usize;
/// Index of a level in [`RegistrySpec::levels`]; 0 is the root.
pub type LevelIndex = usize;

/// One pipeline, ready to run.
#[derive(Debug)]
pub struct Pipeline {
    /// The folder it was read from.
    pub dir: PathBuf,
    /// Short name, as in paths.
    pub name: String,
    /// What a person calls it.
    pub title: Text,
    /// Marks every output as synthetic.
    pub synthetic: bool,
    /// Of the published data.
    pub licence: Option<String>,
    /// Length of a period.
    pub period_kind: PeriodKind,
    /// What the pipeline publishes, in order, without repetition.
    pub periods: Vec<Period>,
    /// Default of `--input`, resolved against `dir`.
    pub input: Option<PathBuf>,
    /// Default of `--output`, resolved against `dir`.
    pub output: Option<PathBuf>,
    /// Where the areas come from.
    pub registry: RegistrySpec,
    /// Who owes what; without it every area of the last level owes every form.
    pub reporters: Option<ReportersSpec>,
    /// When a release is withheld.
    pub gate: Gate,
    /// How much a received file may hold.
    pub limits: Limits,
    /// What goes back to the counties.
    pub returns: Returns,
    /// Further outputs beside Parquet.
    pub extracts: Vec<Extract>,
    /// Units and their conversions: the built-in ones and the pipeline's own.
    pub units: Units,
    /// What counties fill in.
    pub forms: Vec<Form>,
    /// Audit rules of every kind, those within one row first, else in the order of the kinds.
    pub rules: Vec<Rule>,
    /// What counties and the ministry say about the data, beside the submissions.
    pub feedback: Feedback,
    /// Additive quantities.
    pub measures: Vec<Measure>,
    /// Measure ÷ measure × factor.
    pub indicators: Vec<Indicator>,
    /// Ways to group areas or rows.
    pub dimensions: Vec<Dimension>,
    /// sha256 over all files of the definition in path order, lower-case hex.
    pub digest: String,
}

/// `[registry]`
#[derive(Debug)]
pub struct RegistrySpec {
    /// Resolved path of the divisions table.
    pub divisions: PathBuf,
    /// Level names from the root down.
    pub levels: Vec<String>,
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
}

/// `[gate]`; an absent key is no gate.
#[derive(Clone, Copy, Debug, Default)]
pub struct Gate {
    /// Per period and form, at the root, 0..1.
    pub min_reporting_share: Option<f64>,
    /// Quarantined ÷ (accepted + quarantined) rows per period, 0..1.
    pub max_quarantined_row_share: Option<f64>,
}

/// `[limits]`: how much a received file may hold. None is zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of a file.
    pub file_bytes: u64,
    /// Bytes that a workbook unpacks to; the text of its cells comes to half as many at most.
    pub unpacked_bytes: u64,
    /// Unpacked bytes for each packed one.
    pub compression_ratio: u64,
    /// Sheets of a workbook.
    pub sheets: usize,
    /// Rows of a sheet.
    pub rows: usize,
    /// Columns of a sheet, cells of a register's record.
    pub columns: usize,
    /// Cells of all sheets of a file, blanks between them included; a register has a quarter of it.
    pub cells: usize,
    /// Bytes of one cell's text.
    pub cell_bytes: usize,
    /// Depth of JSON.
    pub nesting: usize,
    /// Listed findings of one code in one column of one submission.
    pub findings: usize,
    /// Bytes of a register: the reporters, the receipts, a list of units, the explanations.
    pub register_bytes: u64,
    /// Rows of a register.
    pub register_rows: usize,
    /// Bytes of the corrections.
    pub corrections_bytes: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            file_bytes: 256 << 20,
            unpacked_bytes: 256 << 20,
            compression_ratio: 250,
            sheets: 64,
            // What a sheet of a spreadsheet program holds at most.
            rows: 1 << 20,
            columns: 4096,
            cells: 30_000_000,
            // 32,767 characters of up to four bytes, the most a cell of a spreadsheet program holds.
            cell_bytes: 32_767 * 4,
            nesting: 64,
            findings: 1000,
            register_bytes: 64 << 20,
            register_rows: 1_000_000,
            // Some 20,000 corrections. A parsed document of TOML holds many times the bytes of its text.
            corrections_bytes: 4 << 20,
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

/// One form (表式).
#[derive(Debug)]
pub struct Form {
    /// Short name, as in paths and SQL.
    pub id: String,
    /// What a person calls it.
    pub title: Text,
    /// What a row describes.
    pub unit: RowUnit,
    /// Columns that identify a row within a period; may be empty when a submission is one row.
    pub key: Vec<usize>,
    /// Templates of path and sheet, in order of preference.
    pub files: Vec<FileTemplate>,
    /// The period of files whose template has no `{period}`.
    pub period: Option<Period>,
    /// Template part that holds the revision, such as `_r{revision}`.
    pub revision: Option<String>,
    /// Due this long after the period's end.
    pub due: Option<Span>,
    /// Meaning of symbols in this form; keys are trimmed and half-width.
    pub missing: BTreeMap<String, MissingKind>,
    /// Text column in which a county explains what is odd about a row: its explain findings are then settled.
    pub explanation: Option<usize>,
    /// In the order of the definition.
    pub columns: Vec<Column>,
}

impl Form {
    /// Index of a column by id.
    pub fn column(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.id == id)
    }
}

/// What a row of a form describes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RowUnit {
    /// An area of the registry at this level.
    Area(LevelIndex),
    /// Something below the registry, such as a community; the name is that of the definition.
    Below(String),
}

/// `{period}/{province}/{county}_communities*#sheet`, as written; intake compiles it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileTemplate {
    /// Path part, relative to the input, `/`-separated.
    pub path: String,
    /// Sheet part; a sheet is taken by its name, else by its content.
    pub sheet: Option<String>,
}

/// What a symbol means in a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MissingKind {
    /// Not known.
    Missing,
    /// Does not apply to this unit.
    NotApplicable,
    /// The number zero.
    Zero,
    /// Smaller than the unit shown; counts as missing.
    BelowUnit,
}

/// A column of a form.
#[derive(Debug)]
pub struct Column {
    /// Name in facts and formulas.
    pub id: String,
    /// What a person calls it: `title`, else the first header.
    pub title: Text,
    /// Longer words, if any.
    pub description: Option<Text>,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// Agreed headers, as written.
    pub headers: Vec<String>,
    /// Missing or unreadable: the row is quarantined.
    pub required: bool,
    /// Inclusive bounds, in the column's unit.
    pub range: Option<(f64, f64)>,
}

/// What the cells of a column hold.
#[derive(Clone, Debug, PartialEq)]
pub enum ColumnKind {
    /// Free text.
    Text,
    /// Whole number.
    Integer {
        /// As in the definition.
        unit: Option<String>,
    },
    /// Decimal with at most `scale` decimals; `percent`: `12.3%`, or 0.123 in a percent-formatted workbook cell, is 12.3.
    Decimal {
        /// Most decimals.
        scale: u32,
        /// As in the definition.
        unit: Option<String>,
        /// Cells are percentages.
        percent: bool,
    },
    /// Yes or no.
    Boolean {
        /// Words for true.
        yes: Vec<String>,
        /// Words for false.
        no: Vec<String>,
    },
    /// One of some choices: member id and the words for it.
    Category {
        /// Member and its words.
        values: Vec<(String, Vec<String>)>,
    },
    /// Calendar day.
    Date,
    /// Code of an area of the registry, or (`level` None) of something below it, whose county the code tells.
    DivisionCode {
        /// Level of the area.
        level: Option<LevelIndex>,
    },
    /// Name of an area at `level` within the sending area; becomes its code.
    DivisionName {
        /// Level of the area.
        level: LevelIndex,
    },
}

impl ColumnKind {
    /// Whether its values can be summed and compared as figures.
    pub fn is_number(&self) -> bool {
        matches!(self, ColumnKind::Integer { .. } | ColumnKind::Decimal { .. })
    }

    /// Most decimals of its values.
    pub fn decimals(&self) -> u32 {
        match self {
            ColumnKind::Decimal { scale, .. } => *scale,
            _ => 0,
        }
    }

    /// Unit of its values, as in the definition.
    pub fn unit(&self) -> Option<&str> {
        match self {
            ColumnKind::Integer { unit } | ColumnKind::Decimal { unit, .. } => unit.as_deref(),
            _ => None,
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

/// A rule of `checks.toml` (审核关系).
#[derive(Debug)]
pub struct Rule {
    /// Code of its findings.
    pub id: String,
    /// The form it judges; of a reconciliation the one with the stated figure.
    pub form: FormIndex,
    /// What a broken rule asks of the county. Hard puts the row out.
    pub severity: Severity,
    /// Whether what cannot be judged passes.
    pub missing_passes: bool,
    /// What a person reads.
    pub message: Text,
    /// What must hold, in the notation of the definitions: `staff >= social_workers`.
    pub statement: String,
    /// What is judged.
    pub kind: RuleKind,
}

impl Rule {
    /// The formula of a rule within one row.
    pub fn assert(&self) -> Option<&Formula> {
        match &self.kind {
            RuleKind::Row(formula) => Some(formula),
            _ => None,
        }
    }
}

/// What a rule judges. Columns are indices into those of the rule's form.
#[derive(Debug)]
pub enum RuleKind {
    /// A boolean formula over one row.
    Row(Formula),
    /// A total against its parts.
    Sum(SumRule),
    /// A value against the same unit's earlier one.
    History(HistoryRule),
    /// A value against its peers.
    Outlier(OutlierRule),
    /// Units against those that should be there.
    Cover(CoverRule),
    /// A stated figure against the sum over another form.
    Reconcile(ReconcileRule),
}

impl RuleKind {
    /// The word in `checks.toml` and in tables.
    pub fn name(&self) -> &'static str {
        match self {
            RuleKind::Row(_) => "row",
            RuleKind::Sum(_) => "sum",
            RuleKind::History(_) => "history",
            RuleKind::Outlier(_) => "outlier",
            RuleKind::Cover(_) => "cover",
            RuleKind::Reconcile(_) => "reconcile",
        }
    }
}

/// `[[sum]]`
#[derive(Clone, Debug, PartialEq)]
pub struct SumRule {
    /// The total.
    pub total: usize,
    /// Its parts, at least one, of the same unit.
    pub parts: Vec<usize>,
    /// How the total stands to their sum.
    pub relation: Relation,
    /// Difference that is allowed.
    pub tolerance: Tolerance,
    /// A missing part counts as zero.
    pub missing_part_is_zero: bool,
}

/// How a total stands to the sum of its parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// They are equal.
    Equal,
    /// The total is not less.
    AtLeast,
    /// The total is not more.
    AtMost,
}

/// Difference that is allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tolerance {
    /// In the unit of the figures.
    pub abs: f64,
    /// Share of the stated figure.
    pub rel: f64,
}

impl Tolerance {
    /// What a stated figure may be off by: the larger of the two.
    pub fn allowed(self, stated: f64) -> f64 {
        self.abs.max(self.rel * stated.abs())
    }
}

/// `[[history]]`: ratio to the unit's value of the latest earlier period that has one.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryRule {
    /// The column.
    pub column: usize,
    /// Smallest and largest ratio, both included.
    pub ratio: (f64, f64),
    /// Earlier values below it are not judged, nor is zero.
    pub min_base: f64,
    /// Fewer units with an earlier value in a partition: none is judged.
    pub min_group: u32,
}

/// `[[outlier]]`: modified z within groups of peers; all groups lie within a partition.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlierRule {
    /// The column.
    pub column: usize,
    /// Judge the ratio to this column.
    pub per: Option<usize>,
    /// Judge the logarithm; values of zero and below are then not judged.
    pub log: bool,
    /// Distances beyond it are found.
    pub threshold: f64,
    /// What makes peers.
    pub by: Vec<Peers>,
    /// Smaller groups are not judged.
    pub min_group: u32,
}

/// What makes peers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peers {
    /// The same area at a level.
    Level(LevelIndex),
    /// The same member of a dimension.
    Dimension(DimensionIndex),
}

/// `[[cover]]`: judged for each sender.
#[derive(Clone, Debug, PartialEq)]
pub struct CoverRule {
    /// A register of units beside the input; None: the sender's accepted units of the latest earlier period.
    pub register: Option<String>,
    /// Units that are there and were not expected; else units that should be there and are not.
    pub finds_new: bool,
    /// Up to this share of the units held against is no finding.
    pub max_share: f64,
}

/// `[[reconcile]]`: judged for each area with either figure.
#[derive(Clone, Debug, PartialEq)]
pub struct ReconcileRule {
    /// Form that is summed or counted.
    pub left_form: FormIndex,
    /// Column of it that is summed; a truth value counts 1 where true; None: its rows are counted.
    pub left_column: Option<usize>,
    /// Only rows in one of these members of each row-level dimension.
    pub filter: Vec<(DimensionIndex, Vec<String>)>,
    /// Column of the rule's form with the stated figure.
    pub right_column: usize,
    /// Level of the areas; not above the partition.
    pub level: LevelIndex,
    /// Difference that is allowed.
    pub tolerance: Tolerance,
    /// The figure that counts.
    pub used: Side,
}

/// One of two figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The sum over the rows.
    Left,
    /// The stated figure.
    Right,
}

impl Side {
    /// The word in tables.
    pub fn as_str(self) -> &'static str {
        match self {
            Side::Left => "left",
            Side::Right => "right",
        }
    }
}

/// `[[measure]]`
#[derive(Debug)]
pub struct Measure {
    /// Name.
    pub id: String,
    /// What a person calls it.
    pub title: Text,
    /// The form it is summed over.
    pub form: FormIndex,
    /// Numeric or boolean formula (a boolean counts 1 where true).
    pub value: Formula,
    /// Summed as integers of value × 10^scale.
    pub scale: u32,
    /// Unit of the value.
    pub unit: Option<String>,
}

/// `[[indicator]]`
#[derive(Debug)]
pub struct Indicator {
    /// Name.
    pub id: String,
    /// What a person calls it.
    pub title: Text,
    /// Of the same form as the denominator.
    pub numerator: MeasureIndex,
    /// Of the same form as the numerator.
    pub denominator: MeasureIndex,
    /// Only rows in one of these members of each dimension.
    pub filter: Vec<(DimensionIndex, Vec<String>)>,
    /// value = numerator ÷ denominator × factor.
    pub factor: f64,
    /// Unit of value, baseline, target, plausible and bounds.
    pub unit: String,
    /// Reporters' column with the denominator of areas that did not report.
    pub register: Option<String>,
    /// The plain ratio lies in 0..1.
    pub bounded: bool,
    /// Direction of improvement.
    pub better: Better,
    /// Bracket for areas that did not report, in `unit`.
    pub plausible: Option<(f64, f64)>,
    /// Level judged against the target; None: all.
    pub target_level: Option<LevelIndex>,
    /// Published starting points, in `unit`.
    pub baseline: BTreeMap<Period, f64>,
    /// Goals, in `unit`.
    pub target: BTreeMap<Period, f64>,
    /// Whether it is a goal of the plan (has a target anywhere).
    pub sources: Option<Text>,
    /// What a reader must know.
    pub caveats: Option<Text>,
}

/// Direction of improvement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// More is better.
    Higher,
    /// Less is better.
    Lower,
    /// Neither.
    Neither,
}

/// `[[dimension]]`
#[derive(Debug)]
pub struct Dimension {
    /// Name.
    pub id: String,
    /// What a person calls it.
    pub title: Text,
    /// What it groups.
    pub level: DimensionLevel,
    /// Members in order, `other` and `unknown` last where they occur.
    pub members: Vec<Member>,
    /// Whether the order means something (for slope indices).
    pub ordered: bool,
    /// Reference pairs for gaps, as members.
    pub compare: Vec<(String, String)>,
    /// Dimensions whose strata split a gap into mix and rate; default: all of another level, and the other community ones.
    pub strata: Vec<DimensionIndex>,
}

impl Dimension {
    /// Name of a member in tables; [`UNKNOWN`] beyond the declared ones.
    pub fn member_id(&self, member: usize) -> &str {
        self.members.get(member).map_or(UNKNOWN, |m| m.id.as_str())
    }

    /// Index of [`UNKNOWN`]; one past the last where it is not declared.
    pub fn unknown(&self) -> usize {
        let declared = self.members.iter().position(|m| m.id == UNKNOWN);
        declared.unwrap_or(self.members.len())
    }
}

/// A member of a dimension.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Name in tables.
    pub id: String,
    /// What a person calls it.
    pub title: Text,
}

/// What a dimension groups, and how a member is found.
#[derive(Debug)]
pub enum DimensionLevel {
    /// Areas of a level, by a lookup table `code,<dimension id>[,source]` (resolved path).
    Area {
        /// Level of the areas.
        level: LevelIndex,
        /// The lookup table.
        source: PathBuf,
    },
    /// Rows of every form that has the column.
    Row {
        /// Column id.
        column: String,
        /// First and last character, from 1; None: the whole value.
        slice: Option<(usize, usize)>,
        /// Values or inclusive ranges of values of equal length → member.
        map: Vec<(ValueRange, String)>,
        /// Member of a known value that the map does not name; None: `unknown`.
        other: Option<String>,
    },
}

/// A value, or a range between two of equal length (compared as text).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueRange {
    /// First value.
    pub from: String,
    /// Last value, included.
    pub to: String,
}

impl ValueRange {
    /// Whether a value lies in the range.
    pub fn contains(&self, value: &str) -> bool {
        value.len() == self.from.len() && self.from.as_str() <= value && value <= self.to.as_str()
    }
}

/// The member of areas or rows for which a dimension has no entry.
pub const UNKNOWN: &str = "unknown";

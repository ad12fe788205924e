//! `sample.toml`: how synthetic submissions of one pipeline are drawn, written and spoilt.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;

use super::SampleError;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Recipe {
    /// Default of `--seed`.
    pub(super) seed: u64,
    /// Codes of areas that every sample holds.
    #[serde(default)]
    pub(super) always: Vec<String>,
    /// Kinds of areas that owe nothing.
    #[serde(default)]
    pub(super) silent_kinds: Vec<String>,
    #[serde(default)]
    pub(super) arrivals: Arrivals,
    /// Weight of each file format.
    pub(super) formats: BTreeMap<Format, f64>,
    /// Weight of each encoding of text files.
    pub(super) encodings: BTreeMap<Encoding, f64>,
    #[serde(default)]
    pub(super) layout: LayoutShares,
    #[serde(default)]
    pub(super) cells: CellShares,
    #[serde(default)]
    pub(super) words: Words,
    #[serde(default)]
    pub(super) faults: FaultWords,
    /// Words by which `{name}` in texts is replaced.
    #[serde(default)]
    pub(super) pools: BTreeMap<String, Vec<String>>,
    #[serde(default)]
    pub(super) form: Vec<FormRecipe>,
}

/// Shares of submissions.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Arrivals {
    pub(super) missing: f64,
    pub(super) late: f64,
    pub(super) revised: f64,
    pub(super) repeated: f64,
    pub(super) together: f64,
}

/// A kind of file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Comma-separated text.
    Csv,
    /// Tab-separated text.
    Tsv,
    /// Semicolon-separated text.
    Semicolon,
    /// Workbook.
    Xlsx,
    /// One JSON array of objects.
    Json,
    /// A JSON object a line.
    Jsonl,
    /// A web page under the name of a workbook.
    Html,
    /// SpreadsheetML 2003, under the name of a workbook, too.
    Xml2003,
}

impl Format {
    pub(super) fn extension(self) -> &'static str {
        match self {
            Format::Csv | Format::Semicolon => "csv",
            Format::Tsv => "txt",
            Format::Xlsx => "xlsx",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Html | Format::Xml2003 => "xls",
        }
    }

    pub(super) fn is_text_table(self) -> bool {
        matches!(self, Format::Csv | Format::Tsv | Format::Semicolon)
    }

    /// Whether it shows rows as a sheet does, with titles and totals.
    pub(super) fn is_sheet(self) -> bool {
        self.is_text_table() || self.is_workbook()
    }

    /// Whether it shows more than texts: what is struck, raised or merged.
    pub(super) fn is_workbook(self) -> bool {
        matches!(self, Format::Xlsx | Format::Html | Format::Xml2003)
    }
}

/// An encoding of a text file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Encoding {
    /// UTF-8 without a mark.
    #[serde(rename = "utf-8")]
    Utf8,
    /// UTF-8 with a mark.
    #[serde(rename = "utf-8-bom")]
    Utf8Bom,
    /// GBK; a text beyond it is written in GB18030.
    #[serde(rename = "gbk")]
    Gbk,
    /// GB18030.
    #[serde(rename = "gb18030")]
    Gb18030,
    /// UTF-16, little end first, with a mark.
    #[serde(rename = "utf-16le")]
    Utf16Le,
}

/// Shares of sheets with a quirk of layout.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct LayoutShares {
    pub(super) title_block: f64,
    pub(super) two_row_header: f64,
    pub(super) counter_row: f64,
    pub(super) unit_row: f64,
    pub(super) header_units: f64,
    pub(super) aliases: f64,
    pub(super) shuffled: f64,
    pub(super) total_row: f64,
    pub(super) footer: f64,
    pub(super) blank_rows: f64,
    pub(super) duplicate_row: f64,
    pub(super) content_sheet: f64,
}

/// Shares of rows with one oddly written, yet agreed, cell.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CellShares {
    pub(super) full_width: f64,
    pub(super) separator: f64,
    pub(super) blanks: f64,
    pub(super) unit_suffix: f64,
    pub(super) multiple: f64,
    pub(super) percent: f64,
}

/// Words of sheets that are in order.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Words {
    /// Of the row that counts columns: text columns take these in turn, numbers follow.
    pub(super) counters: Vec<String>,
    pub(super) total: Option<String>,
    /// Put around cells.
    pub(super) blanks: Vec<String>,
    pub(super) multiple: Option<Multiple>,
    /// `strftime` patterns of dates.
    pub(super) dates: Vec<String>,
    /// Number formats in which workbooks show days.
    pub(super) day_formats: Vec<String>,
    /// How a title states the period; `{period}`.
    pub(super) title_period: String,
    /// How a line above the table states a unit; `{unit}`.
    pub(super) unit_line: String,
    /// Headers over columns that hold the figures that a form asks for.
    pub(super) own_figures: Vec<String>,
    /// A number format that shows a number as it is.
    pub(super) number_format: Option<String>,
    /// Spellings of a column's unit in cells and headers.
    pub(super) units: BTreeMap<String, Vec<String>>,
}

/// A word that multiplies.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Multiple {
    pub(super) suffix: String,
    pub(super) factor: i64,
}

/// Contents that no cleaner may accept; a kind without words is not planted.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct FaultWords {
    pub(super) symbol: Vec<String>,
    pub(super) not_an_integer: Vec<String>,
    pub(super) not_a_number: Vec<String>,
    /// Put behind a figure with a unit of another dimension.
    pub(super) unit_unknown: Option<String>,
    pub(super) not_a_boolean: Vec<String>,
    pub(super) not_a_category: Vec<String>,
    pub(super) not_a_date: Vec<String>,
    /// What a spreadsheet shows for a formula that fails.
    pub(super) error_value: Vec<String>,
    pub(super) unknown_column: Vec<String>,
    /// Headers over columns that hold other figures than the form asks for.
    pub(super) other_figures: Vec<String>,
    /// By unit: another one of the same kind that a line above the table names.
    pub(super) other_units: BTreeMap<String, String>,
    /// What is put behind the name of a file to say that it is old.
    pub(super) old_name: String,
    /// A number format that shows a number as another one.
    pub(super) number_format: Option<String>,
    /// A number format that shows a part of a day.
    pub(super) day_format: Option<String>,
    pub(super) unclaimed: Vec<String>,
    /// Characters of a text too long.
    pub(super) too_long: usize,
    /// Characters of the longest text that may be.
    pub(super) longest: usize,
    /// What a county says about what is odd, where a form asks.
    pub(super) explanations: Vec<String>,
    /// Share of what breaks a rule that asks for an explanation and has one.
    pub(super) explained: f64,
}

/// One form.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FormRecipe {
    /// Id of the form.
    pub(super) id: String,
    /// Rows of a reporter, on average; 1 where a row is an area.
    pub(super) rows: f64,
    /// σ of the logarithm of a reporter's rows.
    #[serde(default)]
    pub(super) rows_spread: f64,
    /// How much a unit stays as it was from one period to the next: the correlation of a figure's deviate with its lasting
    /// part, the share of other values that stay, 0..1.
    #[serde(default)]
    pub(super) persistence: f64,
    /// Lines above the header: `{title}`, `{area}`, `{title_period}`.
    #[serde(default)]
    pub(super) titles: Vec<String>,
    /// Lines below the table.
    #[serde(default)]
    pub(super) footers: Vec<String>,
    /// Lines below the table that no agreed word begins, of which one stands instead of the others: `{area}`, `{year}`.
    #[serde(default)]
    pub(super) remarks: Vec<String>,
    /// Names of sheets that say nothing about the form.
    #[serde(default)]
    pub(super) sheets: Vec<String>,
    /// Sub-rows of the total.
    #[serde(default)]
    pub(super) parts: Vec<Part>,
    /// How codes below the registry are made.
    pub(super) code: Option<CodeRecipe>,
    pub(super) subunit: Option<SubunitRecipe>,
    #[serde(default)]
    pub(super) draw: Vec<DrawRecipe>,
    #[serde(default, rename = "break")]
    pub(super) breaks: Vec<BreakRecipe>,
    /// Rows just within a rule's bound.
    #[serde(default)]
    pub(super) near: Vec<BreakRecipe>,
}

/// `其中` rows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Part {
    pub(super) label: String,
    /// Draw or column.
    pub(super) of: String,
    pub(super) member: String,
}

/// prefix of the area + number of the sub-unit + serial number.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct CodeRecipe {
    pub(super) column: String,
    /// Draw that decides the range of the serial number.
    pub(super) serial_by: Option<String>,
    /// Range of serial numbers for each member; `any` without `serial_by`.
    pub(super) serial: BTreeMap<String, String>,
}

/// A group of units between them and the area.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubunitRecipe {
    /// Units in one, on average.
    pub(super) rows: f64,
    pub(super) codes: Vec<SubunitCodes>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SubunitCodes {
    pub(super) range: String,
    pub(super) weight: f64,
    pub(super) names: Vec<String>,
}

/// A figure of the nation: one for all periods, or one a period.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Level {
    Same(f64),
    By(BTreeMap<String, f64>),
}

/// How one column (or hidden variable) is drawn. Draws are made in order; each may use those before it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct DrawRecipe {
    /// Column id; any other name is hidden.
    pub(super) id: String,
    /// Hidden variables: yes or no.
    pub(super) chance: bool,
    /// Members with weights.
    pub(super) choice: BTreeMap<String, f64>,
    /// Members with weights, for each member of `by`.
    pub(super) choices: BTreeMap<String, BTreeMap<String, f64>>,
    /// Draw that decides between `choices`, `levels` or `texts`; `period` is the period.
    pub(super) by: Option<String>,
    pub(super) level: Option<Level>,
    pub(super) levels: BTreeMap<String, Level>,
    /// Column that the level is a ratio to.
    pub(super) per: Option<String>,
    /// Factors (of odds, for yes or no) by member of an area dimension or earlier draw.
    pub(super) times: BTreeMap<String, BTreeMap<String, f64>>,
    /// σ of the logarithm between rows.
    pub(super) spread: f64,
    /// σ of the logarithm between areas.
    pub(super) area_spread: f64,
    pub(super) min: Option<f64>,
    pub(super) max: Option<f64>,
    /// Only where this is yes.
    pub(super) when: Option<String>,
    /// What it is elsewhere.
    pub(super) otherwise: Otherwise,
    /// At most this column less what was drawn within it before.
    pub(super) within: Option<String>,
    /// Share that the clerk does not know.
    pub(super) missing: f64,
    /// Sum of these columns.
    pub(super) total_of: Vec<String>,
    /// Sum over the same reporter's rows of another form.
    pub(super) sum: Option<SumRecipe>,
    /// Texts with `{pool}`, `{area}`; by member of `by`, else `any`.
    pub(super) texts: BTreeMap<String, Vec<String>>,
    /// Name of the sub-unit.
    pub(super) subunit_name: bool,
    /// Days after the period's end, from and to.
    pub(super) after_days: Option<(i64, i64)>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Otherwise {
    #[default]
    NotApplicable,
    Zero,
}

/// Sum of a column, or number of rows, over the rows where `of` is `member`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SumRecipe {
    pub(super) form: String,
    pub(super) column: Option<String>,
    pub(super) of: Option<String>,
    pub(super) member: Option<String>,
}

/// How a rule is broken, and no other; or nearly broken.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct BreakRecipe {
    pub(super) rule: String,
    /// What stands in one row instead; a rule about the units themselves needs nothing, nor does a row that lies at the bound as
    /// it is.
    #[serde(default)]
    pub(super) set: BTreeMap<String, Change>,
    /// Only rows in which these columns have these members.
    #[serde(default)]
    pub(super) only: BTreeMap<String, String>,
    /// Every row of a sheet is changed, by a factor: one thing wrong with the column, one finding. Nearly so: just too few rows
    /// for that, each with a finding of its own.
    #[serde(default)]
    pub(super) whole_sheet: bool,
    /// Rules that cannot but be broken with it.
    #[serde(default)]
    pub(super) follows: Vec<String>,
    /// The slip of the pen that this is: the finding must propose what was meant.
    #[serde(default)]
    pub(super) slip: Option<String>,
}

impl BreakRecipe {
    /// What the truth calls it.
    pub(super) fn kind(&self) -> String {
        let slip = self.slip.as_deref().map_or(String::new(), |slip| format!(", {slip}"));
        format!("rule {}{slip}", self.rule)
    }
}

/// New content of a cell: `word`, nothing (`unknown`), or (`of` or its own figure) × `times` + `plus`, in the column's
/// unit; its own figure with two `digits` exchanged; or the figure that lies at `bound` of the way from the middle (the earlier
/// figure, the peers' median, the other form's sum) to where the rule fires.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Change {
    pub(super) word: Option<String>,
    pub(super) unknown: bool,
    pub(super) digits: bool,
    pub(super) of: Option<String>,
    pub(super) times: Option<f64>,
    pub(super) plus: f64,
    pub(super) bound: Option<f64>,
}

impl Recipe {
    pub(super) fn read(path: &Path) -> Result<Recipe, SampleError> {
        let text = std::fs::read_to_string(path).map_err(|source| SampleError::io("read", path, source))?;
        toml::from_str(&text).map_err(|fault| SampleError::recipe(path, fault.to_string()))
    }
}

/// `001-199` → first, last and number of digits.
pub(super) fn range(text: &str) -> Option<(u32, u32, usize)> {
    let (from, to) = text.split_once('-')?;
    let both = (from.parse().ok()?, to.parse().ok()?);
    (both.0 <= both.1).then_some((both.0, both.1, from.len()))
}

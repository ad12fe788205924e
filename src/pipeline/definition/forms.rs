//! `forms/*.toml`

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;

use super::Located;
use crate::domain::Text;

/// `forms/<id>.toml`: one form and its columns.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(rename = "form")]
pub struct FormFile {
    /// The form.
    pub form: FormDef,
    /// Its columns.
    pub column: Vec<Located<ColumnDef>>,
    /// Columns of a sheet whose headers say the period.
    pub unpivot: Option<Located<UnpivotDef>>,
}

/// `[unpivot]`: a sheet has columns of several periods, and each period is a submission of its own.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct UnpivotDef {
    /// What the headers say.
    pub names_to: Located<NamesToDef>,
    /// Column of the form that holds the cells under a header that says nothing but the period.
    pub values_to: Option<Located<String>>,
    /// Period → headers that mean it, where they can be read in more than one way: `{ "2016" = ["FY2016/17"] }`.
    #[serde(default)]
    pub names: Words,
}

/// What the headers of columns say.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum NamesToDef {
    /// Of which period the cells beneath are.
    Period,
}

/// `[form]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct FormDef {
    /// Name in paths and SQL: lower-case letters, digits and `_`.
    pub id: Located<String>,
    /// Title.
    pub title: Option<Text>,
    /// What a row describes: a level of the registry, or a name of something below it, such as `community`.
    pub unit: Located<String>,
    /// Columns that, with the period, identify a row.
    #[serde(default)]
    pub key: Vec<Located<String>>,
    /// Templates of the path, relative to the input, with `{period}` and level names; `#` before a sheet.
    pub files: Located<Vec<Located<String>>>,
    /// The period of files whose template has no `{period}`.
    pub period: Option<Located<String>>,
    /// Mark of a revision before the extension of the file name, such as `_r{revision}`.
    pub revision: Option<Located<String>>,
    /// Due this long after the period's end, such as `2 months` or `15 days`.
    pub due: Option<Located<String>>,
    /// The day to which areas, codes and reporters refer: the same day of each year, `"11-01"`, or a date within each period,
    /// `{ 2020 = "2020-11-01" }`; without it the last day of the period.
    pub reference_date: Option<Located<ReferenceDef>>,
    /// Text column in which a county explains what is unusual about a row.
    pub explanation: Option<Located<String>>,
    /// Decimal separator: `.` or `,`; without it the cells of each submission decide.
    pub decimal: Option<Located<DecimalDef>>,
    /// What may stand between groups of three digits: `,`, `.`, `'`, a blank, or an empty text for nothing; without it anything
    /// but the decimal separator.
    pub thousands: Option<Located<ThousandsDef>>,
    /// In which order days are written in figures: `dmy` (`31/12/2020`), `mdy`, or `ymd` alone; without it the cells of each column
    /// decide.
    pub date_order: Option<Located<DateOrderDef>>,
    /// What symbols mean in this form.
    #[serde(default)]
    pub missing: BTreeMap<Located<String>, MissingDef>,
}

/// The day that a form is judged on.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(untagged)]
pub enum ReferenceDef {
    /// Month and day of each year.
    Yearly(String),
    /// Period → date.
    Each(BTreeMap<String, String>),
}

/// The order in which days are written in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum DateOrderDef {
    /// `2020-12-31`
    #[serde(rename = "ymd")]
    Year,
    /// `31/12/2020`
    #[serde(rename = "dmy")]
    Day,
    /// `12/31/2020`
    #[serde(rename = "mdy")]
    Month,
}

/// What separates decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum DecimalDef {
    /// `12.5`
    #[serde(rename = ".")]
    Point,
    /// `12,5`
    #[serde(rename = ",")]
    Comma,
}

/// What may stand between groups of three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
pub enum ThousandsDef {
    /// `1,234`
    #[serde(rename = ",")]
    Comma,
    /// `1.234`
    #[serde(rename = ".")]
    Point,
    /// `1 234`, with a blank of any width.
    #[serde(rename = " ")]
    Blank,
    /// `1'234`
    #[serde(rename = "'")]
    Apostrophe,
    /// Nothing: digits are not grouped.
    #[serde(rename = "")]
    Nothing,
}

/// What a symbol means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MissingDef {
    /// Not known.
    Missing,
    /// Does not apply to this unit.
    NotApplicable,
    /// The number zero.
    Zero,
    /// Smaller than the unit shown; counts as missing.
    BelowUnit,
}

/// Member → what stands for it.
pub type Words = BTreeMap<Located<String>, Vec<Located<String>>>;

/// `[[column]]`
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct ColumnDef {
    /// Name in facts and formulas: lower-case letters, digits and `_`.
    pub id: Located<String>,
    /// What its cells hold.
    #[serde(rename = "type")]
    pub kind: Located<ColumnType>,
    /// Title; default: the first header.
    pub title: Option<Text>,
    /// Longer description.
    pub description: Option<Text>,
    /// Headers under which it comes; width, blanks, brackets, unit and case do not matter.
    pub headers: Located<Vec<Located<String>>>,
    /// A row without it is quarantined.
    #[serde(default)]
    pub required: bool,
    /// Decimals of a decimal column; of a number, which needs none, those that are kept.
    pub scale: Option<Located<u32>>,
    /// Decimals beyond the scale are rounded, and counted; else such a cell counts as missing.
    pub rounded: Option<Located<bool>>,
    /// Unit of a number; others of its dimension are converted.
    pub unit: Option<Located<String>>,
    /// Cells of a decimal column are percentages: `12.3%`, or 0.123 in a workbook cell formatted so.
    pub percent: Option<Located<bool>>,
    /// Words for the members of a category, or for `yes` and `no` of a boolean.
    pub values: Option<Located<Words>>,
    /// Level of a division code or name.
    pub level: Option<Located<String>>,
    /// Inclusive bounds of a number.
    pub range: Option<Located<RangeDef>>,
    /// `false`: adding up the column makes no sense (a rate, a price, an average), so lines of totals are not checked.
    pub additive: Option<Located<bool>>,
    /// `"repeat"`: a cell merged over several records stands for each of them. Not for numbers.
    pub merged: Option<Located<MergedDef>>,
    /// `"down"`: a blank cell means the same as the filled one above it. Not for numbers.
    pub fill: Option<Located<FillDef>>,
}

/// What a cell means that is merged over several records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum MergedDef {
    /// It stands for each of them.
    Repeat,
}

/// What a blank cell means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum FillDef {
    /// As above.
    Down,
}

/// What cells hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ColumnType {
    /// Free text.
    Text,
    /// Whole number.
    Integer,
    /// Number with a few agreed decimals.
    Decimal,
    /// Number with whatever decimals a program or a workbook gives it.
    Number,
    /// Yes or no.
    Boolean,
    /// One of a list of choices.
    Category,
    /// Calendar day.
    Date,
    /// Code of an area, or of something below the registry.
    DivisionCode,
    /// Name of an area within the sending one.
    DivisionName,
}

impl ColumnType {
    /// As a definition writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            ColumnType::Text => "text",
            ColumnType::Integer => "integer",
            ColumnType::Decimal => "decimal",
            ColumnType::Number => "number",
            ColumnType::Boolean => "boolean",
            ColumnType::Category => "category",
            ColumnType::Date => "date",
            ColumnType::DivisionCode => "division_code",
            ColumnType::DivisionName => "division_name",
        }
    }
}

/// `{ min = 0, max = 100 }`, both included.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RangeDef {
    /// The lowest value.
    pub min: f64,
    /// The highest value.
    pub max: f64,
}

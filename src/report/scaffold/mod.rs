//! `huizong scaffold`: the form that a received sheet seems to be, as TOML with comments on what was seen and what is doubtful.

mod toml;

use std::ops::RangeInclusive;

use crate::domain::Text;
use crate::pipeline::ColumnKind;

/// A proposed form.
#[derive(Clone, Debug, Default)]
pub struct FormDraft {
    /// Short name.
    pub id: String,
    /// What a row describes.
    pub unit: String,
    /// Path template.
    pub template: String,
    /// The period, where the template has none and the pipeline has several.
    pub period: Option<String>,
    /// Columns that tell rows apart, by id.
    pub key: Vec<String>,
    /// What is told of a line of `[form]`, by its key.
    pub notes: Vec<(&'static str, Text)>,
    /// Symbols in place of a value.
    pub missing: Vec<SymbolSeen>,
    /// In the order of the sheet.
    pub columns: Vec<ColumnDraft>,
    /// Columns of the sheet that the form cannot have.
    pub left_out: Vec<LeftOut>,
    /// The sheet it was made from.
    pub sheet: SheetSeen,
    /// What reading the sheet with the form gave; None while nobody has.
    pub read: Option<Read>,
}

/// The sheet that a form was made from.
#[derive(Clone, Debug, Default)]
pub struct SheetSeen {
    /// Name of the file.
    pub file: String,
    /// `csv`, `xlsx` and so on.
    pub format: String,
    /// None for workbooks.
    pub encoding: Option<String>,
    /// Name of the sheet of a workbook.
    pub name: Option<String>,
    /// Other sheets that hold a table.
    pub others: Vec<String>,
    /// Rows of the header; None: the keys of JSON.
    pub header: Option<RangeInclusive<u32>>,
    /// Headers that name a period.
    pub periods: Vec<String>,
}

/// A proposed column.
#[derive(Clone, Debug)]
pub struct ColumnDraft {
    /// Short name.
    pub id: String,
    /// As it stands in the sheet.
    pub header: String,
    /// Letter of the column in the sheet.
    pub letter: String,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// Name of the level whose areas it names.
    pub level: Option<String>,
    /// Every record has a value.
    pub required: bool,
    /// Records with a value, and without one.
    pub filled: usize,
    /// Records without a value.
    pub blank: usize,
    /// Some different contents.
    pub examples: Vec<String>,
    /// Number of different contents.
    pub distinct: usize,
    /// What is doubtful.
    pub notes: Vec<Text>,
}

/// A symbol in place of a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolSeen {
    /// As written.
    pub symbol: String,
    /// Cells that hold it.
    pub cells: usize,
    /// Ids of the columns where it is no value.
    pub columns: Vec<String>,
}

/// A column of the sheet that the form cannot have.
#[derive(Clone, Debug)]
pub struct LeftOut {
    /// Letter of the column in the sheet.
    pub letter: String,
    /// As it stands in the sheet.
    pub header: String,
    /// Why.
    pub why: Text,
}

/// What reading the sheet with the form gave.
#[derive(Clone, Debug, Default)]
pub struct Read {
    /// Rows that are records.
    pub records: usize,
    /// Of these, rows that count.
    pub accepted: usize,
    /// All other rows, but for blank ones: headers, titles, totals, notes.
    pub set_aside: usize,
    /// Findings: how many cells or rows, and the message.
    pub findings: Vec<(u64, Text)>,
}

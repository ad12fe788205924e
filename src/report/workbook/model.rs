//! What a workbook holds, in one language and without looks.

use std::borrow::Cow;

/// The workbook of a release in one language.
#[derive(Debug)]
pub struct Book<'a> {
    /// Title of the pipeline.
    pub title: String,
    /// What the release is about: place and periods.
    pub subtitle: String,
    /// Why the figures must not be quoted, in every language; empty: they may be.
    pub warnings: Vec<String>,
    /// What stands on the first sheet: a name and a text.
    pub about: Vec<(String, String)>,
    /// What must be known to read the sheets.
    pub notes: Vec<String>,
    /// The other sheets, in order.
    pub sheets: Vec<Sheet<'a>>,
}

/// A sheet with one table, or with the charts of another one's.
#[derive(Debug, Default)]
pub struct Sheet<'a> {
    /// Its name: within the limits of a spreadsheet, as words of our own are.
    pub name: &'static str,
    /// What it shows.
    pub title: String,
    /// What must be known to read it.
    pub note: String,
    /// Columns of the table; none: the sheet has charts.
    pub columns: Vec<Column>,
    /// Rows of as many cells.
    pub rows: Vec<Vec<Cell<'a>>>,
    /// Columns that stay in sight.
    pub frozen: u16,
    /// Rows and columns for which the sheet has no room.
    pub left_out: LeftOut,
    /// Charts.
    pub charts: Vec<Chart>,
}

/// What a sheet has no room for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    pub rows: usize,
    pub columns: usize,
}

/// A column.
#[derive(Clone, Debug)]
pub struct Column {
    /// Its header.
    pub title: String,
    /// What it means.
    pub about: About,
}

/// What a column means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// What `tables.toml` says of a column of a table.
    Table {
        /// Name of the table.
        table: &'static str,
        /// Name of the column.
        column: &'static str,
        /// What columns that a definition or the data make are called together; None: the header.
        each: Option<String>,
    },
    /// What no table has as a column.
    Own {
        /// What it means.
        meaning: String,
        /// What an empty cell means.
        empty: String,
    },
}

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell<'a> {
    /// Nothing.
    Empty,
    /// Words or a code.
    Text(Cow<'a, str>),
    /// The exact number, and how it is shown.
    Number(f64, Shown),
}

/// How a number is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    /// Thousands apart, with so many decimals.
    Plain(u8),
    /// The same with its sign.
    Signed(u8),
    /// A share, as a percentage with so many decimals.
    Percent(u8),
    /// The same with its sign.
    SignedPercent(u8),
}

/// A chart of rows of a sheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chart {
    /// What it shows.
    pub title: String,
    /// The same for those who cannot see it, with its figures.
    pub told: String,
    /// What the axis of values counts.
    pub unit: String,
    /// How it is drawn.
    pub kind: ChartKind,
    /// Name of the sheet with its figures.
    pub sheet: &'static str,
    /// What the places on the other axis are called.
    pub categories: Range,
    /// What is drawn.
    pub series: Vec<Series>,
}

/// How a chart is drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// A course over periods.
    Lines,
    /// Groups beside each other.
    Bars,
}

/// Figures of a chart that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// What they are.
    pub name: String,
    /// Which of the lines or bars they are.
    pub role: Role,
    /// Where they stand.
    pub values: Range,
}

/// Which line or bar of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// The figures themselves, or those of the first group.
    Main,
    /// What they are held against, or the second group.
    Other,
    /// A bound.
    Bound,
}

/// Cells of a table, by rows and columns from 0, of which those of a header are in no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// First and last row; None: the header.
    pub rows: Option<(usize, usize)>,
    /// First and last column.
    pub columns: (usize, usize),
}

impl<'a> Cell<'a> {
    /// A text; nothing where there is none.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Cell<'a> {
        Cell::Text(text.into())
    }

    /// A text, where there is one.
    pub fn maybe(text: Option<impl Into<Cow<'a, str>>>) -> Cell<'a> {
        text.map_or(Cell::Empty, Cell::text)
    }
}

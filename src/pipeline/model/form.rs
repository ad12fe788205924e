//! Forms and their columns.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

use jiff::Span;
use jiff::civil::{Date, date};

use crate::domain::{Period, Text};
use crate::pipeline::column::Column;
use crate::pipeline::index::LevelIndex;

/// One form (表式).
#[derive(Debug)]
pub struct Form {
    /// Short name, as in paths and SQL.
    pub id: String,
    /// Title.
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
    /// The day that areas are judged on.
    pub reference: ReferenceDate,
    /// What separates decimals, where the form declares it; else each submission's own cells decide.
    pub decimal: Option<DecimalMark>,
    /// What may stand between groups of digits, where the form declares it; else anything that is not the decimal mark.
    pub thousands: Option<Thousands>,
    /// In which order its days are written, where the form declares it; else the cells of each column decide.
    pub date_order: Option<DateOrder>,
    /// Meaning of symbols in this form; keys are trimmed and half-width.
    pub missing: BTreeMap<String, MissingKind>,
    /// Where these symbols stand in the definition.
    pub missing_at: BTreeMap<String, SymbolPlace>,
    /// Text column in which a county explains what is odd about a row: its explain findings are then settled.
    pub explanation: Option<usize>,
    /// In the order of the definition.
    pub columns: Vec<Column>,
    /// How the headers of a sheet with columns of several periods are read; None: a sheet is of one period.
    pub unpivot: Option<Unpivot>,
}

/// `[unpivot]`
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Unpivot {
    /// The column of cells under a header that says nothing but the period.
    pub values_to: Option<usize>,
    /// Headers, folded, that mean a period.
    pub names: BTreeMap<String, Period>,
}

impl Form {
    /// The day of a period on which the form is judged: which areas there are, which codes they have, who owes it.
    pub fn reference(&self, period: Period) -> Date {
        self.reference.of(period)
    }

    /// The day on which the form is due for a period; None where the definition does not say.
    pub fn due_on(&self, period: Period) -> Option<Date> {
        period.end().checked_add(self.due?).ok()
    }

    /// The last day on which the form may be sent for a period: the day on which it is due, else the last of the period.
    pub fn last_day(&self, period: Period) -> Date {
        self.due_on(period).unwrap_or_else(|| period.end())
    }

    /// Whether the form is due for a period on a date: its last day has passed.
    pub fn is_due(&self, period: Period, date: Date) -> bool {
        date > self.last_day(period)
    }

    /// Days that a submission received on `came` is late; negative: early. None where the definition does not say when it is due.
    pub fn late_days(&self, period: Period, came: Date) -> Option<i64> {
        Some(i64::from((came - self.due_on(period)?).get_days()))
    }

    /// Index of a column by id.
    pub fn column(&self, id: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.id == id)
    }

    /// Whether a row is quarantined if this column is empty. Key columns are always required.
    pub fn is_required(&self, column: usize) -> bool {
        self.columns[column].required || self.key.contains(&column)
    }
}

/// The day of each period that the areas of a form are judged on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReferenceDate {
    /// The last day of the period.
    #[default]
    End,
    /// The same month and day of each year.
    Yearly {
        /// From 1.
        month: i8,
        /// From 1; exists in every year.
        day: i8,
    },
    /// A day within each period that is listed; of the others the last day.
    Each(BTreeMap<Period, Date>),
}

impl ReferenceDate {
    /// The day of a period.
    pub fn of(&self, period: Period) -> Date {
        match self {
            ReferenceDate::End => period.end(),
            ReferenceDate::Yearly { month, day } => date(period.year(), *month, *day),
            ReferenceDate::Each(days) => days.get(&period).copied().unwrap_or_else(|| period.end()),
        }
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

/// Where a symbol stands in the definition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SymbolPlace {
    /// The file of the form.
    pub file: PathBuf,
    /// Its bytes.
    pub span: Range<usize>,
}

/// The order in which a day is written in figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateOrder {
    /// `2022-04-03` alone.
    Year,
    /// `03/04/2022` is the third of April.
    Day,
    /// `04/03/2022` is the third of April.
    Month,
}

/// What separates the decimals of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecimalMark {
    /// `12.5`
    Point,
    /// `12,5`
    Comma,
}

impl DecimalMark {
    /// The mark itself.
    pub fn as_char(self) -> char {
        match self {
            DecimalMark::Point => '.',
            DecimalMark::Comma => ',',
        }
    }
}

/// What may stand between groups of three digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thousands {
    /// Nothing: digits are not grouped.
    Nothing,
    /// `1,234`
    Comma,
    /// `1.234`
    Point,
    /// `1 234`, with a blank of any width.
    Blank,
    /// `1'234`
    Apostrophe,
}

impl Thousands {
    /// Whether a sign may stand between groups.
    pub fn allows(self, sign: char) -> bool {
        match self {
            Thousands::Nothing => false,
            Thousands::Comma => sign == ',',
            Thousands::Point => sign == '.',
            Thousands::Blank => sign.is_whitespace(),
            Thousands::Apostrophe => matches!(sign, '\'' | '’'),
        }
    }
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

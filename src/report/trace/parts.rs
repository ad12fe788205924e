//! What a trace consists of: a figure, its parts at every level, and its records with their cells.

use serde::Serialize;

use crate::domain::{Lang, Text};
use crate::report::look::{Source, brief};

/// A figure and where it comes from. At every level, and over the records, the lines and their rest add up to the
/// numerator and the denominator.
#[derive(Clone, Debug, Serialize)]
pub struct TraceReport {
    /// The release.
    #[serde(flatten)]
    pub source: Source,
    /// Id of the indicator.
    pub indicator: String,
    /// What a person calls it.
    pub title: Text,
    /// Its unit.
    pub unit: String,
    /// What a person calls it; empty where there is no word for it.
    pub unit_title: Text,
    /// value = numerator ÷ denominator × factor.
    pub factor: f64,
    /// Formula of the numerator.
    pub numerator_formula: String,
    /// Formula of the denominator.
    pub denominator_formula: String,
    /// What a person calls the numerator; empty where it has no title.
    pub numerator_title: Text,
    /// What a person calls the denominator; empty where it has no title.
    pub denominator_title: Text,
    /// Restriction to members of dimensions, as a condition.
    pub restriction: Option<String>,
    /// The same as a person reads it.
    pub restriction_title: Option<Text>,
    /// Id of the form that the numerator is summed over, where that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub numerator_form: Option<String>,
    /// Id of the form that is summed.
    pub form: String,
    /// What a person calls it, or both.
    pub form_title: Text,
    /// The period.
    pub period: String,
    /// The area.
    pub area: TraceArea,
    /// Why the value is null.
    pub null_reason: Option<String>,
    /// The same as a person reads it.
    pub null_title: Option<Text>,
    /// Records behind it.
    pub rows: i64,
    /// What is not in it.
    pub held: Held,
    /// The levels below the area, from above.
    pub levels: Vec<TraceLevel>,
    /// Records, by what they add to the numerator; of two forms, those of the numerator's come first, those of the other by what they
    /// add to the denominator.
    pub records: Vec<TraceRecord>,
    /// The other records that count.
    pub records_rest: TraceRest,
    /// The files of these records.
    pub files: Vec<TraceFile>,
}

/// An area's part.
#[derive(Clone, Debug, Serialize)]
pub struct TraceArea {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: Text,
    /// Name of the area right above it.
    pub above: Option<Text>,
    /// Σ numerator.
    pub numerator: f64,
    /// Σ denominator.
    pub denominator: f64,
    /// In the indicator's unit; None: the denominator is zero.
    pub value: Option<f64>,
    /// Numerator ÷ numerator of the area that is traced; None: that is zero.
    pub share: Option<f64>,
}

/// The areas of a level. An area that has no part at the level stands there under the one above.
#[derive(Clone, Debug, Serialize)]
pub struct TraceLevel {
    /// Name of the level.
    pub level: String,
    /// What a person calls it.
    pub level_title: Text,
    /// The first by numerator, ties by code.
    pub areas: Vec<TraceArea>,
    /// The others.
    pub rest: TraceRest,
}

/// What is not listed.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct TraceRest {
    /// How many.
    pub count: i64,
    /// Σ numerator.
    pub numerator: f64,
    /// Σ denominator.
    pub denominator: f64,
}

/// A record.
#[derive(Clone, Debug, Serialize)]
pub struct TraceRecord {
    /// Id of the form.
    pub form: String,
    /// Values of the form's key.
    pub key: Vec<String>,
    /// The area it belongs to.
    pub area_code: String,
    /// Name of that area.
    pub area: Text,
    /// What it adds.
    pub numerator: f64,
    /// What it adds.
    pub denominator: f64,
    /// Its own value of the indicator.
    pub value: Option<f64>,
    /// As in [`TraceArea`].
    pub share: Option<f64>,
    /// Which of the files, from 0.
    pub file: usize,
    /// Sheet of a workbook.
    pub sheet: Option<String>,
    /// Row as the clerk sees it.
    pub row: Option<i64>,
    /// What the measures and `where` read.
    pub cells: Vec<TraceCell>,
}

/// A cell of a record.
#[derive(Clone, Debug, Serialize)]
pub struct TraceCell {
    /// Column of the form.
    pub column: String,
    /// What a person calls it.
    pub column_title: Text,
    /// Header as received.
    pub header: Option<String>,
    /// `H12`; None in a JSON file, and where the layout is not known.
    pub cell: Option<String>,
    /// As it was read: in the column's unit; None: missing.
    pub value: Option<String>,
    /// The word for the value where the column has choices.
    pub choice: Option<Text>,
}

/// A file.
#[derive(Clone, Debug, Serialize)]
pub struct TraceFile {
    /// Id of the submission.
    pub submission: String,
    /// Below the input folder.
    pub path: String,
    /// Of its bytes.
    pub sha256: String,
}

/// What is not in numerator and denominator.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Held {
    /// Reporters that owe the form and are concerned.
    pub reporters_expected: i64,
    /// Of them, with an accepted row.
    pub reporters_reported: i64,
    /// Rows of the form that are quarantined, of submissions from this area.
    pub rows_quarantined: i64,
    /// The same of submissions from wider areas, of which it is not known here whether they belong to this one.
    pub rows_quarantined_above: i64,
    /// Accepted rows whose numerator is missing.
    pub rows_without_numerator: i64,
    /// Their denominators.
    pub denominator_of_these: f64,
    /// Accepted rows whose denominator is missing.
    pub rows_without_denominator: i64,
    /// Accepted rows of areas of which not everything has come from both forms.
    pub rows_unmatched: i64,
    /// Accepted rows of which it is unknown whether `where` holds.
    pub rows_undecided: i64,
    /// Accepted rows for which `where` does not hold.
    pub rows_excluded: i64,
}

impl TraceCell {
    /// `H12 Households = 300`
    pub(super) fn shown(&self, lang: Lang) -> String {
        let choice = self.choice.as_ref().map(|choice| choice.get(lang));
        self.beside(self.column_title.get(lang), " = ", choice.or(self.value.as_deref()))
    }

    /// `H12 households=300`: what does not change with the language.
    pub(super) fn named(&self) -> String {
        self.beside(&self.column, "=", self.value.as_deref())
    }

    fn beside(&self, name: &str, is: &str, value: Option<&str>) -> String {
        let value = brief(value.unwrap_or("-"), 40);
        let cell = self.cell.as_ref().map_or(String::new(), |cell| format!("{cell} "));
        format!("{cell}{name}{is}{value}")
    }
}

//! A chart's words and its table.

use serde::ser::SerializeStruct;
use serde::{Serialize, Serializer};

use crate::domain::Text;
use crate::report::number;

/// What stands around a chart, and the table with the same figures.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// Name of its place in the page and of its CSV.
    pub id: String,
    /// What the chart shows, as a sentence.
    pub headline: Text,
    /// What is measured, where, when, and in which unit.
    pub subtitle: Text,
    /// What must be known to read it.
    pub notes: Vec<Text>,
    /// The figures.
    pub table: Sheet,
}

/// A table.
#[derive(Clone, Debug, Default)]
pub struct Sheet {
    /// Titles of the columns; the first one holds the heads of the rows.
    pub columns: Vec<Text>,
    /// Rows of as many cells.
    pub rows: Vec<Vec<Cell>>,
}

impl Sheet {
    /// Without the columns in which no row has anything.
    pub fn without_empty_columns(self) -> Sheet {
        let is_kept = |at: &usize| self.rows.iter().any(|row| row[*at] != Cell::default());
        let kept: Vec<usize> = (0..self.columns.len()).filter(is_kept).collect();
        Sheet {
            columns: kept.iter().map(|at| self.columns[*at].clone()).collect(),
            rows: (self.rows.iter())
                .map(|row| kept.iter().map(|at| row[*at].clone()).collect())
                .collect(),
        }
    }
}

/// With the columns that hold texts and no number, and with the numbers for programs: the page has them once for a table, and not cell by cell.
impl Serialize for Sheet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let holds = |at: usize, of: fn(&Cell) -> bool| self.rows.iter().any(|row| of(&row[at]));
        let is_text = |at: usize| holds(at, |cell| cell.text.is_some()) && !holds(at, |cell| cell.number.is_some());
        let texts: Vec<bool> = (0..self.columns.len()).map(is_text).collect();
        let values = self.rows.iter().map(|row| row.iter().map(|cell| cell.value.as_deref()));
        let mut sheet = serializer.serialize_struct("Sheet", 4)?;
        sheet.serialize_field("columns", &self.columns)?;
        sheet.serialize_field("rows", &self.rows)?;
        sheet.serialize_field("texts", &texts)?;
        sheet.serialize_field("digits", &digits(values))?;
        sheet.end()
    }
}

/// Numbers as programs read them: a comma between cells, a semicolon between rows. Nothing stands for a cell without a number.
pub fn digits<'a>(rows: impl Iterator<Item = impl Iterator<Item = Option<&'a str>>>) -> String {
    let row = |cells: Vec<&str>| cells.join(",").trim_end_matches(',').to_owned();
    let rows: Vec<String> = rows
        .map(|cells| row(cells.map(Option::unwrap_or_default).collect()))
        .collect();
    rows.join(";")
}

/// A cell: a text or a number, or nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Cell {
    /// Words.
    pub text: Option<Text>,
    /// A number as a person reads it.
    pub number: Option<String>,
    /// The same as a program reads it, with six digits.
    pub value: Option<String>,
}

impl Cell {
    pub fn text(text: Text) -> Cell {
        Cell {
            text: Some(text),
            ..Cell::default()
        }
    }

    /// A code or a path, which is the same in every language.
    pub fn code(code: &str) -> Cell {
        Cell::text(Text::new(code, code))
    }

    pub fn figure(value: Option<f64>) -> Cell {
        Cell::beside(value, None)
    }

    /// With as many digits as it takes to be told from another.
    pub fn beside(value: Option<f64>, other: Option<f64>) -> Cell {
        Cell::shown(value, |value| number::figure_beside(value, other))
    }

    /// A difference, with its sign.
    pub fn signed(value: Option<f64>) -> Cell {
        Cell::shown(value, number::signed)
    }

    /// A share, as a percentage for a person and as 0..1 for a program.
    pub fn share(share: Option<f64>) -> Cell {
        Cell::shown(share, number::percent)
    }

    /// A relative change as a percentage with its sign.
    pub fn change(change: f64) -> Cell {
        Cell::shown(Some(change), |change| {
            let sign = if change > 0.0 { "+" } else { "" };
            format!("{sign}{}", number::percent(change))
        })
    }

    pub fn count(count: i64) -> Cell {
        Cell {
            number: Some(number::count(count)),
            value: Some(count.to_string()),
            text: None,
        }
    }

    fn shown(value: Option<f64>, show: impl Fn(f64) -> String) -> Cell {
        Cell {
            number: value.map(show),
            value: value.map(number::six_digits),
            text: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_stand_at_the_place_of_their_cell() {
        let rows = [
            vec![None, Some("0.125"), None, Some("-3"), None],
            vec![None, None],
            vec![Some("7"), None, Some("8")],
        ];
        assert_eq!(digits(rows.into_iter().map(Vec::into_iter)), ",0.125,,-3;;7,,8");
        assert_eq!(digits(std::iter::empty::<std::vec::IntoIter<_>>()), "");
    }
}

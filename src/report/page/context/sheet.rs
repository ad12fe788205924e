//! A chart's words and its table.

use serde::Serialize;

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
#[derive(Clone, Debug, Default, Serialize)]
pub struct Sheet {
    /// Titles of the columns; the first one holds the heads of the rows.
    pub columns: Vec<Text>,
    /// Rows of as many cells.
    pub rows: Vec<Vec<Cell>>,
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

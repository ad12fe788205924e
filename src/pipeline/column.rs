//! Columns of a form, and what their cells hold.

use super::index::LevelIndex;
use super::value_type::ValueType;
use crate::domain::{Lang, Text};

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
    /// Whether the sum of its cells is what a line of totals states; false for a rate, a price, an average.
    pub additive: bool,
    /// A cell merged over several records stands for each of them.
    pub repeats_merged: bool,
    /// A blank cell means the same as the filled one above it.
    pub fills_down: bool,
    /// Decimals beyond the scale are rounded, and counted; else they are a fault.
    pub rounded: bool,
}

impl Column {
    /// A column of a table that is only read: it has no header, and nobody fills it in.
    pub fn read_only(id: &str, kind: ColumnKind, required: bool) -> Column {
        Column {
            id: id.to_owned(),
            title: Text::default(),
            description: None,
            kind,
            headers: Vec::new(),
            required,
            range: None,
            additive: false,
            repeats_merged: false,
            fills_down: false,
            rounded: false,
        }
    }
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
    /// Number with at most `scale` decimals; `percent`: `12.3%`, or 0.123 in a percent-formatted workbook cell, is 12.3.
    Decimal {
        /// Most decimals.
        scale: u32,
        /// As in the definition.
        unit: Option<String>,
        /// Cells are percentages.
        percent: bool,
        /// Its values are doubles with all the digits of these (`type = "number"`), not decimals of fifteen digits.
        double: bool,
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
    /// What a formula sees in its values.
    pub fn value_type(&self) -> ValueType {
        match self {
            ColumnKind::Integer { .. } => ValueType::Integer,
            ColumnKind::Decimal { .. } => ValueType::Decimal,
            ColumnKind::Boolean { .. } => ValueType::Boolean,
            ColumnKind::Date => ValueType::Date,
            ColumnKind::Text
            | ColumnKind::Category { .. }
            | ColumnKind::DivisionCode { .. }
            | ColumnKind::DivisionName { .. } => ValueType::Text,
        }
    }

    /// Whether its values can be summed and compared as figures.
    pub fn is_number(&self) -> bool {
        matches!(self, ColumnKind::Integer { .. } | ColumnKind::Decimal { .. })
    }

    /// Whether its values are doubles with all their digits.
    pub fn is_double(&self) -> bool {
        matches!(self, ColumnKind::Decimal { double: true, .. })
    }

    /// Most decimals of its values.
    pub fn decimals(&self) -> u32 {
        match self {
            ColumnKind::Decimal { scale, .. } => *scale,
            _ => 0,
        }
    }

    /// The words for each of its choices, yes before no; none for a column without choices. A member without words has its id.
    pub fn words(&self) -> Vec<Vec<&str>> {
        match self {
            ColumnKind::Boolean { yes, no } => [yes, no]
                .into_iter()
                .filter(|words| !words.is_empty())
                .map(|words| words.iter().map(String::as_str).collect())
                .collect(),
            ColumnKind::Category { values } => values
                .iter()
                .map(|(member, words)| match words.is_empty() {
                    true => vec![member.as_str()],
                    false => words.iter().map(String::as_str).collect(),
                })
                .collect(),
            _ => Vec::new(),
        }
    }

    /// One word for each choice, for a reader of `lang`: the first in the script of the language where every choice has one,
    /// else the first of all.
    pub fn choices(&self, lang: Lang) -> Vec<&str> {
        let words = self.words();
        let own = |words: &Vec<&str>| words.iter().position(|word| is_written_in(word, lang));
        let chosen: Option<Vec<usize>> = words.iter().map(own).collect();
        let chosen = chosen.unwrap_or_else(|| vec![0; words.len()]);
        words.iter().zip(chosen).map(|(words, at)| words[at]).collect()
    }

    /// The word for one choice, by its value: `true`, `false` or the id of a member; see [`ColumnKind::choices`]. None: it has no
    /// such choice.
    pub fn choice(&self, value: &str, lang: Lang) -> Option<&str> {
        let at = match self {
            ColumnKind::Boolean { yes, no } if !yes.is_empty() && !no.is_empty() => {
                ["true", "false"].iter().position(|one| *one == value)
            }
            ColumnKind::Category { values } => values.iter().position(|(member, _)| member == value),
            _ => None,
        };
        self.choices(lang).get(at?).copied()
    }

    /// Unit of its values, as in the definition.
    pub fn unit(&self) -> Option<&str> {
        match self {
            ColumnKind::Integer { unit } | ColumnKind::Decimal { unit, .. } => unit.as_deref(),
            _ => None,
        }
    }
}

/// Whether a word has letters, and these are of the script of a language.
fn is_written_in(word: &str, lang: Lang) -> bool {
    let mut letters = word.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| c.is_ascii() == (lang == Lang::En))
}

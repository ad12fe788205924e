//! A cell of an OpenDocument spreadsheet, under way and filled.

use std::sync::Arc;

use crate::domain::{Affix, Run, RunKind};
use crate::intake::workbook::shown::look::Look;
use crate::intake::workbook::shown::number_format::NumberFormat;

/// A cell that holds something, and how often it is repeated in its row.
pub(super) struct Filled {
    pub(super) first: u64,
    pub(super) count: u64,
    pub(super) runs: Option<Arc<[Run]>>,
    pub(super) kind: RunKind,
    pub(super) format: Option<Arc<NumberFormat>>,
    /// The word that it shows of a number.
    pub(super) word: Option<Arc<str>>,
    /// What it shows around an amount of money.
    pub(super) affix: Option<Arc<Affix>>,
    pub(super) look: Look,
}

/// A cell under way.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) style: Option<String>,
    pub(super) is_text: bool,
    pub(super) is_number: bool,
    /// It holds an amount of money, in this currency where it says which.
    pub(super) currency: Option<String>,
    pub(super) filled: bool,
    pub(super) runs: Vec<(RunKind, String)>,
    pub(super) paragraphs: usize,
    pub(super) in_paragraph: bool,
    pub(super) spans: Vec<RunKind>,
    /// How the cell's own style sets text.
    pub(super) look: Look,
}

impl Cell {
    pub(super) fn push(&mut self, text: &str) {
        let kind = self.spans.last().copied().unwrap_or(RunKind::Plain);
        match self.runs.last_mut() {
            Some((last, run)) if *last == kind => run.push_str(text),
            _ => self.runs.push((kind, text.to_owned())),
        }
    }

    /// The word that a cell with a number shows, if it shows no digit: `TRUE`.
    pub(super) fn word(&self) -> Option<String> {
        let text: String = self.runs.iter().map(|(_, text)| text.as_str()).collect();
        let is_word = text.chars().any(char::is_alphabetic) && !text.chars().any(char::is_numeric);
        (self.is_number && is_word).then_some(text)
    }

    /// What stands around an amount of money as the cell shows it; the code of its currency where it shows nothing at all.
    pub(super) fn affix(&self) -> Option<Affix> {
        let currency = self.currency.as_ref()?;
        let text: String = self.runs.iter().map(|(_, text)| text.as_str()).collect();
        let is_sign = |c: char| c.is_whitespace() || matches!(c, '-' | '−' | '+' | '(' | ')');
        let first = text.find(|c: char| c.is_ascii_digit());
        let affix = match first.zip(text.rfind(|c: char| c.is_ascii_digit())) {
            Some((first, last)) => Affix {
                before: text[..first].trim_matches(is_sign).to_owned(),
                behind: text[last + 1..].trim_matches(is_sign).to_owned(),
            },
            None => Affix {
                before: String::new(),
                behind: currency.clone(),
            },
        };
        (affix != Affix::default()).then_some(affix)
    }
}

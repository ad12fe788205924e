//! A cell of markup: its text as it is shown, the number behind it, and how parts of it are set.

use std::sync::Arc;

use crate::domain::{Held, Run, RunKind};
use crate::intake::workbook::shown::NumberFormat;
use crate::intake::workbook::value::{Value, hundredfold};

/// What stands around the text of a web page and is none of it.
const BLANKS: [char; 3] = [' ', '\n', '\u{a0}'];

/// Digits that a program keeps of a number: more of them are all there as text alone.
const DIGITS: usize = 15;

/// A cell under way.
#[derive(Clone, Debug, Default)]
pub(super) struct Cell {
    /// The text as shown, in parts that are set in one way each.
    pub(super) runs: Vec<Run>,
    /// The number behind the text, as the file has it.
    pub(super) number: Option<String>,
    /// A number format that says more than the number.
    pub(super) format: Option<Arc<NumberFormat>>,
    /// What a cell without a number holds.
    pub(super) held: Held,
    /// The number is shown as a percentage.
    pub(super) percent: bool,
    /// Blanks around the text are none of it, as in web pages.
    pub(super) flowing: bool,
}

impl Cell {
    /// Adds text as it is.
    pub(super) fn push(&mut self, kind: RunKind, text: &str) {
        match self.runs.last_mut() {
            Some(last) if last.kind == kind => last.text.push_str(text),
            _ if text.is_empty() => {}
            _ => self.runs.push(Run {
                text: text.to_owned(),
                kind,
            }),
        }
    }

    /// Adds text in which any number of blanks and line ends is one blank, as web pages are read.
    pub(super) fn push_flowing(&mut self, kind: RunKind, text: &str) {
        self.flowing = true;
        let mut blank = self.runs.last().is_none_or(|run| run.text.ends_with([' ', '\n']));
        let mut flowing = String::with_capacity(text.len());
        for c in text.chars() {
            if !matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}') {
                flowing.push(c);
                blank = false;
            } else if !std::mem::replace(&mut blank, true) {
                flowing.push(' ');
            }
        }
        self.push(kind, &flowing);
    }

    /// Begins a new line, unless one has just begun.
    pub(super) fn break_line(&mut self) {
        if let Some(last) = self.runs.last_mut().filter(|run| !run.text.ends_with('\n')) {
            last.text.truncate(last.text.trim_end_matches(' ').len());
            last.text.push('\n');
        }
    }

    /// Appends another cell's text on a line of its own.
    pub(super) fn append(&mut self, other: Cell) {
        if self.runs.is_empty() {
            *self = other;
            return;
        }
        self.break_line();
        for run in other.runs {
            self.push(run.kind, &run.text);
        }
    }

    pub(super) fn is_blank(&self) -> bool {
        let blanks: &[char] = if self.flowing { &BLANKS } else { &[] };
        self.runs.iter().all(|run| run.text.trim_matches(blanks).is_empty())
    }

    /// The text as a reader of the sheet sees it, and its runs.
    pub(super) fn settle(mut self) -> (Value, Vec<Run>, Option<Arc<NumberFormat>>) {
        let mut runs = std::mem::take(&mut self.runs);
        if self.flowing {
            if let Some(first) = runs.first_mut() {
                first
                    .text
                    .drain(..first.text.len() - first.text.trim_start_matches(BLANKS).len());
            }
            if let Some(last) = runs.last_mut() {
                last.text.truncate(last.text.trim_end_matches(BLANKS).len());
            }
        }
        let text: String = runs.iter().map(|run| run.text.as_str()).collect();
        let (value, format) = self.value(text);
        (value, runs, format)
    }

    fn value(self, text: String) -> (Value, Option<Arc<NumberFormat>>) {
        let whole = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        let padded = whole(&text) && text.starts_with('0') && text.len() > 1;
        let Some(number) = self.number else {
            // A program takes plain digits for a number, and shows it in the cell's format.
            if self.format.is_some() && whole(&text) && !padded && text.len() <= DIGITS {
                return (Value::number(text), self.format);
            }
            let format = self.format.filter(|_| matches!(self.held, Held::Date | Held::Time));
            return (Value::holding(self.held, text), format);
        };
        let written = if number.trim().is_empty() {
            text.as_str()
        } else {
            number.trim()
        };
        let Some(exact) = written.parse::<f64>().ok().filter(|exact| exact.is_finite()) else {
            return (Value::text(text), None);
        };
        if !is_number_like(&text) {
            // A date, a fraction or a word that the format makes of the number.
            return (Value::text(text), None);
        }
        let decimal = exact.to_string();
        if self.percent || text.ends_with(['%', '％']) {
            return (Value::number(hundredfold(&decimal)), None);
        }
        let format = match self.format {
            Some(format) => Some(format),
            None if padded => NumberFormat::of(&"0".repeat(text.len())).map(Arc::new),
            None => None,
        };
        (Value::number(decimal), format)
    }
}

/// Whether a text shows nothing but a number: digits with separators, a sign, a percentage, a currency.
fn is_number_like(text: &str) -> bool {
    let plain = |c: char| {
        c.is_ascii_digit()
            || matches!(
                c,
                '.' | ',' | ' ' | '\u{a0}' | '-' | '+' | '(' | ')' | '%' | '％' | '\'' | 'E' | 'e'
            )
    };
    let signs = |c: char| matches!(c, '$' | '¥' | '￥' | '€' | '£');
    let dashes = text.trim_start_matches(['-', '+', '(']).matches('-').count();
    text.chars().all(|c| plain(c) || signs(c)) && text.bytes().any(|byte| byte.is_ascii_digit())
        // A day: 2020-12-31.
        && (dashes == 0 || text.contains(['E', 'e']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, number: Option<&str>) -> (String, bool, Option<String>) {
        let mut cell = Cell {
            number: number.map(str::to_owned),
            ..Cell::default()
        };
        cell.push_flowing(RunKind::Plain, text);
        let (value, _, format) = cell.settle();
        let shown = format.and_then(|format| format.show(&value.text));
        (value.text, value.held == Held::Number, shown)
    }

    #[test]
    fn the_number_behind_a_text_counts() {
        for (text, number, expected, numeric, shown) in [
            ("12,500", None, "12,500", false, None),
            (" 01001\n ", None, "01001", false, None),
            ("12,500", Some("12500"), "12500", true, None),
            ("12.3%", Some("0.12345"), "12.345%", true, None),
            ("01001", Some("1001"), "1001", true, Some("01001")),
            ("01001", Some(""), "1001", true, Some("01001")),
            ("1.3E+11", Some("130102001001"), "130102001001", true, None),
            ("12500", Some(""), "12500", true, None),
            ("2020-12-31", Some("44196"), "2020-12-31", false, None),
            ("-12", Some("-12"), "-12", true, None),
            ("n/a", Some("0"), "n/a", false, None),
            ("x", Some("NaN"), "x", false, None),
        ] {
            let read = read(text, number);
            assert_eq!(
                (read.0.as_str(), read.1, read.2.as_deref()),
                (expected, numeric, shown),
                "{text:?}"
            );
        }
    }

    #[test]
    fn blanks_flow_and_lines_break() {
        let mut cell = Cell::default();
        cell.push_flowing(RunKind::Plain, "  a \n b ");
        cell.push_flowing(RunKind::Plain, "  c");
        cell.break_line();
        cell.break_line();
        cell.push_flowing(RunKind::Superscript, " 1");
        assert_eq!(cell.settle().0.text, "a b c\n1");
    }
}

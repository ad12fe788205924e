//! Faults in formulas, and where in the text they lie.

use std::ops::Range;

use sqlparser::parser::ParserError;
use sqlparser::tokenizer::Location;

/// A fault in a formula.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Short kebab-case name.
    pub code: &'static str,
    /// What is wrong.
    pub message: String,
    /// Bytes of the formula's text.
    pub span: Range<usize>,
    /// How to mend it.
    pub hint: Option<String>,
    /// The column that was not found, for `unknown-column`.
    pub column: Option<String>,
}

/// The parser gives the place only in words: `…, found: x at Line: 1, Column: 5`.
pub(super) fn syntax_error(text: &str, error: &ParserError) -> (String, Range<usize>) {
    let whole = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message.clone(),
        ParserError::RecursionLimitExceeded => "the formula is nested too deeply".into(),
    };
    let Some((message, place)) = whole.rsplit_once(" at Line: ") else {
        return match unfinished(&whole) {
            Some(message) => (message, text.len()..text.len()),
            None => (whole, 0..text.len()),
        };
    };
    let location = place.split_once(", Column: ").and_then(|(line, column)| {
        Some(Location {
            line: line.trim().parse().ok()?,
            column: column.trim().parse().ok()?,
        })
    });
    let start = location.map_or(0, |l| offset(text, l));
    let word = text[start..]
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(text.len() - start);
    let one = text[start..].chars().next().map_or(0, char::len_utf8);
    (message.to_owned(), start..start + word.max(one))
}

/// What the parser says at the end of the text, without its word for the end.
fn unfinished(message: &str) -> Option<String> {
    let (expected, _) = message.strip_prefix("Expected: ")?.split_once(", found: EOF")?;
    Some(format!("the formula ends where {expected} is expected"))
}

/// Byte offset of a line and column (characters, both from 1).
pub(super) fn offset(text: &str, location: Location) -> usize {
    let mut at = 0;
    for (number, line) in (1..).zip(text.split_inclusive('\n')) {
        if number == location.line {
            let column = usize::try_from(location.column.saturating_sub(1)).unwrap_or(usize::MAX);
            return at + line.char_indices().nth(column).map_or(line.len(), |(byte, _)| byte);
        }
        at += line.len();
    }
    text.len()
}

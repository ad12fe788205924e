//! SQL scalar expressions over a form's columns, held to the portable subset and typed.

mod calls;
mod cases;
mod comparisons;
mod evaluate;
mod node;
mod nulls;
mod spreadsheet;
#[cfg(test)]
mod tests;
mod typing;

use std::ops::Range;

use sqlparser::dialect::GenericDialect;
use sqlparser::parser::{Parser, ParserError};
use sqlparser::tokenizer::{Location, Token};

use super::model::Column;
pub(crate) use calls::plain_arguments;
pub use evaluate::{Scalar, evaluate};
use node::Node;

/// What a formula yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Whole number.
    Integer,
    /// Number with decimals.
    Decimal,
    /// True or false.
    Boolean,
    /// Text, codes, categories.
    Text,
    /// Calendar day.
    Date,
}

impl ValueType {
    /// Name of the type in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            ValueType::Integer => "BIGINT",
            ValueType::Decimal => "DOUBLE",
            ValueType::Boolean => "BOOLEAN",
            ValueType::Text => "VARCHAR",
            ValueType::Date => "DATE",
        }
    }

    fn is_number(self) -> bool {
        matches!(self, ValueType::Integer | ValueType::Decimal)
    }

    fn words(self) -> &'static str {
        match self {
            ValueType::Integer => "a whole number",
            ValueType::Decimal => "a decimal",
            ValueType::Boolean => "a truth value",
            ValueType::Text => "a text",
            ValueType::Date => "a date",
        }
    }
}

/// Where a formula stands; it decides what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Use {
    /// Summed: nothing on which engines differ.
    Measure,
    /// Judged row by row: also `/`, ABS, ROUND and CAST.
    Check,
}

/// A parsed and typed formula.
#[derive(Clone, Debug)]
pub struct Formula {
    /// As written.
    pub text: String,
    /// What it yields.
    pub ty: ValueType,
    /// Columns of the form it reads (indices), in order of first appearance.
    pub columns: Vec<usize>,
    /// Decimals that its exact value may need.
    pub decimals: u32,
    /// Whether it can be unknown.
    pub nullable: bool,
    node: Node,
}

impl Formula {
    /// Canonical SQL: identifiers quoted, every operation in brackets, division made exact and by zero unknown. polars and DuckDB give it
    /// the same meaning as [`evaluate`].
    pub fn to_sql(&self) -> String {
        self.node.to_string()
    }
}

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

/// Longer formulas are not read.
const MAX_BYTES: usize = 8_192;

/// Parses a formula over the columns of a form and types it.
///
/// # Errors
/// Every fault in it, in the order of the text.
pub fn parse(text: &str, columns: &[Column], usage: Use) -> Result<Formula, Vec<Fault>> {
    let fault = |message: String, span| Fault {
        code: "formula-syntax",
        message,
        span,
        hint: None,
        column: None,
    };
    if text.len() > MAX_BYTES {
        return Err(vec![fault(
            format!("a formula has at most {MAX_BYTES} bytes"),
            0..text.len(),
        )]);
    }
    let parsed = Parser::new(&GenericDialect).try_with_sql(text).and_then(|mut parser| {
        let expr = parser.parse_expr()?;
        let next = parser.next_token();
        if next.token == Token::EOF {
            Ok(expr)
        } else {
            parser.expected("the end of the formula", next)
        }
    });
    match parsed {
        Ok(expr) => typing::check(text, &expr, columns, usage),
        Err(error) => {
            let (message, span) = syntax_error(text, &error);
            Err(vec![fault(message, span)])
        }
    }
}

/// The parser gives the place only in words: `…, found: x at Line: 1, Column: 5`.
fn syntax_error(text: &str, error: &ParserError) -> (String, Range<usize>) {
    let whole = match error {
        ParserError::TokenizerError(message) | ParserError::ParserError(message) => message.clone(),
        ParserError::RecursionLimitExceeded => "the formula is nested too deeply".into(),
    };
    let Some((message, place)) = whole.rsplit_once(" at Line: ") else {
        let at_end = whole.contains("found: EOF");
        return (whole, if at_end { text.len()..text.len() } else { 0..text.len() });
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

/// Byte offset of a line and column (characters, both from 1).
fn offset(text: &str, location: Location) -> usize {
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

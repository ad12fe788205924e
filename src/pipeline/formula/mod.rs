//! SQL scalar expressions over a form's columns, held to the portable subset and typed.

mod calls;
mod cases;
mod comparisons;
mod evaluate;
mod fault;
mod needed;
mod node;
mod nulls;
mod parsed;
mod spreadsheet;
#[cfg(test)]
mod tests;
mod typing;
mod wholes;

use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use super::column::Column;
pub use super::value_type::ValueType;
pub(crate) use calls::plain_arguments;
pub use evaluate::{Scalar, evaluate};
pub use fault::Fault;
use fault::syntax_error;
pub use parsed::{Formula, Use};

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

/// Parses the condition that selects rows of a table.
///
/// # Errors
/// As of [`parse`]; also when it is neither true nor false.
pub fn parse_filter(text: &str, columns: &[Column]) -> Result<Formula, Vec<Fault>> {
    let formula = parse(text, columns, Use::Filter)?;
    if formula.ty == ValueType::Boolean {
        return Ok(formula);
    }
    Err(vec![Fault {
        code: "formula-type",
        message: format!("`{text}` is {}, where a truth value is needed", formula.ty.words()),
        span: 0..text.len(),
        hint: Some("compare it with something, such as `… > 0`".to_owned()),
        column: None,
    }])
}

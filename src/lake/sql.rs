//! SQL → polars expressions. Formulas, members of dimensions and the select lists of the roll-up are text that runs unchanged in
//! DuckDB; polars runs what this file reads from the same text. It knows the nodes that [`crate::pipeline::formula`],
//! [`crate::pipeline::sql`] and the roll-up write, and refuses all others.

use std::borrow::Cow;

use polars::prelude::*;
use sqlparser::ast::{BinaryOperator, CastKind, DataType as SqlType, Expr as Sql, Function, UnaryOperator, Value};
use sqlparser::dialect::GenericDialect;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::Token;

use crate::domain::days_of_date;
use crate::pipeline::formula::plain_arguments;
use crate::pipeline::sql::characters;

/// Reads one item of a select list, as in `COALESCE("a", 0) AS "b"`. Whole numbers have 64 bits, decimals are doubles, logic is
/// three-valued, `ROUND` rounds halves away from zero, `SUBSTR` and `LENGTH` count characters, and a `CAST` that loses a value fails.
///
/// # Errors
/// When the text is not SQL, is nested too deeply, or uses what is not in the subset.
pub fn expression(text: &str) -> PolarsResult<Expr> {
    let parsed = Parser::new(&GenericDialect).try_with_sql(text).and_then(|mut parser| {
        let item = parser.parse_expr_with_alias()?;
        parser.expect_token(&Token::EOF)?;
        Ok(item)
    });
    let item = parsed.map_err(|error| refused(format!("{error} in {text}")))?;
    let expression = read(&item.expr)?;
    Ok(match item.alias {
        Some(alias) => expression.alias(alias.value),
        None => expression,
    })
}

/// Why an expression cannot be read, or has no value for some row.
pub type Refusal = PolarsError;

/// A condition on rows.
pub struct Condition(Expr);

impl Condition {
    /// Reads it, as [`expression`] does.
    ///
    /// # Errors
    /// As there.
    pub fn read(text: &str) -> PolarsResult<Condition> {
        Ok(Condition(expression(text)?.alias("holds")))
    }

    /// The rows of a frame for which it is true, in order.
    ///
    /// # Errors
    /// When a column that it reads is missing or of another type, or a `CAST` loses a value.
    pub fn rows(&self, frame: DataFrame) -> PolarsResult<Vec<usize>> {
        let height = frame.height();
        let holds = frame.lazy().select([self.0.clone()]).collect()?;
        let holds = holds
            .column("holds")?
            .cast(&DataType::Boolean)?
            .bool()?
            .rechunk()
            .into_owned();
        // A condition that reads no column has one answer for all rows.
        let at = |row: usize| if holds.len() == height { row } else { 0 };
        Ok((0..height).filter(|row| holds.get(at(*row)) == Some(true)).collect())
    }
}

fn read(sql: &Sql) -> PolarsResult<Expr> {
    Ok(match sql {
        Sql::Nested(of) => read(of)?,
        Sql::Identifier(name) => col(name.value.as_str()),
        Sql::Value(_) | Sql::TypedString(_) => Expr::Literal(literal(sql)?.into()),
        Sql::UnaryOp { op, expr } => match (op, &**expr) {
            (UnaryOperator::Not, of) => read(of)?.strict_cast(DataType::Boolean).not(),
            (UnaryOperator::Minus, Sql::Value(_)) => Expr::Literal(literal(sql)?.into()),
            (UnaryOperator::Minus, of) => typed(0) - read(of)?,
            _ => return Err(unknown(sql)),
        },
        Sql::BinaryOp { left, op, right } => binary(read(left)?, op, read(right)?).ok_or_else(|| unknown(sql))?,
        Sql::IsNull(of) => read(of)?.is_null(),
        Sql::IsNotNull(of) => read(of)?.is_not_null(),
        Sql::InList { expr, list, negated } => {
            let list = list.iter().map(literal).collect::<PolarsResult<Vec<_>>>()?;
            let list = Series::from_any_values(PlSmallStr::EMPTY, &list, false)?;
            let is_in = read(expr)?.is_in(lit(list).implode(false), false);
            if *negated { is_in.not() } else { is_in }
        }
        Sql::Between {
            expr,
            low,
            high,
            negated,
        } => {
            let (of, low, high) = (read(expr)?, read(low)?, read(high)?);
            if *negated {
                of.clone().lt(low).or(of.gt(high))
            } else {
                of.clone().gt_eq(low).and(of.lt_eq(high))
            }
        }
        Sql::Case {
            operand: None,
            conditions,
            else_result,
            ..
        } => {
            let otherwise = else_result.as_deref().map_or_else(|| Ok(lit(NULL)), read)?;
            conditions.iter().rev().try_fold(otherwise, |otherwise, arm| {
                PolarsResult::Ok(
                    when(read(&arm.condition)?)
                        .then(read(&arm.result)?)
                        .otherwise(otherwise),
                )
            })?
        }
        Sql::Cast {
            kind: CastKind::Cast,
            expr,
            data_type,
            array: false,
            format: None,
        } => read(expr)?.strict_cast(match data_type {
            SqlType::BigInt(None) => DataType::Int64,
            SqlType::Double(_) => DataType::Float64,
            SqlType::Boolean => DataType::Boolean,
            SqlType::Varchar(None) => DataType::String,
            _ => return Err(unknown(sql)),
        }),
        Sql::Substring {
            expr,
            substring_from: Some(first),
            substring_for: Some(count),
            ..
        } => {
            let (first, count) = (whole(first)? as usize, whole(count)? as usize);
            slice(read(expr)?, first, (first + count).saturating_sub(1))
        }
        Sql::Function(function) => call(function)?.ok_or_else(|| unknown(sql))?,
        _ => return Err(unknown(sql)),
    })
}

fn binary(a: Expr, op: &BinaryOperator, b: Expr) -> Option<Expr> {
    Some(match op {
        BinaryOperator::And => a.and(b),
        BinaryOperator::Or => a.or(b),
        BinaryOperator::Eq => a.eq(b),
        BinaryOperator::NotEq => a.neq(b),
        BinaryOperator::Lt => a.lt(b),
        BinaryOperator::LtEq => a.lt_eq(b),
        BinaryOperator::Gt => a.gt(b),
        BinaryOperator::GtEq => a.gt_eq(b),
        BinaryOperator::Plus => a + b,
        BinaryOperator::Minus => a - b,
        BinaryOperator::Multiply => a * b,
        BinaryOperator::Divide => a.true_div(b),
        _ => return None,
    })
}

/// A call; None where the function or the number of its arguments is not known.
fn call(function: &Function) -> PolarsResult<Option<Expr>> {
    let arguments = plain_arguments(function).unwrap_or_default();
    Ok(Some(match (function.name.to_string().as_str(), &arguments[..]) {
        ("ABS", [of]) => read(of)?.abs(),
        ("COALESCE", [_, ..]) => {
            let all: PolarsResult<Vec<Expr>> = arguments.into_iter().map(read).collect();
            coalesce(&all?)
        }
        ("LENGTH", [of]) => length(read(of)?),
        ("NULLIF", [of, null]) => {
            let of = read(of)?;
            when(of.clone().eq(read(null)?)).then(lit(NULL)).otherwise(of)
        }
        ("ROUND", [of]) => read(of)?.round(0, RoundMode::HalfAwayFromZero),
        ("ROUND", [of, decimals]) => read(of)?.round(whole(decimals)?, RoundMode::HalfAwayFromZero),
        _ => return Ok(None),
    }))
}

/// The value of a literal, which may have a sign.
fn literal(sql: &Sql) -> PolarsResult<AnyValue<'static>> {
    let (value, sign) = match sql {
        Sql::UnaryOp {
            op: UnaryOperator::Minus,
            expr,
        } => (&**expr, "-"),
        other => (other, ""),
    };
    let (value, is_day) = match value {
        Sql::Value(value) => (&value.value, false),
        Sql::TypedString(typed) if typed.data_type == SqlType::Date && sign.is_empty() => (&typed.value.value, true),
        _ => return Err(unknown(sql)),
    };
    Ok(match value {
        Value::SingleQuotedString(day) if is_day => {
            let day = day.parse().map_err(|_| unknown(sql))?;
            AnyValue::Date(days_of_date(day))
        }
        _ if is_day => return Err(unknown(sql)),
        Value::Number(digits, false) => {
            let text = format!("{sign}{digits}");
            let decimal = || text.parse().map(AnyValue::Float64).map_err(|_| unknown(sql));
            text.parse().map(AnyValue::Int64).or_else(|_| decimal())?
        }
        Value::SingleQuotedString(text) if sign.is_empty() => AnyValue::StringOwned(text.into()),
        Value::Boolean(value) if sign.is_empty() => AnyValue::Boolean(*value),
        Value::Null if sign.is_empty() => AnyValue::Null,
        _ => return Err(unknown(sql)),
    })
}

/// A literal that counts characters or decimals.
fn whole(sql: &Sql) -> PolarsResult<u32> {
    match literal(sql)? {
        AnyValue::Int64(n) => u32::try_from(n).map_err(|_| unknown(sql)),
        _ => Err(unknown(sql)),
    }
}

/// Polars would give a literal of Rust the fewest bits it needs, and wrap what leaves them.
fn typed(n: i64) -> Expr {
    Expr::Literal(AnyValue::Int64(n).into())
}

/// The characters from the first to the last, counted from 1. The feature of polars that cuts texts brings its calendar along.
fn slice(of: Expr, first: usize, last: usize) -> Expr {
    let cut = move |column: Column| {
        let texts = column.str()?;
        let cut = texts.apply_values(|text| Cow::Borrowed(characters(text, first, last)));
        Ok(cut.into_column())
    };
    of.map(cut, |_, field| Ok(field.clone()))
}

/// The number of characters.
fn length(of: Expr) -> Expr {
    let count = |column: Column| {
        let texts = column.str()?;
        let counted: Int64Chunked =
            texts.apply_nonnull_values_generic(DataType::Int64, |text| text.chars().count() as i64);
        Ok(counted.into_column())
    };
    of.map(count, |_, field| Ok(Field::new(field.name().clone(), DataType::Int64)))
}

fn unknown(sql: &Sql) -> PolarsError {
    refused(format!("{sql} is not in the subset that is read"))
}

fn refused(message: String) -> PolarsError {
    PolarsError::SQLInterface(message.into())
}

#[cfg(test)]
mod tests;

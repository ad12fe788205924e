//! A formula for one row, in SQL's three-valued logic, without any engine.

use jiff::civil::Date;

use super::node::{Arithmetic, Comparison, Node};
use super::parsed::Formula;
use crate::pipeline::value_type::ValueType;

/// One value.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// Not known.
    Null,
    /// Whole number.
    Integer(i64),
    /// Number with decimals.
    Decimal(f64),
    /// True or false.
    Boolean(bool),
    /// Text, codes, category members.
    Text(String),
    /// Calendar day.
    Date(Date),
}

/// The value of a formula for the row whose columns `column` gives by index.
pub fn evaluate(formula: &Formula, column: &dyn Fn(usize) -> Scalar) -> Scalar {
    match (value(&formula.node, column), formula.ty) {
        (Scalar::Integer(n), ValueType::Decimal) => Scalar::Decimal(n as f64),
        (other, _) => other,
    }
}

fn value(node: &Node, column: &dyn Fn(usize) -> Scalar) -> Scalar {
    let of = |node: &Node| value(node, column);
    match node {
        Node::Column { index, .. } => column(*index),
        Node::Integer(n) => Scalar::Integer(*n),
        Node::Decimal(n) => Scalar::Decimal(*n),
        Node::Text(text) => Scalar::Text(text.clone()),
        Node::Boolean(b) => Scalar::Boolean(*b),
        Node::Date(day) => Scalar::Date(*day),
        Node::Null => Scalar::Null,
        Node::Negate(a) => arithmetic(Arithmetic::Subtract, Scalar::Integer(0), of(a)),
        Node::Not(a) => from_truth(truth(&of(a)).map(|b| !b)),
        Node::Arithmetic(how, a, b) => arithmetic(*how, of(a), of(b)),
        Node::Compare(how, a, b) => from_truth(compare(*how, &of(a), &of(b))),
        Node::And(a, b) => from_truth(and(truth(&of(a)), truth(&of(b)))),
        Node::Or(a, b) => from_truth(or(truth(&of(a)), truth(&of(b)))),
        Node::In { of: a, list, negated } => {
            let a = of(a);
            let answers: Vec<_> = list.iter().map(|b| compare(Comparison::Equal, &a, &of(b))).collect();
            let found = answers.into_iter().reduce(or).flatten();
            from_truth(found.map(|b| b != *negated))
        }
        Node::Between {
            of: a,
            low,
            high,
            negated,
        } => {
            let a = of(a);
            let above = compare(Comparison::GreaterOrEqual, &a, &of(low));
            let below = compare(Comparison::LessOrEqual, &a, &of(high));
            from_truth(and(above, below).map(|b| b != *negated))
        }
        Node::IsNull { of: a, negated } => Scalar::Boolean((of(a) == Scalar::Null) != *negated),
        Node::Case { arms, otherwise } => arms
            .iter()
            .find(|(condition, _)| truth(&of(condition)) == Some(true))
            .map(|(_, result)| of(result))
            .or_else(|| otherwise.as_deref().map(of))
            .unwrap_or(Scalar::Null),
        Node::Coalesce(all) => all.iter().map(of).find(|v| *v != Scalar::Null).unwrap_or(Scalar::Null),
        Node::Abs(a) => match of(a) {
            Scalar::Integer(n) => n
                .checked_abs()
                .map_or(Scalar::Decimal((n as f64).abs()), Scalar::Integer),
            Scalar::Decimal(n) => Scalar::Decimal(n.abs()),
            _ => Scalar::Null,
        },
        Node::Round(a, decimals) => match of(a) {
            Scalar::Decimal(n) => {
                let shift = 10_f64.powi(*decimals as i32);
                Scalar::Decimal((n * shift).round() / shift)
            }
            other => other,
        },
        Node::Cast(a, ty) => cast(of(a), *ty),
    }
}

fn truth(value: &Scalar) -> Option<bool> {
    match value {
        Scalar::Boolean(b) => Some(*b),
        _ => None,
    }
}

fn from_truth(value: Option<bool>) -> Scalar {
    value.map_or(Scalar::Null, Scalar::Boolean)
}

fn and(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    match (a, b) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}

fn or(a: Option<bool>, b: Option<bool>) -> Option<bool> {
    and(a.map(|b| !b), b.map(|b| !b)).map(|b| !b)
}

fn number(value: &Scalar) -> Option<f64> {
    match value {
        Scalar::Integer(n) => Some(*n as f64),
        Scalar::Decimal(n) => Some(*n),
        _ => None,
    }
}

fn arithmetic(how: Arithmetic, a: Scalar, b: Scalar) -> Scalar {
    if let (Scalar::Integer(a), Scalar::Integer(b)) = (&a, &b) {
        let exact = match how {
            Arithmetic::Add => a.checked_add(*b),
            Arithmetic::Subtract => a.checked_sub(*b),
            Arithmetic::Multiply => a.checked_mul(*b),
            Arithmetic::Divide => None,
        };
        if let Some(exact) = exact {
            return Scalar::Integer(exact);
        }
    }
    let (Some(a), Some(b)) = (number(&a), number(&b)) else {
        return Scalar::Null;
    };
    match how {
        Arithmetic::Add => Scalar::Decimal(a + b),
        Arithmetic::Subtract => Scalar::Decimal(a - b),
        Arithmetic::Multiply => Scalar::Decimal(a * b),
        Arithmetic::Divide if b == 0.0 => Scalar::Null,
        Arithmetic::Divide => Scalar::Decimal(a / b),
    }
}

fn compare(how: Comparison, a: &Scalar, b: &Scalar) -> Option<bool> {
    let order = match (a, b) {
        (Scalar::Integer(a), Scalar::Integer(b)) => a.cmp(b),
        (Scalar::Boolean(a), Scalar::Boolean(b)) => a.cmp(b),
        (Scalar::Text(a), Scalar::Text(b)) => a.cmp(b),
        (Scalar::Date(a), Scalar::Date(b)) => a.cmp(b),
        _ => number(a)?.partial_cmp(&number(b)?)?,
    };
    Some(match how {
        Comparison::Equal => order.is_eq(),
        Comparison::NotEqual => order.is_ne(),
        Comparison::Less => order.is_lt(),
        Comparison::LessOrEqual => order.is_le(),
        Comparison::Greater => order.is_gt(),
        Comparison::GreaterOrEqual => order.is_ge(),
    })
}

fn cast(value: Scalar, ty: ValueType) -> Scalar {
    match (value, ty) {
        (Scalar::Boolean(b), ValueType::Integer) => Scalar::Integer(i64::from(b)),
        (Scalar::Boolean(b), ValueType::Decimal) => Scalar::Decimal(f64::from(u8::from(b))),
        (Scalar::Integer(n), ValueType::Decimal) => Scalar::Decimal(n as f64),
        (Scalar::Decimal(n), ValueType::Integer) => Scalar::Integer(n.trunc() as i64),
        (Scalar::Integer(n), ValueType::Text) => Scalar::Text(n.to_string()),
        (other, _) => other,
    }
}

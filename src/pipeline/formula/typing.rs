//! From the parsed expression to the typed tree: only nodes of the allowed subset pass, and only where types agree.

use std::ops::Range;

use sqlparser::ast::{BinaryOperator, CastKind, DataType, Expr, Ident, Spanned, TypedString, UnaryOperator, Value};

use sqlparser::tokenizer::Span;

use super::fault::{Fault, offset};
use super::node::{Arithmetic, Comparison, Node};
use super::parsed::{Formula, Use};
use crate::domain::near_names;
use crate::pipeline::column::Column;
use crate::pipeline::value_type::ValueType;

/// Columns that are offered in the place of an unknown one.
const NEAR: usize = 3;

/// Types an expression that stands alone.
pub(super) fn check(text: &str, expr: &Expr, columns: &[Column], usage: Use) -> Result<Formula, Vec<Fault>> {
    let mut typer = Typer {
        text,
        columns,
        usage,
        faults: Vec::new(),
        read: Vec::new(),
        depth: 0,
    };
    let typed = typer.visit(expr);
    match typed {
        Some(Typed { ty: None, .. }) => typer.fault("formula-type", "NULL alone is no formula".into(), 0..text.len()),
        Some(Typed {
            node,
            ty: Some(ty),
            decimals,
            nullable,
        }) if typer.faults.is_empty() => {
            return Ok(Formula {
                text: text.into(),
                ty,
                columns: typer.read,
                decimals,
                nullable,
                node,
            });
        }
        _ => {}
    }
    Err(typer.faults)
}

/// Deeper formulas are not read.
const MAX_DEPTH: usize = 100;
/// A sum holds no more: what a double has beyond them is rounded, record by record.
const MAX_DECIMALS: u32 = crate::domain::exact::MOST_DECIMALS;

pub(super) struct Typed {
    pub(super) node: Node,
    /// `None`: the literal NULL, which takes any type.
    pub(super) ty: Option<ValueType>,
    pub(super) decimals: u32,
    pub(super) nullable: bool,
}

impl Typed {
    fn known(node: Node, ty: ValueType) -> Typed {
        Typed {
            node,
            ty: Some(ty),
            decimals: 0,
            nullable: false,
        }
    }

    pub(super) fn truth(node: Node, nullable: bool) -> Typed {
        Typed {
            node,
            ty: Some(ValueType::Boolean),
            decimals: 0,
            nullable,
        }
    }

    pub(super) fn is(&self, fits: impl Fn(ValueType) -> bool) -> bool {
        self.ty.is_none_or(fits)
    }

    pub(super) fn words(&self) -> &'static str {
        self.ty.map_or("NULL", ValueType::words)
    }

    /// As a side of a comparison: what decimals come to is rounded to the decimals it can have, so that 0.1 + 0.2 is 0.3.
    pub(super) fn compared(self) -> Node {
        let is_inexact = self.ty == Some(ValueType::Decimal) && self.node.calculates();
        match self.decimals {
            decimals @ 0..=9 if is_inexact => Node::Round(Box::new(self.node), decimals),
            _ => self.node,
        }
    }
}

pub(super) struct Typer<'a> {
    text: &'a str,
    pub(super) columns: &'a [Column],
    pub(super) usage: Use,
    faults: Vec<Fault>,
    read: Vec<usize>,
    depth: usize,
}

impl Typer<'_> {
    pub(super) fn fault(&mut self, code: &'static str, message: String, span: Range<usize>) {
        self.faults.push(Fault {
            code,
            message,
            span,
            hint: None,
            column: None,
        });
    }

    pub(super) fn fault_with_hint(&mut self, code: &'static str, message: String, span: Range<usize>, hint: &str) {
        self.faults.push(Fault {
            code,
            message,
            span,
            hint: Some(hint.into()),
            column: None,
        });
    }

    pub(super) fn span(&self, node: &impl Spanned) -> Range<usize> {
        self.bytes(node.span())
    }

    fn bytes(&self, span: Span) -> Range<usize> {
        if span.start.line == 0 {
            return 0..self.text.len();
        }
        let (start, end) = (offset(self.text, span.start), offset(self.text, span.end));
        start..end.max(start)
    }

    pub(super) fn visit(&mut self, expr: &Expr) -> Option<Typed> {
        self.depth += 1;
        let typed = if self.depth > MAX_DEPTH {
            self.fault(
                "formula-syntax",
                "the formula is nested too deeply".into(),
                0..self.text.len(),
            );
            None
        } else {
            self.visit_node(expr)
        };
        self.depth -= 1;
        typed
    }

    fn visit_node(&mut self, expr: &Expr) -> Option<Typed> {
        match expr {
            Expr::Identifier(name) => self.column(name),
            Expr::CompoundIdentifier(parts) => {
                let hint = "name the column alone: a formula reads one form";
                let name: Vec<&str> = parts.iter().map(|p| p.value.as_str()).collect();
                self.fault_with_hint(
                    "formula-forbidden",
                    format!("`{}` names a table", name.join(".")),
                    self.span(expr),
                    hint,
                );
                None
            }
            Expr::Value(value) => self.literal(&value.value, expr),
            Expr::TypedString(day) if self.usage == Use::Filter => self.day(day, expr),
            Expr::Nested(inner) => self.visit(inner),
            Expr::UnaryOp { op, expr: inner } => self.unary(op, inner, expr),
            Expr::BinaryOp { left, op, right } => self.binary(left, op, right, expr),
            Expr::InList {
                expr: of,
                list,
                negated,
            } => self.in_list(of, list, *negated),
            Expr::Between {
                expr: of,
                negated,
                low,
                high,
            } => self.between(of, low, high, *negated),
            Expr::IsNull(of) => self.is_null(of, false),
            Expr::IsNotNull(of) => self.is_null(of, true),
            Expr::Case {
                operand,
                conditions,
                else_result,
                ..
            } => self.case(operand.as_deref(), conditions, else_result.as_deref()),
            Expr::Function(function) => self.function(function, expr),
            Expr::Cast {
                kind: CastKind::Cast,
                expr: of,
                data_type,
                array: false,
                format: None,
            } => self.cast(of, data_type, expr),
            other => {
                self.forbidden(&format!("`{other}`"), self.span(other));
                None
            }
        }
    }

    pub(super) fn forbidden(&mut self, what: &str, span: Range<usize>) {
        let hint = match self.usage {
            Use::Measure => {
                "allowed in a measure: columns, literals, + - *, comparisons, AND OR NOT, IN, BETWEEN, IS [NOT] NULL, CASE, COALESCE, ROUND"
            }
            Use::Check => {
                "allowed in a check: columns, literals, + - * /, comparisons, AND OR NOT, IN, BETWEEN, IS [NOT] NULL, CASE, COALESCE, ABS, ROUND, CAST"
            }
            Use::Filter => {
                "allowed in a filter: columns, literals, DATE '2020-12-31', + - * /, comparisons, AND OR NOT, IN, BETWEEN, IS [NOT] NULL, CASE, COALESCE, ABS, ROUND, CAST"
            }
        };
        self.fault_with_hint(
            "formula-forbidden",
            format!("{what} is not in the portable subset"),
            span,
            hint,
        );
    }

    fn column(&mut self, name: &Ident) -> Option<Typed> {
        let Some(index) = self.columns.iter().position(|c| c.id == name.value) else {
            let span = self.bytes(name.span);
            let table = if self.usage == Use::Filter { "table" } else { "form" };
            self.faults.push(Fault {
                code: "unknown-column",
                message: format!("the {table} has no column `{}`", name.value),
                span,
                hint: Some(self.meant(name)),
                column: Some(name.value.clone()),
            });
            return None;
        };
        if !self.read.contains(&index) {
            self.read.push(index);
        }
        let column = &self.columns[index];
        let node = Node::Column {
            index,
            name: column.id.clone(),
        };
        Some(Typed {
            node,
            ty: Some(column.kind.value_type()),
            decimals: column.kind.decimals(),
            nullable: !column.required,
        })
    }

    /// The columns with names like one that there is not; where none is like it, it may be meant as a text.
    fn meant(&self, name: &Ident) -> String {
        let ids = || self.columns.iter().map(|c| c.id.as_str());
        let mut near = near_names(&name.value, ids());
        near.truncate(NEAR);
        if name.quote_style.is_none() && !near.is_empty() {
            let near: Vec<String> = near.iter().map(|id| format!("`{id}`")).collect();
            return format!("did you mean {}?", near.join(", "));
        }
        format!(
            "columns: {}; texts stand in single quotes: '{}'",
            ids().collect::<Vec<_>>().join(", "),
            name.value
        )
    }

    fn literal(&mut self, value: &Value, expr: &Expr) -> Option<Typed> {
        match value {
            Value::SingleQuotedString(text) => Some(Typed::known(Node::Text(text.clone()), ValueType::Text)),
            Value::Boolean(b) => Some(Typed::known(Node::Boolean(*b), ValueType::Boolean)),
            Value::Null => Some(Typed {
                node: Node::Null,
                ty: None,
                decimals: 0,
                nullable: true,
            }),
            Value::Number(digits, false) => self.number(digits, expr),
            other => {
                self.forbidden(&format!("`{other}`"), self.span(expr));
                None
            }
        }
    }

    /// `DATE '2020-12-31'`.
    fn day(&mut self, written: &TypedString, expr: &Expr) -> Option<Typed> {
        let text = match (&written.data_type, &written.value.value) {
            (DataType::Date, Value::SingleQuotedString(text)) if !written.uses_odbc_syntax => text,
            _ => {
                self.forbidden(&format!("`{expr}`"), self.span(expr));
                return None;
            }
        };
        match text.parse() {
            Ok(day) => Some(Typed::known(Node::Date(day), ValueType::Date)),
            Err(_) => {
                let hint = "write it as DATE '2020-12-31'";
                self.fault_with_hint("formula-type", format!("`{text}` is no date"), self.span(expr), hint);
                None
            }
        }
    }

    fn number(&mut self, digits: &str, expr: &Expr) -> Option<Typed> {
        if let Ok(whole) = digits.parse() {
            return Some(Typed::known(Node::Integer(whole), ValueType::Integer));
        }
        let plain = digits
            .split_once('.')
            .filter(|(a, b)| (a.to_string() + b).bytes().all(|c| c.is_ascii_digit()));
        match (plain, digits.parse::<f64>()) {
            (Some((_, decimals)), Ok(n)) if decimals.len() <= MAX_DECIMALS as usize => {
                let decimals = decimals.trim_end_matches('0').len() as u32;
                Some(Typed {
                    decimals,
                    ..Typed::known(Node::Decimal(n), ValueType::Decimal)
                })
            }
            _ => {
                self.forbidden(&format!("the number {digits}"), self.span(expr));
                None
            }
        }
    }

    fn unary(&mut self, op: &UnaryOperator, inner: &Expr, expr: &Expr) -> Option<Typed> {
        let typed = self.visit(inner)?;
        match op {
            UnaryOperator::Not => {
                self.expect_truth(&typed, inner)?;
                Some(Typed::truth(Node::Not(Box::new(typed.node)), typed.nullable))
            }
            UnaryOperator::Minus | UnaryOperator::Plus => {
                self.expect_number(&typed, inner)?;
                let node = match (op, typed.node) {
                    (UnaryOperator::Plus, node) => node,
                    (_, Node::Integer(n)) => Node::Integer(-n),
                    (_, Node::Decimal(n)) => Node::Decimal(-n),
                    (_, node) => Node::Negate(Box::new(node)),
                };
                Some(Typed { node, ..typed })
            }
            other => {
                self.forbidden(&format!("`{other}`"), self.span(expr));
                None
            }
        }
    }

    fn binary(&mut self, left: &Expr, op: &BinaryOperator, right: &Expr, expr: &Expr) -> Option<Typed> {
        let (a, b) = (self.visit(left), self.visit(right));
        let arithmetic = match op {
            BinaryOperator::Plus => Some(Arithmetic::Add),
            BinaryOperator::Minus => Some(Arithmetic::Subtract),
            BinaryOperator::Multiply => Some(Arithmetic::Multiply),
            BinaryOperator::Divide if self.usage != Use::Measure => Some(Arithmetic::Divide),
            _ => None,
        };
        let comparison = match op {
            BinaryOperator::Eq => Some(Comparison::Equal),
            BinaryOperator::NotEq => Some(Comparison::NotEqual),
            BinaryOperator::Lt => Some(Comparison::Less),
            BinaryOperator::LtEq => Some(Comparison::LessOrEqual),
            BinaryOperator::Gt => Some(Comparison::Greater),
            BinaryOperator::GtEq => Some(Comparison::GreaterOrEqual),
            _ => None,
        };
        if let Some(how) = arithmetic {
            let (a, b) = (self.number_of(a, left), self.number_of(b, right));
            return Some(combine(how, a?, b?));
        }
        if let Some(how) = comparison {
            let (a, b) = (a?, b?);
            self.comparable(how, (&a, left), (&b, right))?;
            let nullable = a.nullable || b.nullable;
            return Some(Typed::truth(
                Node::Compare(how, Box::new(a.compared()), Box::new(b.compared())),
                nullable,
            ));
        }
        let make: fn(Box<Node>, Box<Node>) -> Node = match op {
            BinaryOperator::And => Node::And,
            BinaryOperator::Or => Node::Or,
            other => {
                self.forbidden(&format!("`{other}`"), self.span(expr));
                return None;
            }
        };
        let (a, b) = (self.truth_of(a, left), self.truth_of(b, right));
        let (a, b) = (a?, b?);
        Some(Typed::truth(
            make(Box::new(a.node), Box::new(b.node)),
            a.nullable || b.nullable,
        ))
    }

    pub(super) fn number_of(&mut self, typed: Option<Typed>, expr: &Expr) -> Option<Typed> {
        let typed = typed?;
        self.expect_number(&typed, expr)?;
        Some(typed)
    }

    pub(super) fn truth_of(&mut self, typed: Option<Typed>, expr: &Expr) -> Option<Typed> {
        let typed = typed?;
        self.expect_truth(&typed, expr)?;
        Some(typed)
    }

    fn expect_number(&mut self, typed: &Typed, expr: &Expr) -> Option<()> {
        if typed.is(ValueType::is_number) {
            return Some(());
        }
        let hint = match typed.ty {
            Some(ValueType::Boolean) => "count a truth value with CASE WHEN … THEN 1 WHEN NOT … THEN 0 END",
            _ => "only whole numbers and decimals can be calculated with",
        };
        let message = format!("`{expr}` is {}, where a number is needed", typed.words());
        self.fault_with_hint("formula-type", message, self.span(expr), hint);
        None
    }

    fn expect_truth(&mut self, typed: &Typed, expr: &Expr) -> Option<()> {
        if typed.is(|ty| ty == ValueType::Boolean) {
            return Some(());
        }
        let message = format!("`{expr}` is {}, where a truth value is needed", typed.words());
        self.fault_with_hint(
            "formula-type",
            message,
            self.span(expr),
            "compare it with something, such as `… > 0`",
        );
        None
    }
}

fn combine(how: Arithmetic, a: Typed, b: Typed) -> Typed {
    let whole = |t: &Typed| t.is(|ty| ty == ValueType::Integer);
    let ty = if how != Arithmetic::Divide && whole(&a) && whole(&b) {
        ValueType::Integer
    } else {
        ValueType::Decimal
    };
    let decimals = match how {
        Arithmetic::Add | Arithmetic::Subtract => a.decimals.max(b.decimals),
        Arithmetic::Multiply => (a.decimals + b.decimals).min(MAX_DECIMALS),
        Arithmetic::Divide => MAX_DECIMALS,
    };
    let nullable = a.nullable || b.nullable || how == Arithmetic::Divide;
    let node = Node::Arithmetic(how, Box::new(a.node), Box::new(b.node));
    Typed {
        node,
        ty: Some(ty),
        decimals,
        nullable,
    }
}

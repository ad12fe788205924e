//! `CASE`: conditions are truth values, results meet in one type, and missing stays missing.

use sqlparser::ast::{CaseWhen, Expr};

use super::node::{Comparison, Node};
use super::nulls;
use super::typing::{Typed, Typer};
use crate::pipeline::value_type::ValueType;

impl Typer<'_> {
    pub(super) fn case(
        &mut self,
        operand: Option<&Expr>,
        whens: &[CaseWhen],
        otherwise: Option<&Expr>,
    ) -> Option<Typed> {
        let mut arms = Vec::new();
        let mut results = Vec::new();
        for when in whens {
            let condition = self.condition(operand, &when.condition);
            let result = self.visit(&when.result);
            results.push((result?, &when.result));
            arms.push(condition?);
        }
        let has_else = match otherwise.map(|e| (self.visit(e), e)) {
            Some((typed, expr)) => {
                results.push((typed?, expr));
                true
            }
            None => false,
        };
        let (ty, decimals, mut nullable) = self.common_type(&results)?;
        nullable |= !has_else;
        let mut nodes: Vec<Node> = results.into_iter().map(|(typed, _)| typed.node).collect();
        let last = if has_else { nodes.pop() } else { None };
        let arms: Vec<(Node, Node)> = arms.into_iter().zip(nodes).collect();
        if let Some(expr) = otherwise.filter(|_| last.as_ref().is_some_and(|node| *node != Node::Null)) {
            self.expect_guards(&arms, expr);
        }
        Some(Typed {
            node: Node::Case {
                arms,
                otherwise: last.map(Box::new),
            },
            ty,
            decimals,
            nullable,
        })
    }

    fn expect_guards(&mut self, arms: &[(Node, Node)], otherwise: &Expr) {
        for column in nulls::lost_columns(arms, self.columns) {
            let message = format!("where `{column}` is missing, ELSE would make a value of it");
            let hint = format!("add `WHEN {column} IS NULL THEN NULL`, or make the column required");
            let span = self.span(otherwise);
            self.fault_with_hint("missing-becomes-value", message, span, &hint);
        }
    }

    fn condition(&mut self, operand: Option<&Expr>, condition: &Expr) -> Option<Node> {
        let Some(operand) = operand else {
            let typed = self.visit(condition);
            return self.truth_of(typed, condition).map(|t| t.node);
        };
        let (a, b) = (self.visit(operand)?, self.visit(condition)?);
        self.comparable(Comparison::Equal, (&a, operand), (&b, condition))?;
        Some(Node::Compare(
            Comparison::Equal,
            Box::new(a.compared()),
            Box::new(b.compared()),
        ))
    }

    /// The type in which several results meet, the decimals they need, and whether one can be null.
    pub(super) fn common_type(&mut self, results: &[(Typed, &Expr)]) -> Option<(Option<ValueType>, u32, bool)> {
        let mut common: Option<ValueType> = None;
        for (typed, expr) in results {
            common = match (common, typed.ty) {
                (None, ty) | (ty, None) => ty,
                (Some(a), Some(b)) if a == b => Some(a),
                (Some(a), Some(b)) if a.is_number() && b.is_number() => Some(ValueType::Decimal),
                (Some(a), Some(_)) => {
                    let message = format!("`{expr}` is {}, the results before it are {}", typed.words(), a.words());
                    self.fault("formula-type", message, self.span(*expr));
                    return None;
                }
            };
        }
        let decimals = results.iter().map(|(t, _)| t.decimals).max().unwrap_or(0);
        Some((common, decimals, results.iter().any(|(t, _)| t.nullable)))
    }
}

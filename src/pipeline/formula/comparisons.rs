//! Comparisons: values of one type, ordered only where every engine orders alike; words of a category must be its members.

use sqlparser::ast::Expr;

use super::node::{Comparison, Node};
use super::parsed::Use;
use super::typing::{Typed, Typer};
use crate::domain::nearest;
use crate::pipeline::column::ColumnKind;
use crate::pipeline::value_type::ValueType;

impl Typer<'_> {
    pub(super) fn comparable(&mut self, how: Comparison, a: (&Typed, &Expr), b: (&Typed, &Expr)) -> Option<()> {
        let ((a, a_expr), (b, b_expr)) = (a, b);
        let whole = self.span(a_expr).start..self.span(b_expr).end;
        let (Some(a_type), Some(b_type)) = (a.ty, b.ty) else {
            self.fault_with_hint(
                "formula-type",
                "a comparison with NULL is never true".into(),
                whole,
                "write IS NULL",
            );
            return None;
        };
        if !(a_type == b_type || a_type.is_number() && b_type.is_number()) {
            let message = format!("`{a_expr}` is {}, `{b_expr}` is {}", a.words(), b.words());
            self.fault_with_hint("formula-type", message, whole, "compare values of one type");
            return None;
        }
        // Rows that are looked at are filtered by one engine, which orders texts by their bytes.
        let has_order = match a_type {
            ValueType::Text => self.usage == Use::Filter,
            ValueType::Boolean => false,
            ValueType::Integer | ValueType::Decimal | ValueType::Date => true,
        };
        if !how.is_equality() && !has_order {
            let message = format!("`{a_expr}` is {}, which has no portable order", a.words());
            self.fault_with_hint("formula-type", message, whole, "use = or <> or IN");
            return None;
        }
        if how.is_equality() {
            self.expect_member(&a.node, (&b.node, b_expr));
            self.expect_member(&b.node, (&a.node, a_expr));
        }
        Some(())
    }

    /// A text compared with a category must be one of its members.
    fn expect_member(&mut self, category: &Node, word: (&Node, &Expr)) {
        let (Node::Column { index, .. }, (Node::Text(word), expr)) = (category, word) else {
            return;
        };
        let column = &self.columns[*index];
        let ColumnKind::Category { values } = &column.kind else {
            return;
        };
        if values.iter().any(|(member, _)| member == word) {
            return;
        }
        let message = format!("the category `{}` has no member `{word}`", column.id);
        let members: Vec<&str> = values.iter().map(|(m, _)| m.as_str()).collect();
        let hint = match nearest(word, members.iter().copied()) {
            Some(near) => format!("did you mean '{near}'?"),
            None => format!("its members are {}", members.join(", ")),
        };
        let span = self.span(expr);
        self.fault_with_hint("unknown-member", message, span, &hint);
    }

    pub(super) fn in_list(&mut self, of: &Expr, list: &[Expr], negated: bool) -> Option<Typed> {
        let typed = self.visit(of);
        let mut items = Vec::new();
        for item in list {
            let visited = self.visit(item)?;
            if !matches!(
                visited.node,
                Node::Integer(_) | Node::Decimal(_) | Node::Text(_) | Node::Boolean(_) | Node::Date(_)
            ) {
                let message = format!("`{item}` stands in a list, where a literal is needed");
                self.fault_with_hint("formula-type", message, self.span(item), "write … = a OR … = b");
                return None;
            }
            items.push((visited, item));
        }
        let typed = typed?;
        for (item, expr) in &items {
            self.comparable(Comparison::Equal, (&typed, of), (item, expr))?;
        }
        let list = items.into_iter().map(|(item, _)| item.node).collect();
        let nullable = typed.nullable;
        Some(Typed::truth(
            Node::In {
                of: Box::new(typed.compared()),
                list,
                negated,
            },
            nullable,
        ))
    }

    pub(super) fn between(&mut self, of: &Expr, low: &Expr, high: &Expr, negated: bool) -> Option<Typed> {
        let (a, b, c) = (self.visit(of), self.visit(low), self.visit(high));
        let (a, b, c) = (a?, b?, c?);
        self.comparable(Comparison::GreaterOrEqual, (&a, of), (&b, low))?;
        self.comparable(Comparison::LessOrEqual, (&a, of), (&c, high))?;
        let nullable = a.nullable || b.nullable || c.nullable;
        let (low, high) = (Box::new(b.compared()), Box::new(c.compared()));
        Some(Typed::truth(
            Node::Between {
                of: Box::new(a.compared()),
                low,
                high,
                negated,
            },
            nullable,
        ))
    }

    pub(super) fn is_null(&mut self, of: &Expr, negated: bool) -> Option<Typed> {
        let typed = self.visit(of)?;
        Some(Typed::truth(
            Node::IsNull {
                of: Box::new(typed.node),
                negated,
            },
            false,
        ))
    }
}

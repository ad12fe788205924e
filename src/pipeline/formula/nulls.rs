//! `CASE … ELSE` over a column that can be missing: without an `IS NULL` arm, missing would become a value.

use std::collections::BTreeSet;

use super::node::Node;
use crate::pipeline::column::Column;

/// Names of nullable columns whose absence falls through to `ELSE`.
pub(super) fn lost_columns(arms: &[(Node, Node)], columns: &[Column]) -> BTreeSet<String> {
    let (mut read, mut guarded) = (BTreeSet::new(), BTreeSet::new());
    for (condition, _) in arms {
        collect_bare(condition, columns, &mut read);
        collect_guards(condition, &mut guarded);
    }
    read.difference(&guarded).cloned().collect()
}

/// Columns that make `node` unknown when they are missing.
fn collect_bare(node: &Node, columns: &[Column], found: &mut BTreeSet<String>) {
    match node {
        Node::Column { index, name } => {
            if columns.get(*index).is_some_and(|c| !c.required) {
                found.insert(name.clone());
            }
        }
        // Asking for null is no loss, whatever the answer.
        Node::IsNull { .. } => {}
        Node::Coalesce(all) => {
            let mut parts = Vec::new();
            for part in all {
                let mut bare = BTreeSet::new();
                collect_bare(part, columns, &mut bare);
                parts.push(bare);
            }
            // A last resort that is always known makes the choice explicit.
            if parts.iter().all(|bare| !bare.is_empty()) {
                found.extend(parts.into_iter().flatten());
            }
        }
        other => other.each_child(&mut |child| collect_bare(child, columns, found)),
    }
}

/// Columns for which some arm says what happens when they are missing.
fn collect_guards(condition: &Node, found: &mut BTreeSet<String>) {
    match condition {
        Node::IsNull { of, negated: false } => {
            if let Node::Column { name, .. } = of.as_ref() {
                found.insert(name.clone());
            }
        }
        Node::Or(a, b) => {
            collect_guards(a, found);
            collect_guards(b, found);
        }
        _ => {}
    }
}

impl Node {
    /// Calls `visit` for each direct operand.
    pub(super) fn each_child(&self, visit: &mut dyn FnMut(&Node)) {
        match self {
            Node::Column { .. }
            | Node::Integer(_)
            | Node::Decimal(_)
            | Node::Text(_)
            | Node::Boolean(_)
            | Node::Date(_)
            | Node::Null => {}
            Node::Negate(of) | Node::Not(of) | Node::Abs(of) | Node::Round(of, _) | Node::Cast(of, _) => visit(of),
            Node::IsNull { of, .. } => visit(of),
            Node::Arithmetic(_, a, b) | Node::Compare(_, a, b) | Node::And(a, b) | Node::Or(a, b) => {
                visit(a);
                visit(b);
            }
            Node::In { of, list, .. } => {
                visit(of);
                list.iter().for_each(visit);
            }
            Node::Between { of, low, high, .. } => {
                visit(of);
                visit(low);
                visit(high);
            }
            Node::Case { arms, otherwise } => {
                for (condition, result) in arms {
                    visit(condition);
                    visit(result);
                }
                if let Some(otherwise) = otherwise {
                    visit(otherwise);
                }
            }
            Node::Coalesce(all) => all.iter().for_each(visit),
        }
    }
}

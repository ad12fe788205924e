//! What the columns of a row must hold for a formula to be true, as far as its text says so: files that hold nothing of it need not
//! be read.

use std::collections::{BTreeMap, BTreeSet};

use super::node::{Comparison, Node};
use super::parsed::Formula;

impl Formula {
    /// Columns (indices) of which each must hold one of some texts where the formula is true. Necessary, not sufficient.
    pub fn texts_needed(&self) -> BTreeMap<usize, BTreeSet<&str>> {
        needed(&self.node)
    }
}

fn needed(node: &Node) -> BTreeMap<usize, BTreeSet<&str>> {
    match node {
        Node::And(a, b) => {
            let mut both = needed(a);
            for (column, texts) in needed(b) {
                match both.get_mut(&column) {
                    Some(own) => own.retain(|text| texts.contains(text)),
                    None => drop(both.insert(column, texts)),
                }
            }
            both
        }
        Node::Or(a, b) => {
            let (mut one, mut other) = (needed(a), needed(b));
            one.retain(|column, _| other.contains_key(column));
            for (column, texts) in &mut one {
                texts.extend(other.remove(column).unwrap_or_default());
            }
            one
        }
        Node::Compare(Comparison::Equal, a, b) => match (&**a, &**b) {
            (Node::Column { index, .. }, Node::Text(text)) | (Node::Text(text), Node::Column { index, .. }) => {
                BTreeMap::from([(*index, BTreeSet::from([text.as_str()]))])
            }
            _ => BTreeMap::new(),
        },
        Node::In {
            of,
            list,
            negated: false,
        } => {
            let texts: Option<BTreeSet<&str>> = list.iter().map(text_of).collect();
            match (&**of, texts) {
                (Node::Column { index, .. }, Some(texts)) => BTreeMap::from([(*index, texts)]),
                _ => BTreeMap::new(),
            }
        }
        _ => BTreeMap::new(),
    }
}

fn text_of(node: &Node) -> Option<&str> {
    match node {
        Node::Text(text) => Some(text),
        _ => None,
    }
}

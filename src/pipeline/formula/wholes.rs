//! How large the whole numbers may become that a formula calculates with.

use super::node::{Arithmetic, Node};

/// Looks at every whole number of a formula.
pub(super) struct Wholes<'a> {
    /// The largest magnitude of a column; None: it holds no whole numbers.
    pub(super) largest: &'a dyn Fn(usize) -> Option<f64>,
    /// The largest magnitude so far.
    pub(super) found: f64,
}

impl Wholes<'_> {
    /// The largest magnitude of a node; None: it is no whole number.
    pub(super) fn visit(&mut self, node: &Node) -> Option<f64> {
        let size = match node {
            Node::Column { index, .. } => (self.largest)(*index),
            Node::Integer(n) => Some((*n as f64).abs()),
            Node::Decimal(_) | Node::Text(_) | Node::Boolean(_) | Node::Date(_) | Node::Null => None,
            Node::Negate(of) | Node::Abs(of) => self.visit(of),
            Node::Arithmetic(how, a, b) => {
                let both = self.visit(a).zip(self.visit(b));
                match how {
                    Arithmetic::Add | Arithmetic::Subtract => both.map(|(a, b)| a + b),
                    Arithmetic::Multiply => both.map(|(a, b)| a * b),
                    Arithmetic::Divide => None,
                }
            }
            Node::Compare(_, a, b) | Node::And(a, b) | Node::Or(a, b) => self.only_look([&**a, b]),
            Node::Not(of) | Node::IsNull { of, .. } | Node::Round(of, _) => self.only_look([&**of]),
            Node::In { of, list, .. } => self.only_look(std::iter::once(&**of).chain(list)),
            Node::Between { of, low, high, .. } => self.only_look([&**of, low, high]),
            Node::Case { arms, otherwise } => {
                self.only_look(arms.iter().map(|(condition, _)| condition));
                let results = arms.iter().map(|(_, result)| result).chain(otherwise.as_deref());
                self.largest_of(results)
            }
            Node::Coalesce(all) => self.largest_of(all),
            Node::Cast(of, _) => self.visit(of),
        };
        self.found = self.found.max(size.unwrap_or_default());
        size
    }

    fn only_look<'n>(&mut self, nodes: impl IntoIterator<Item = &'n Node>) -> Option<f64> {
        nodes.into_iter().for_each(|node| {
            self.visit(node);
        });
        None
    }

    fn largest_of<'n>(&mut self, nodes: impl IntoIterator<Item = &'n Node>) -> Option<f64> {
        let sizes = nodes.into_iter().map(|node| self.visit(node));
        sizes.collect::<Vec<_>>().into_iter().flatten().reduce(f64::max)
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Use, parse};
    use crate::pipeline::ColumnKind;
    use crate::pipeline::testing::column;

    #[test]
    fn every_whole_number_on_the_way_counts() {
        let integer = || ColumnKind::Integer { unit: None };
        let columns = [column("n", integer()), column("m", integer())];
        let largest = |at: usize| Some([1000.0, 7.0][at]);
        for (text, size) in [
            ("n + m", 1007.0),
            ("n * m - n * m", 14_000.0),
            ("CASE WHEN n * n > m THEN m END", 1e6),
            ("CASE WHEN n > m THEN m * 3 WHEN n < m THEN -(n - 1) END", 1001.0),
            ("COALESCE(n * 2, 5)", 2000.0),
            ("n * 0.5", 1000.0),
            ("n BETWEEN m AND m * m * m * m", 2401.0),
            ("m IN (3, -9000)", 9000.0),
            ("m * n IS NULL", 7000.0),
        ] {
            let formula = parse(text, &columns, Use::Measure).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
            assert_eq!(formula.largest_whole(&largest), size, "{text}");
        }
    }
}

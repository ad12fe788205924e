//! Formulas over one row as a spreadsheet reads them: what can be asked while a form is filled in.

use super::node::{Arithmetic, Comparison, Node};
use super::parsed::Formula;
use crate::pipeline::column::{Column, ColumnKind};

impl Formula {
    /// The formula over the cells of one row, true where a cell that it needs holds nothing or no figure. None where a
    /// spreadsheet has no like of it, or would not give the same: divisions, cases, casts, percentages.
    pub fn to_spreadsheet(&self, columns: &[Column], cell: &dyn Fn(usize) -> String) -> Option<String> {
        let row = Row { columns, cell };
        let truth = row.truth(&self.node)?;
        let mut asked = Vec::new();
        needed(&self.node, &mut asked);
        asked.sort_unstable();
        asked.dedup();
        let (figures, others): (Vec<usize>, Vec<usize>) =
            asked.into_iter().partition(|column| columns[*column].kind.is_number());
        let all_filled = |count: &str, of: &[usize]| {
            let cells: Vec<String> = of.iter().map(|column| cell(*column)).collect();
            (!of.is_empty()).then(|| format!("{count}({})={}", cells.join(","), of.len()))
        };
        let filled = [all_filled("COUNT", &figures), all_filled("COUNTA", &others)];
        let filled: Vec<String> = filled.into_iter().flatten().collect();
        Some(match filled.as_slice() {
            [] => truth,
            filled => format!("IF(AND({}),{truth},TRUE)", filled.join(",")),
        })
    }
}

/// Columns whose value is looked at, and not only whether there is one.
fn needed(node: &Node, columns: &mut Vec<usize>) {
    match node {
        Node::Column { index, .. } => columns.push(*index),
        Node::Negate(of) | Node::Not(of) | Node::Abs(of) | Node::Round(of, _) | Node::Cast(of, _) => {
            needed(of, columns)
        }
        Node::Arithmetic(_, a, b) | Node::Compare(_, a, b) | Node::And(a, b) | Node::Or(a, b) => {
            needed(a, columns);
            needed(b, columns);
        }
        Node::In { of, .. } => needed(of, columns),
        Node::Between { of, low, high, .. } => [of, low, high].into_iter().for_each(|node| needed(node, columns)),
        _ => {}
    }
}

struct Row<'a> {
    columns: &'a [Column],
    cell: &'a dyn Fn(usize) -> String,
}

impl Row<'_> {
    fn truth(&self, node: &Node) -> Option<String> {
        Some(match node {
            Node::Boolean(true) => "TRUE".to_owned(),
            Node::Boolean(false) => "FALSE".to_owned(),
            Node::Not(of) => format!("NOT({})", self.truth(of)?),
            Node::And(a, b) => format!("AND({},{})", self.truth(a)?, self.truth(b)?),
            Node::Or(a, b) => format!("OR({},{})", self.truth(a)?, self.truth(b)?),
            Node::Column { index, .. } => match &self.columns[*index].kind {
                ColumnKind::Boolean { yes, .. } => self.is_one_of(*index, yes)?,
                _ => return None,
            },
            Node::IsNull { of, negated } => {
                let Node::Column { index, .. } = &**of else { return None };
                let cell = (self.cell)(*index);
                // A symbol stands for no figure.
                match (self.columns[*index].kind.is_number(), negated) {
                    (true, true) => format!("ISNUMBER({cell})"),
                    (true, false) => format!("NOT(ISNUMBER({cell}))"),
                    (false, true) => format!("{cell}<>\"\""),
                    (false, false) => format!("{cell}=\"\""),
                }
            }
            Node::Between { of, low, high, negated } => {
                let (of, low, high) = (self.number(of)?, self.number(low)?, self.number(high)?);
                let within = format!("AND({of}>={low},{of}<={high})");
                if *negated { format!("NOT({within})") } else { within }
            }
            Node::In { of, list, negated } => {
                let members: Vec<&Node> = list.iter().collect();
                let within = self.is_member(of, &members)?;
                if *negated { format!("NOT({within})") } else { within }
            }
            Node::Compare(how, a, b) => match (self.number(a), self.number(b)) {
                (Some(a), Some(b)) => format!("{a}{}{b}", sign(*how)),
                _ => {
                    let same = self.is_member(a, &[&**b]).or_else(|| self.is_member(b, &[&**a]))?;
                    match how {
                        Comparison::Equal => same,
                        Comparison::NotEqual => format!("NOT({same})"),
                        _ => return None,
                    }
                }
            },
            _ => return None,
        })
    }

    /// A category, or a truth value, that is one of some.
    fn is_member(&self, of: &Node, members: &[&Node]) -> Option<String> {
        let Node::Column { index, .. } = of else { return None };
        let mut words: Vec<String> = Vec::new();
        for member in members {
            match (&self.columns[*index].kind, member) {
                (ColumnKind::Category { values }, Node::Text(text)) => {
                    let (id, known) = values.iter().find(|(id, _)| id == text)?;
                    words.extend(if known.is_empty() {
                        vec![id.clone()]
                    } else {
                        known.clone()
                    });
                }
                (ColumnKind::Boolean { yes, .. }, Node::Boolean(true)) => words.extend(yes.iter().cloned()),
                (ColumnKind::Boolean { no, .. }, Node::Boolean(false)) => words.extend(no.iter().cloned()),
                _ => return None,
            }
        }
        self.is_one_of(*index, &words)
    }

    fn is_one_of(&self, column: usize, words: &[String]) -> Option<String> {
        let cell = (self.cell)(column);
        let same: Vec<String> = words
            .iter()
            .map(|word| format!("{cell}=\"{}\"", word.replace('"', "\"\"")))
            .collect();
        match same.as_slice() {
            [] => None,
            [only] => Some(only.clone()),
            several => Some(format!("OR({})", several.join(","))),
        }
    }

    fn number(&self, node: &Node) -> Option<String> {
        Some(match node {
            Node::Integer(number) if *number < 0 => format!("({number})"),
            Node::Integer(number) => number.to_string(),
            Node::Decimal(number) if number.is_finite() && *number >= 0.0 => number.to_string(),
            Node::Column { index, .. } => match &self.columns[*index].kind {
                // A cell that shows a percentage holds a hundredth of it.
                ColumnKind::Decimal { percent: true, .. } => return None,
                kind if kind.is_number() => (self.cell)(*index),
                _ => return None,
            },
            Node::Negate(of) => format!("(-{})", self.number(of)?),
            Node::Abs(of) => format!("ABS({})", self.number(of)?),
            Node::Round(of, decimals) => format!("ROUND({},{decimals})", self.number(of)?),
            Node::Arithmetic(how, a, b) => {
                let sign = match how {
                    Arithmetic::Add => '+',
                    Arithmetic::Subtract => '-',
                    Arithmetic::Multiply => '*',
                    // By zero it is unknown, and in a spreadsheet an error.
                    Arithmetic::Divide => return None,
                };
                format!("({}{sign}{})", self.number(a)?, self.number(b)?)
            }
            _ => return None,
        })
    }
}

fn sign(how: Comparison) -> &'static str {
    match how {
        Comparison::Equal => "=",
        Comparison::NotEqual => "<>",
        Comparison::Less => "<",
        Comparison::LessOrEqual => "<=",
        Comparison::Greater => ">",
        Comparison::GreaterOrEqual => ">=",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::formula::{Use, parse};
    use crate::pipeline::testing::column;

    #[test]
    fn formulas_read_as_a_spreadsheet_has_them() {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let decimal = |percent| ColumnKind::Decimal {
            scale: 1,
            unit: None,
            percent,
            double: false,
        };
        let columns = [
            column("n", ColumnKind::Integer { unit: None }),
            column("m", decimal(false)),
            column(
                "flag",
                ColumnKind::Boolean {
                    yes: words(&["是", "yes"]),
                    no: words(&["否"]),
                },
            ),
            column(
                "kind",
                ColumnKind::Category {
                    values: vec![("a".into(), words(&["A\"1"])), ("b".into(), words(&[]))],
                },
            ),
            column("share", decimal(true)),
            column("name", ColumnKind::Text),
        ];
        for (text, expected) in [
            ("n >= m", Some("IF(AND(COUNT(A2,B2)=2),A2>=B2,TRUE)")),
            (
                "n + m * 2 <= 1.5",
                Some("IF(AND(COUNT(A2,B2)=2),ROUND((A2+(B2*2)),1)<=1.5,TRUE)"),
            ),
            (
                "n = 0 OR flag",
                Some("IF(AND(COUNT(A2)=1,COUNTA(C2)=1),OR(A2=0,OR(C2=\"是\",C2=\"yes\")),TRUE)"),
            ),
            (
                "NOT flag",
                Some("IF(AND(COUNTA(C2)=1),NOT(OR(C2=\"是\",C2=\"yes\")),TRUE)"),
            ),
            (
                "kind IN ('a', 'b')",
                Some("IF(AND(COUNTA(D2)=1),OR(D2=\"A\"\"1\",D2=\"b\"),TRUE)"),
            ),
            ("kind <> 'b'", Some("IF(AND(COUNTA(D2)=1),NOT(D2=\"b\"),TRUE)")),
            (
                "m IS NULL OR n BETWEEN 1 AND 8",
                Some("IF(AND(COUNT(A2)=1),OR(NOT(ISNUMBER(B2)),AND(A2>=1,A2<=8)),TRUE)"),
            ),
            ("name IS NOT NULL", Some("F2<>\"\"")),
            // What a spreadsheet would not judge in the same way.
            ("n / m > 1", None),
            ("share > 0.5", None),
            ("name = 'x'", None),
            ("COALESCE(n, 0) > 1", None),
        ] {
            let formula = parse(text, &columns, Use::Check).unwrap_or_else(|faults| panic!("{text}: {faults:?}"));
            let cell = |column: usize| format!("{}2", char::from(b'A' + column as u8));
            assert_eq!(formula.to_spreadsheet(&columns, &cell).as_deref(), expected, "{text}");
        }
    }
}

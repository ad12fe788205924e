//! The typed tree of a formula and its canonical SQL.

use std::fmt;

use jiff::civil::Date;

use crate::pipeline::value_type::ValueType;

/// One operation of the allowed subset.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Node {
    Column {
        index: usize,
        name: String,
    },
    Integer(i64),
    Decimal(f64),
    Text(String),
    Boolean(bool),
    Date(Date),
    Null,
    Negate(Box<Node>),
    Not(Box<Node>),
    Arithmetic(Arithmetic, Box<Node>, Box<Node>),
    Compare(Comparison, Box<Node>, Box<Node>),
    And(Box<Node>, Box<Node>),
    Or(Box<Node>, Box<Node>),
    In {
        of: Box<Node>,
        list: Vec<Node>,
        negated: bool,
    },
    Between {
        of: Box<Node>,
        low: Box<Node>,
        high: Box<Node>,
        negated: bool,
    },
    IsNull {
        of: Box<Node>,
        negated: bool,
    },
    Case {
        arms: Vec<(Node, Node)>,
        otherwise: Option<Box<Node>>,
    },
    Coalesce(Vec<Node>),
    Abs(Box<Node>),
    Round(Box<Node>, u32),
    Cast(Box<Node>, ValueType),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    pub(super) fn is_equality(self) -> bool {
        matches!(self, Comparison::Equal | Comparison::NotEqual)
    }

    fn sign(self) -> &'static str {
        match self {
            Comparison::Equal => "=",
            Comparison::NotEqual => "<>",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
            Comparison::Greater => ">",
            Comparison::GreaterOrEqual => ">=",
        }
    }
}

impl Node {
    /// Whether its value is calculated, and so need not be the nearest double of the exact one.
    pub(super) fn calculates(&self) -> bool {
        match self {
            Node::Arithmetic(..) => true,
            Node::Negate(of) | Node::Abs(of) => of.calculates(),
            Node::Coalesce(all) => all.iter().any(Node::calculates),
            Node::Case { arms, otherwise } => {
                arms.iter().any(|(_, result)| result.calculates()) || otherwise.as_deref().is_some_and(Node::calculates)
            }
            _ => false,
        }
    }
}

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let not = |negated: bool| if negated { "NOT " } else { "" };
        match self {
            Node::Column { name, .. } => write!(f, "\"{}\"", name.replace('"', "\"\"")),
            Node::Integer(n) => write!(f, "{n}"),
            Node::Decimal(n) => write!(f, "{n:?}"),
            Node::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Node::Boolean(true) => f.write_str("TRUE"),
            Node::Boolean(false) => f.write_str("FALSE"),
            Node::Date(day) => write!(f, "DATE '{day}'"),
            Node::Null => f.write_str("NULL"),
            Node::Negate(of) => write!(f, "(-{of})"),
            Node::Not(of) => write!(f, "(NOT {of})"),
            Node::Arithmetic(Arithmetic::Divide, a, b) => write!(f, "(CAST({a} AS DOUBLE) / NULLIF({b}, 0))"),
            Node::Arithmetic(Arithmetic::Add, a, b) => write!(f, "({a} + {b})"),
            Node::Arithmetic(Arithmetic::Subtract, a, b) => write!(f, "({a} - {b})"),
            Node::Arithmetic(Arithmetic::Multiply, a, b) => write!(f, "({a} * {b})"),
            Node::Compare(how, a, b) => write!(f, "({a} {} {b})", how.sign()),
            Node::And(a, b) => write!(f, "({a} AND {b})"),
            Node::Or(a, b) => write!(f, "({a} OR {b})"),
            Node::In { of, list, negated } => {
                write!(f, "({of} {}IN ", not(*negated))?;
                write_list(f, list)?;
                f.write_str(")")
            }
            Node::Between { of, low, high, negated } => {
                write!(f, "({of} {}BETWEEN {low} AND {high})", not(*negated))
            }
            Node::IsNull { of, negated } => write!(f, "({of} IS {}NULL)", not(*negated)),
            Node::Case { arms, otherwise } => {
                f.write_str("CASE")?;
                for (condition, result) in arms {
                    write!(f, " WHEN {condition} THEN {result}")?;
                }
                if let Some(otherwise) = otherwise {
                    write!(f, " ELSE {otherwise}")?;
                }
                f.write_str(" END")
            }
            Node::Coalesce(all) => {
                f.write_str("COALESCE")?;
                write_list(f, all)
            }
            Node::Abs(of) => write!(f, "ABS({of})"),
            Node::Round(of, decimals) => write!(f, "ROUND({of}, {decimals})"),
            Node::Cast(of, ty) => write!(f, "CAST({of} AS {})", ty.sql()),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, all: &[Node]) -> fmt::Result {
    let texts: Vec<String> = all.iter().map(ToString::to_string).collect();
    write!(f, "({})", texts.join(", "))
}

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

impl Arithmetic {
    fn sign(self) -> &'static str {
        match self {
            Arithmetic::Add => "+",
            Arithmetic::Subtract => "-",
            Arithmetic::Multiply => "*",
            Arithmetic::Divide => "/",
        }
    }
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

/// How a formula is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Style {
    /// As polars and DuckDB read it.
    Plain,
    /// With `ROUND` to no decimals only: engines agree on that, but some round the decimals of the shortest text to further ones.
    Portable,
}

/// A formula as SQL.
pub(super) struct Sql<'n>(pub(super) &'n Node, pub(super) Style);

impl fmt::Display for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Sql(self, Style::Plain).fmt(f)
    }
}

impl fmt::Display for Sql<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sql(node, style) = *self;
        let sql = |node| Sql(node, style);
        let not = |negated: bool| if negated { "NOT " } else { "" };
        match node {
            Node::Column { name, .. } => write!(f, "\"{}\"", name.replace('"', "\"\"")),
            Node::Integer(n) => write!(f, "{n}"),
            Node::Decimal(n) => write!(f, "{n:?}"),
            Node::Text(text) => write!(f, "'{}'", text.replace('\'', "''")),
            Node::Boolean(true) => f.write_str("TRUE"),
            Node::Boolean(false) => f.write_str("FALSE"),
            Node::Date(day) => write!(f, "DATE '{day}'"),
            Node::Null => f.write_str("NULL"),
            Node::Negate(of) => write!(f, "(-{})", sql(of)),
            Node::Not(of) => write!(f, "(NOT {})", sql(of)),
            Node::Arithmetic(Arithmetic::Divide, a, b) => {
                write!(f, "(CAST({} AS DOUBLE) / NULLIF({}, 0))", sql(a), sql(b))
            }
            Node::Arithmetic(how, a, b) => write!(f, "({} {} {})", sql(a), how.sign(), sql(b)),
            Node::Compare(how, a, b) => write!(f, "({} {} {})", sql(a), how.sign(), sql(b)),
            Node::And(a, b) => write!(f, "({} AND {})", sql(a), sql(b)),
            Node::Or(a, b) => write!(f, "({} OR {})", sql(a), sql(b)),
            Node::In { of, list, negated } => {
                write!(f, "({} {}IN ", sql(of), not(*negated))?;
                write_list(f, list, style)?;
                f.write_str(")")
            }
            Node::Between { of, low, high, negated } => {
                let (of, low, high) = (sql(of), sql(low), sql(high));
                write!(f, "({of} {}BETWEEN {low} AND {high})", not(*negated))
            }
            Node::IsNull { of, negated } => write!(f, "({} IS {}NULL)", sql(of), not(*negated)),
            Node::Case { arms, otherwise } => {
                f.write_str("CASE")?;
                for (condition, result) in arms {
                    write!(f, " WHEN {} THEN {}", sql(condition), sql(result))?;
                }
                if let Some(otherwise) = otherwise {
                    write!(f, " ELSE {}", sql(otherwise))?;
                }
                f.write_str(" END")
            }
            Node::Coalesce(all) => {
                f.write_str("COALESCE")?;
                write_list(f, all, style)
            }
            Node::Abs(of) => write!(f, "ABS({})", sql(of)),
            Node::Round(of, decimals @ 1..) if style == Style::Portable => {
                let shift = 10_f64.powi(*decimals as i32);
                write!(f, "(ROUND(({} * {shift:?}), 0) / {shift:?})", sql(of))
            }
            Node::Round(of, decimals) => write!(f, "ROUND({}, {decimals})", sql(of)),
            Node::Cast(of, ty) => write!(f, "CAST({} AS {})", sql(of), ty.sql()),
        }
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, all: &[Node], style: Style) -> fmt::Result {
    let texts: Vec<String> = all.iter().map(|node| Sql(node, style).to_string()).collect();
    write!(f, "({})", texts.join(", "))
}

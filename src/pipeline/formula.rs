//! SQL scalar expressions over a form's columns, held to the portable subset and typed.

/// What a formula yields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// Whole number.
    Integer,
    /// Number with decimals.
    Decimal,
    /// True or false.
    Boolean,
    /// Text, codes, categories.
    Text,
    /// Calendar day.
    Date,
}

/// A parsed and typed formula.
#[derive(Clone, Debug)]
pub struct Formula {
    /// As written.
    pub text: String,
    /// Parsed; only nodes of the allowed subset occur.
    pub expr: sqlparser::ast::Expr,
    /// What it yields.
    pub ty: ValueType,
    /// Columns of the form it reads (indices), in order of first appearance.
    pub columns: Vec<usize>,
}

//! Types of values, as formulas see them.

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

impl ValueType {
    /// Name of the type in SQL.
    pub fn sql(self) -> &'static str {
        match self {
            ValueType::Integer => "BIGINT",
            ValueType::Decimal => "DOUBLE",
            ValueType::Boolean => "BOOLEAN",
            ValueType::Text => "VARCHAR",
            ValueType::Date => "DATE",
        }
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self, ValueType::Integer | ValueType::Decimal)
    }

    pub(super) fn words(self) -> &'static str {
        match self {
            ValueType::Integer => "a whole number",
            ValueType::Decimal => "a decimal",
            ValueType::Boolean => "a truth value",
            ValueType::Text => "a text",
            ValueType::Date => "a date",
        }
    }
}

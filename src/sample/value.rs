//! Clean figures, exact: what a county means before it is written down.

/// One cell, or one hidden variable, of a clean row.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Value {
    /// The clerk does not know.
    #[default]
    Unknown,
    /// There is nothing to know.
    NotApplicable,
    /// Figure × 10^scale of the column.
    Number(i64),
    /// Yes or no.
    Flag(bool),
    /// Text, code, member id, or a day as `2020-12-31`.
    Word(String),
}

impl Value {
    pub(super) fn number(&self) -> Option<i64> {
        match self {
            Value::Number(n) => Some(*n),
            _ => None,
        }
    }

    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Value::Unknown | Value::NotApplicable)
    }

    /// The member of a grouping by this value.
    pub(super) fn member(&self) -> &str {
        match self {
            Value::Word(word) => word,
            Value::Flag(true) => "true",
            Value::Flag(false) => "false",
            _ => "",
        }
    }
}

/// `123.4` for 1234 at scale 1; without trailing zeros.
pub(super) fn decimal(number: i64, scale: u32) -> String {
    let unit = 10_i64.pow(scale);
    let sign = if number < 0 { "-" } else { "" };
    let (whole, rest) = (number.abs() / unit, number.abs() % unit);
    if rest == 0 {
        return format!("{sign}{whole}");
    }
    let fraction = format!("{rest:0width$}", width = scale as usize);
    format!("{sign}{whole}.{}", fraction.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_the_shortest() {
        for (number, scale, text) in [
            (1234, 1, "123.4"),
            (1200, 2, "12"),
            (-5, 2, "-0.05"),
            (0, 3, "0"),
            (7, 0, "7"),
        ] {
            assert_eq!(decimal(number, scale), text);
        }
    }
}

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

/// The same with commas between thousands: `12,345.6`.
pub(super) fn grouped(figure: &str) -> String {
    let whole = figure.find('.').unwrap_or(figure.len());
    let mut text = String::new();
    for (at, digit) in figure.chars().enumerate() {
        if 0 < at && at < whole && (whole - at).is_multiple_of(3) && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_have_commas_between_them() {
        for (figure, text) in [
            ("123", "123"),
            ("1234", "1,234"),
            ("123456.789", "123,456.789"),
            ("-123456", "-123,456"),
            ("1234567", "1,234,567"),
        ] {
            assert_eq!(grouped(figure), text);
        }
    }

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

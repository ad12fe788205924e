//! Counts in English sentences: words that agree with their number.

use std::fmt::Display;

/// `1 row`, `1,234 rows`: a count with its noun, whose plural ends in `s`.
pub fn plural(n: impl Display, noun: &str) -> String {
    let n = n.to_string();
    format!("{} {noun}{}", thousands_apart(&n), agreeing(&n, "", "s"))
}

/// The form of a word that goes with a count: `is` with 1, `are` with others.
pub fn agreeing<'a>(n: impl Display, one: &'a str, others: &'a str) -> &'a str {
    if n.to_string() == "1" { one } else { others }
}

/// A decimal number with a comma before each group of three digits: `-1,234.5`.
pub fn thousands_apart(number: &str) -> String {
    let (sign, digits) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, rest) = digits.split_at(digits.find('.').unwrap_or(digits.len()));
    let mut grouped = String::from(sign);
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_agree_with_their_number() {
        for (n, text) in [
            (0, "0 rows are"),
            (1, "1 row is"),
            (2, "2 rows are"),
            (1_234, "1,234 rows are"),
        ] {
            assert_eq!(format!("{} {}", plural(n, "row"), agreeing(n, "is", "are")), text);
        }
        assert_eq!(thousands_apart("-1234567.891"), "-1,234,567.891");
    }
}

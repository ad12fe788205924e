//! Formulas that are a constant: `="01001"`, as programs write it so that a spreadsheet keeps the zeros in front, and `=12500`.

use std::borrow::Cow;

/// The text of a cell that is a formula of one constant, a text or a number; None: any other cell, formulas that compute something
/// included.
pub(super) fn constant(cell: &str) -> Option<Cow<'_, str>> {
    let inner = cell.trim().strip_prefix('=')?.trim_start();
    if is_number(inner) {
        return Some(Cow::Borrowed(inner));
    }
    let inner = inner.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('"') {
        return Some(Cow::Borrowed(inner));
    }
    // Doubled quotes stand for one; a lone one ends the text, and something else follows.
    let plain = inner.replace("\"\"", "");
    (!plain.contains('"')).then(|| Cow::Owned(inner.replace("\"\"", "\"")))
}

/// Digits with a sign or a point, as a formula has them in every language.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let are_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    are_digits(whole) && are_digits(fraction)
}

/// A cell with the constant in place of the formula.
pub(super) fn unwrapped(cell: &str) -> Cow<'_, str> {
    // Nearly no cell begins so.
    if cell
        .as_bytes()
        .first()
        .is_none_or(|first| *first != b'=' && !first.is_ascii_whitespace())
    {
        return Cow::Borrowed(cell);
    }
    constant(cell).unwrap_or(Cow::Borrowed(cell))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_constant_is_a_value() {
        for (cell, text) in [
            ("=\"01001\"", Some("01001")),
            (" = \"9\" ", Some("9")),
            ("=\"\"", Some("")),
            ("=\"Cole, East\"", Some("Cole, East")),
            ("=\"say \"\"so\"\"\"", Some("say \"so\"")),
            ("=\"a\"&\"b\"", None),
            ("=12500", Some("12500")),
            (" = -8.5", Some("-8.5")),
            ("=1+1", None),
            ("=-", None),
            ("=.", None),
            ("=12,500", None),
            ("=A1", None),
            ("=A1+1", None),
            ("=SUM(A1:A9)", None),
            ("=HYPERLINK(\"http://a\",\"b\")", None),
            ("=\"", None),
            ("=", None),
            ("\"01001\"", None),
            ("01001", None),
            ("", None),
        ] {
            assert_eq!(constant(cell).as_deref(), text, "{cell}");
            assert_eq!(unwrapped(cell), text.unwrap_or(cell), "{cell}");
        }
    }
}

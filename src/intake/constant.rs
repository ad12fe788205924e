//! `="01001"`: a formula that is a constant text. Programs write it so that a spreadsheet keeps the zeros in front.

use std::borrow::Cow;

/// The text of a cell that is a formula of one constant text; None: any other cell, formulas that compute something included.
pub(super) fn constant(cell: &str) -> Option<Cow<'_, str>> {
    let inner = cell.trim().strip_prefix('=')?.trim_start();
    let inner = inner.strip_prefix('"')?.strip_suffix('"')?;
    if !inner.contains('"') {
        return Some(Cow::Borrowed(inner));
    }
    // Doubled quotes stand for one; a lone one ends the text, and something else follows.
    let plain = inner.replace("\"\"", "");
    (!plain.contains('"')).then(|| Cow::Owned(inner.replace("\"\"", "\"")))
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
    fn only_one_constant_text_is_a_value() {
        for (cell, text) in [
            ("=\"01001\"", Some("01001")),
            (" = \"9\" ", Some("9")),
            ("=\"\"", Some("")),
            ("=\"Cole, East\"", Some("Cole, East")),
            ("=\"say \"\"so\"\"\"", Some("say \"so\"")),
            ("=\"a\"&\"b\"", None),
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

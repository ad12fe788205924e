//! Conditions of OpenDocument's conditional formats, and the cells that they are for.

use crate::intake::workbook::shown::conditional::{Block, Comparison, Test, reference};

/// What a condition asks: `<2500`, `between(1,5)`, `formula-is(A2=A1)`.
pub(super) fn test(value: &str) -> Test {
    const COMPARISONS: [(&str, Comparison); 6] = [
        ("<=", Comparison::AtMost),
        (">=", Comparison::AtLeast),
        ("!=", Comparison::Unequal),
        ("<", Comparison::Less),
        (">", Comparison::More),
        ("=", Comparison::Equal),
    ];
    let value = value.trim();
    let within = |name: &str| value.strip_prefix(name)?.strip_prefix('(')?.strip_suffix(')');
    if let Some(formula) = within("formula-is") {
        return Test::of_formula(formula);
    }
    for (name, is_within) in [("between", true), ("not-between", false)] {
        if let Some((first, second)) = within(name).and_then(|both| both.split_once(',')) {
            return Test::between(first, second, is_within);
        }
    }
    match COMPARISONS
        .iter()
        .find_map(|(sign, c)| Some((*c, value.strip_prefix(sign)?)))
    {
        Some((comparison, constant)) => Test::compared(comparison, constant),
        None if value == "is-error" => Test::Never,
        None => Test::Unknown,
    }
}

/// The cells of `Sheet1.C2:Sheet1.C5`, or of a single one.
pub(super) fn block(text: &str) -> Option<Block> {
    let cell = |text: &str| reference(text.rsplit_once('.').map_or(text, |(_, cell)| cell));
    let (first, last) = text.split_once(':').unwrap_or((text, text));
    cell(first).zip(cell(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_are_read() {
        for (value, expected) in [
            ("<2500", Test::compared(Comparison::Less, "2500")),
            ("!=\"x\"", Test::compared(Comparison::Unequal, "\"x\"")),
            ("between(1,5)", Test::between("1", "5", true)),
            ("not-between(1,5)", Test::between("1", "5", false)),
            ("formula-is(TRUE())", Test::Always),
            ("duplicate", Test::Unknown),
        ] {
            assert_eq!(test(value), expected, "{value}");
        }
        assert_eq!(block("$'a.b'.C2:$'a.b'.D5"), Some(((1, 2), (4, 3))));
        assert_eq!(block("S.C2"), Some(((1, 2), (1, 2))));
        assert_eq!(block("S"), None);
    }
}
